"""When an accuracy is no better than that of always giving one answer."""

import numpy as np

DEVIATIONS = 3
"""Of the share of right guesses: with so many, one network in 700 looks stuck by chance."""


def highest(share: np.ndarray, examples: np.ndarray) -> np.ndarray:
    """Highest accuracy that is still chance, where the commonest class has this share of so many examples."""
    return share + DEVIATIONS * np.sqrt(share * (1 - share) / examples)
