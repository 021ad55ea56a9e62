"""Bimodality of TP-agreement, from its histogram.

A histogram counts, on its last axis, the examples that 0, 1, …, N networks classify correctly. Leading axes are
free. What is undefined is NaN.
"""

import numpy as np

MOST_ACCURATE = 0.95
"""Mean accuracy above which too few examples are wrong for Pearson's bimodality to be stable."""


def bimodality(histogram: np.ndarray) -> np.ndarray:
    """Kurtosis − skewness² − 1 of TP-agreement over the examples; ≥ 0, and 0 when it takes just two values.

    Undefined where all examples have the same TP-agreement. Source: Pearson 1894; Hacohen et al. 2020.
    """
    histogram = np.asarray(histogram, dtype=np.float64)
    values = np.arange(histogram.shape[-1])
    share = histogram / histogram.sum(-1, keepdims=True)
    centred = values - (share * values).sum(-1, keepdims=True)
    squared = centred**2
    # By products, which are the same on every CPU; other powers are not, to the last bit.
    second, third, fourth = ((share * power).sum(-1) for power in (squared, squared * centred, squared**2))
    varies = (histogram > 0).sum(-1) > 1
    second = np.where(varies, second, np.nan)
    # Rounding may take a value that is zero a little below it.
    return np.maximum((fourth - third**2 / second) / second**2 - 1, 0)


def independent_bimodality(networks: int) -> float:
    """Bimodality of N independent networks that are right with one probability: 2 − 2/N, whatever that is.

    N · TP-agreement is then Binomial(N, p), with kurtosis 3 + (1 − 6pq)/Npq and skewness² (1 − 4pq)/Npq.
    """
    return 2 - 2 / networks


def relative_bimodality(histogram: np.ndarray) -> np.ndarray:
    """β: bimodality over that of independent networks; 0 for one shared order, 1 for none. Ours."""
    return bimodality(histogram) / independent_bimodality(np.shape(histogram)[-1] - 1)


def agreement_ratio(histogram: np.ndarray) -> np.ndarray:
    """Examples right in all networks over examples right in any; in [0, 1]. Source: Pliushch et al. 2022.

    Undefined where no network is right about any example.
    """
    histogram = np.asarray(histogram, dtype=np.float64)
    anyone = histogram[..., 1:].sum(-1)
    return histogram[..., -1] / np.where(anyone > 0, anyone, np.nan)


def all_or_none(histogram: np.ndarray) -> np.ndarray:
    """Share of examples that are right in all networks or in none; in [0, 1], and 1 for one shared order."""
    histogram = np.asarray(histogram, dtype=np.float64)
    return (histogram[..., 0] + histogram[..., -1]) / histogram.sum(-1)


def agreement_ratio_bound(accuracies: np.ndarray) -> np.ndarray:
    """Lower bound of the agreement ratio, 1 − min(1, sum of error rates). Source: Pliushch et al. 2022.

    `accuracies`: one per network on the last axis.
    """
    return 1 - np.minimum(1, (1 - np.asarray(accuracies)).sum(-1))
