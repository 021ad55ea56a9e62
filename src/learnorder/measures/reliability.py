"""Reliability of accessibility: how far a collection's order is more than the chance of which networks it has.

A matrix has one row per example and one column per network: its own accessibility, see `examples.learned`.
"""

import math
from collections.abc import Sequence

import numpy as np
import polars as pl

from learnorder.measures.direction import correlation, direction, dot
from learnorder.measures.intervals import FEWEST_FOR_INTERVALS


def reliability(matrix: np.ndarray, method: str, draws: int, seed: int, labels: np.ndarray | None = None) -> float:
    """Correlation to expect between the mean accessibility of these networks and that of as many new ones.

    Mean correlation of `draws` random pairs of disjoint halves, lengthened to all networks (Spearman 1910, Brown
    1910; of ranks this is an approximation). With labels, within classes: see `direction`. NaN with fewer than
    four networks, and where nothing varies.
    """
    networks = matrix.shape[1]
    if networks < FEWEST_FOR_INTERVALS:
        return math.nan
    half = networks // 2
    return _lengthened(_disjoint(matrix, half, method, draws, seed, labels).mean(), networks / half)


def ceiling(one: float, other: float) -> float:
    """Correlation to expect of two collections of these reliabilities whose networks share one order.

    NaN where a reliability is negative: there is no order to share. Source: Spearman 1904.
    """
    return math.sqrt(one * other) if one >= 0 and other >= 0 else math.nan


def reliability_by_size(
    matrix: np.ndarray, sizes: Sequence[int], method: str, draws: int, seed: int
) -> pl.DataFrame:
    """How many networks it takes: one row per size, sizes above half of the networks left out.

    `networks`: the size; `correlation` of the mean accessibilities of two random disjoint sets of so many
    networks, its mean, and `correlation_sd`, its deviation, over draws (which have networks in common, so that
    it is no standard error); `spearman_brown`: what that formula makes of the mean correlation of all pairs of
    single networks, unless this is negative. Undefined values are null.
    """
    networks = matrix.shape[1]
    sizes = [size for size in sizes if size <= networks // 2]
    drawn = np.array([_disjoint(matrix, size, method, draws, seed) for size in sizes]).reshape(-1, draws)
    together = sum(direction(network, method) for network in matrix.T)
    # The sum of N vectors of length 1, squared, is N and the dot products of all pairs in both orders.
    single = (dot(together, together) - networks) / (networks * (networks - 1)) if sizes else math.nan
    predicted = [_lengthened(single, size) if single >= 0 else math.nan for size in sizes]
    return pl.DataFrame(
        {
            "networks": pl.Series(sizes, dtype=pl.UInt32),
            "correlation": drawn.mean(1),
            "correlation_sd": drawn.std(1, ddof=1),
            "spearman_brown": pl.Series(predicted, dtype=pl.Float64),
        }
    ).fill_nan(None)


def _disjoint(
    matrix: np.ndarray, size: int, method: str, draws: int, seed: int, labels: np.ndarray | None = None
) -> np.ndarray:
    """Correlations of the mean accessibilities of two random disjoint sets of `size` networks, one per draw."""
    generator = np.random.default_rng(seed)
    correlations = np.empty(draws)
    for draw in range(draws):
        order = generator.permutation(matrix.shape[1])
        sets = order[:size], order[size : 2 * size]
        means = (matrix[:, networks].mean(1, dtype=np.float64) for networks in sets)
        correlations[draw] = correlation(*means, method, labels)
    return correlations


def _lengthened(found: float, times: float) -> float:
    """Spearman and Brown's formula: the correlation of scores from `times` as many networks."""
    shrunk = 1 + (times - 1) * found
    return float(times * found / shrunk) if shrunk > 0 else math.nan
