"""Intervals over networks, the independent unit of every statistic here."""

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

# Kurtosis has terms of four networks at a time. Three networks of accuracy 0.2, left out one by one, vary far
# too little: their intervals cover the truth in fewer than half of the cases, those of four in 95%.
FEWEST_FOR_INTERVALS = 4
ALMOST_ONE = 1 - np.finfo(np.float64).eps
# Of what comes from functions whose last bits depend on the CPU.
DECIMALS = 9


def jackknife(
    value: np.ndarray, without_one: np.ndarray, confidence: float, low: float, high: float
) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a statistic of N networks from its values without each one of them.

    `value`: any shape; `without_one`: that shape × N. Student's t with N − 1 degrees of freedom, cut to the
    statistic's range [low, high]. NaN where any of the values is. Source: Tukey 1958; Efron and Stein 1981,
    who show that its variance is too large on average, never too small.

    Networks are left out, not drawn with replacement: two copies of one network agree on everything, so a
    bootstrap would find a shared order where there is none.
    """
    reach = _quantile(confidence, without_one.shape[-1] - 1) * np.sqrt(_variance(without_one))
    return np.clip(value - reach, low, high), np.clip(value + reach, low, high)


def jackknife_of_two(
    value: np.ndarray,
    without_first: np.ndarray,
    without_second: np.ndarray,
    confidence: float,
    low: float,
    high: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a statistic of two collections from its values without each network of either.

    `value`: any shape; `without_first`, `without_second`: that shape × the networks of that collection. The
    collections are independent, so the two variances add; degrees of freedom by Welch 1947 and Satterthwaite
    1946. Else as `jackknife`.
    """
    variances = [_variance(without) for without in (without_first, without_second)]
    total = sum(variances)
    spread = sum(
        variance**2 / (without.shape[-1] - 1)
        for variance, without in zip(variances, (without_first, without_second), strict=True)
    )
    # Where nothing varies the interval is the value, whatever the degrees of freedom.
    freedom = np.where(spread == 0, 1, total**2 / np.where(spread == 0, 1, spread))
    reach = _quantile(confidence, freedom) * np.sqrt(total)
    return np.clip(value - reach, low, high), np.clip(value + reach, low, high)


def interval_of_difference(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """Interval of a value less another of an independent collection, each given with its low and high end.

    The distances from value to end add as deviations do, each with the opposite one of the other.
    """
    (value, low, high), (second, second_low, second_high) = one, other
    below = math.hypot(value - low, second_high - second)
    above = math.hypot(high - value, second - second_low)
    return value - second - below, value - second + above


def fisher_z(correlations: np.ndarray) -> np.ndarray:
    """Fisher's z, on which an interval reaches no further than ±1; finite also for a correlation of 1."""
    return np.arctanh(np.clip(correlations, -ALMOST_ONE, ALMOST_ONE))


def from_fisher_z(ends: np.ndarray) -> np.ndarray:
    """Back to correlations, to 9 decimals."""
    return np.tanh(ends).round(DECIMALS)


def _quantile(confidence: float, freedom: np.ndarray) -> np.ndarray:
    """How many deviations an interval reaches to each side, by Student's t."""
    return special.stdtrit(freedom, (1 + confidence) / 2).round(DECIMALS)


def _variance(without_one: np.ndarray) -> np.ndarray:
    """Variance of a statistic of the N networks on the last axis, each left out once."""
    networks = without_one.shape[-1]
    spread = (without_one - without_one.mean(-1, keepdims=True)) ** 2
    return (networks - 1) / networks * spread.sum(-1)
