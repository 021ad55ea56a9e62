"""When an accuracy is no better than that of always giving one answer."""

import numpy as np

DEVIATIONS = 3
"""Of the share of right guesses: with so many, one network in 700 looks stuck by chance."""


def highest(share: np.ndarray, examples: np.ndarray) -> np.ndarray:
    """Highest accuracy that is still chance, where the commonest class has this share of so many examples."""
    return share + DEVIATIONS * np.sqrt(share * (1 - share) / examples)


def examples(share: float, accuracy: float) -> int | None:
    """How many examples it takes for this accuracy to be better than chance; None where no number would do."""
    if accuracy <= share:
        return None
    return int(np.ceil(share * (1 - share) * (DEVIATIONS / (accuracy - share)) ** 2))
