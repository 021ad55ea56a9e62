"""Intervals over networks, the independent unit of every statistic here."""

import numpy as np
from scipy import stats


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
    networks = without_one.shape[-1]
    spread = (without_one - without_one.mean(-1, keepdims=True)) ** 2
    error = np.sqrt((networks - 1) / networks * spread.sum(-1))
    reach = stats.t.ppf((1 + confidence) / 2, networks - 1) * error
    return np.clip(value - reach, low, high), np.clip(value + reach, low, high)
