"""Pairs of evaluation points at which two collections are equally accurate."""

import numpy as np

WITHIN = 0.05
"""Largest difference of mean accuracy at which two points still count as matched. Ours."""


def matched(accuracy: np.ndarray, other: np.ndarray) -> np.ndarray:
    """For each point of one collection the point of the other that is nearest in mean accuracy, P × Q, boolean.

    `accuracy`: P; `other`: Q. A row has one true value, the earliest of several that are equally near, or none
    where the nearest is further than `WITHIN`.
    """
    distance = np.abs(np.asarray(accuracy)[:, np.newaxis] - np.asarray(other))
    nearest = np.arange(distance.shape[1]) == distance.argmin(1)[:, np.newaxis]
    return nearest & (distance <= WITHIN)
