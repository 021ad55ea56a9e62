"""Hartigan's dip test of TP-agreement, from its histogram: has it more than one mode.

The dip is the distance, largest difference of two distribution functions, from the nearest unimodal distribution.
The test asks whether a sample of n values from a unimodal one would come to lie so far away.

TP-agreement takes but N + 1 values, and to the test every repeated value is a mode of its own: it rejects the
binomial counts of independent networks with p = 0. Permutations as a null do not help: 20 independent networks
of accuracy 0.7 have a dip of 0.09, and 20 whose examples have difficulties from the U-shaped Beta(0.5, 0.3) one
of 0.05, so nothing would be called bimodal. Therefore the examples of each value are spread evenly over the
interval of width 1/N around it, which makes the histogram a density of N + 1 steps, unimodal exactly when the
histogram is. The counts of independent networks are, on average (Poisson-binomial, hence log-concave), and the
test then rejects them no more often than it should: the tests of this module count it. Spreading evenly, not at
random, needs no seed and adds no noise.

The dip is at most half the share of the smaller mode. Late in training, with few examples that all networks have
wrong, it says little: a large p-value is no sign of one mode then.

A histogram counts, on its last axis, the examples that 0, 1, …, N networks classify correctly. Leading axes are
free. Source: Hartigan and Hartigan 1985; as a second opinion on Pearson's coefficient, Pfister et al. 2013.
"""

import warnings

import diptest
import numpy as np

LARGEST = 0.25
# Else the library calls the dip of evenly spaced values 0, which is 1/2n as for other unimodal samples.
SETTINGS = {"sort_x": False, "allow_zero": False}
FEWEST_EXAMPLES = 4
"""Without so many the test has no critical values."""


def dip(histogram: np.ndarray) -> np.ndarray:
    """Dip of TP-agreement over the n examples: from 1/2n where it is unimodal, towards 1/4 for two values."""
    return _each(histogram, lambda values: diptest.dipstat(values, **SETTINGS))


def dip_p_value(histogram: np.ndarray) -> np.ndarray:
    """Probability of so large a dip in a sample from the uniform, the unimodal distribution with the largest.

    Interpolated in the table that comes with the library, from a million draws: 0 is less than all of them. NaN
    with fewer than four examples.
    """
    return _each(histogram, _p_value)


def _p_value(values: np.ndarray) -> float:
    if len(values) < FEWEST_EXAMPLES:
        return np.nan
    with warnings.catch_warnings():
        # Beyond the table's 72,000 examples it takes √n · dip as constant, its limit: a warning says so.
        warnings.filterwarnings("ignore", message="Sample size exceeds")
        return diptest.diptest(values, **SETTINGS)[1]


def _each(histogram: np.ndarray, statistic) -> np.ndarray:
    histogram = np.asarray(histogram)
    rows = histogram.reshape(-1, histogram.shape[-1])
    return np.array([statistic(_spread(row)) for row in rows]).reshape(histogram.shape[:-1])


def _spread(histogram: np.ndarray) -> np.ndarray:
    """Values of all examples in rising order, each count spread evenly over the unit interval around it."""
    last = histogram.cumsum()
    place = np.arange(last[-1]) - np.repeat(last - histogram, histogram)
    return np.repeat(np.arange(len(histogram)), histogram) + (place + 0.5) / np.repeat(histogram, histogram)
