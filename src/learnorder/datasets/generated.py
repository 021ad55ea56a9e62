"""What generated datasets share: a random stream for each split, and grey levels."""

import numpy as np

from learnorder.datasets.canonical import SPLITS

GREYS = 255
STREAMS = (*SPLITS, "classes", "parts")


def stream(seed: int, name: str) -> np.random.Generator:
    """Random stream of a split, or of what the splits share: the size of one split does not move another."""
    return np.random.default_rng([seed, STREAMS.index(name)])


def greys(values: np.ndarray, limit: float) -> np.ndarray:
    """uint8 levels of real values: -limit is 0, 0 is the middle, limit is 255; what lies beyond is clipped."""
    return np.clip(np.rint((values / limit + 1) * GREYS / 2), 0, GREYS).astype(np.uint8)
