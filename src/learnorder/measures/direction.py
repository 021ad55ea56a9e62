"""A score of examples as a direction: the correlation of two scores is the dot product of theirs.

`method` is `pearson`, of the scores themselves, or `spearman`, of their ranks.
"""

import math

import numpy as np

# Shares are kept as float32. Means of theirs over N networks at P points differ by 1/NP or, but for rounding, not
# at all: what is nearer than this shares a rank, and does not vary.
SAME = 1e-6


def correlation(one: np.ndarray, other: np.ndarray, method: str, labels: np.ndarray | None = None) -> float:
    """Correlation of two scores of the same examples, in [-1, 1]; with labels, within classes."""
    return float(np.clip(dot(direction(one, method, labels), direction(other, method, labels)), -1, 1))


def direction(scores: np.ndarray, method: str, labels: np.ndarray | None = None) -> np.ndarray:
    """Scores, or their ranks, less their mean, as a vector of length 1; NaN where they do not vary.

    With labels (class numbers, one per example), less the mean of their class: what is left within classes.
    """
    values = METHODS[method](np.asarray(scores, dtype=np.float64))
    means = values.mean() if labels is None else _class_means(values, labels)
    deviations = values - means
    length = math.sqrt(dot(deviations, deviations))
    return deviations / (length if length > SAME * math.sqrt(len(values)) else math.nan)


def dot(one: np.ndarray, other: np.ndarray) -> float:
    """Dot product of two vectors, the same on every CPU: a BLAS adds in the order that suits the one it finds."""
    return (one * other).sum()


def ranks(scores: np.ndarray) -> np.ndarray:
    """Ranks from 0; equal scores have the mean of theirs."""
    if np.isnan(scores).any():
        return np.full(len(scores), np.nan)
    order = np.argsort(scores)
    starts = np.flatnonzero(np.diff(scores[order], prepend=-np.inf) > SAME)
    ends = np.append(starts[1:], len(scores))
    ranked = np.empty(len(scores))
    ranked[order] = np.repeat((starts + ends - 1) / 2, ends - starts)
    return ranked


METHODS = {"pearson": lambda scores: scores, "spearman": ranks}


def _class_means(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Of each example the mean of its class."""
    return (np.bincount(labels, values) / np.maximum(np.bincount(labels), 1))[labels]
