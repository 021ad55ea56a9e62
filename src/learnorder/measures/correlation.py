"""Correlation of the accessibility of two collections, beside what their classes and noise would give.

A matrix has one row per example and one column per network: its own accessibility, see `examples.learned`. What is
undefined, as where nothing varies, is NaN.
"""

import math

import numpy as np

from learnorder.measures.direction import direction, dot
from learnorder.measures.intervals import FEWEST_FOR_INTERVALS, fisher_z, from_fisher_z, jackknife_of_two
from learnorder.measures.reliability import ceiling, reliability

# A shuffle that adds up the products of the found order in another order is one that correlates as much.
ROUNDING = 1e-12


def correlate(
    first: np.ndarray,
    second: np.ndarray,
    labels: np.ndarray,
    method: str,
    confidence: float,
    permutations: int = 999,
    draws: int = 20,
    seed: int = 0,
) -> dict[str, float]:
    """How far two collections, examples × networks each, learn the same examples early.

    By name:

    - `correlation` of their mean accessibilities, in [-1, 1], by `method`: `pearson`, or `spearman` of ranks.
    - `class_means`: what class means alone give, the covariance between classes over the product of the total
      deviations. It is the correlation to expect if examples are shuffled within their classes.
    - `within_class`: correlation of what is left, of all classes together, when each class's mean is taken off.
    - `p_value`: share of shuffles within classes that correlate at least as much as was found; one-sided. Ours.
    - `first_reliability`, `second_reliability`, and the `ceiling` of the correlation that they allow;
      `within_class_ceiling`: that of `within_class`. See `reliability`; `draws` is the number of its halvings.

    `correlation` and `within_class` have intervals `_low`, `_high` by the jackknife over the networks of both, on
    Fisher's z scale, undefined with fewer than four networks in one. They are for other collections of these sizes
    on these same examples: larger ones correlate more, and two unrelated orders of few examples correlate by
    chance, which is for the p-value to say. An interval without width is no certainty but a mistake: a collection
    compared with itself, or copies of a single network.
    """
    if not len(first) == len(second) == len(labels):
        sizes = f"{len(first)} and {len(second)} examples, {len(labels)} labels"
        raise ValueError(f"the collections have different examples: {sizes}")
    row = _with_interval("correlation", first, second, method, None, confidence)
    row |= _with_interval("within_class", first, second, method, labels, confidence)
    directions = [direction(_mean(matrix), method) for matrix in (first, second)]
    row["class_means"] = _between(*directions, labels)
    varies = math.isfinite(row["within_class"])
    row["p_value"] = _p_value(*directions, labels, permutations, seed) if varies else math.nan
    of_all, within = (
        [reliability(matrix, method, draws, seed, classes) for matrix in (first, second)]
        for classes in (None, labels)
    )
    row["first_reliability"], row["second_reliability"] = of_all
    return row | {"ceiling": ceiling(*of_all), "within_class_ceiling": ceiling(*within)}


def _mean(matrix: np.ndarray) -> np.ndarray:
    """Mean accessibility of each example; undefined without any network."""
    return matrix.mean(1, dtype=np.float64) if matrix.size else np.full(len(matrix), np.nan)


def _with_interval(
    name: str,
    first: np.ndarray,
    second: np.ndarray,
    method: str,
    labels: np.ndarray | None,
    confidence: float,
) -> dict[str, float]:
    """Correlation of mean accessibilities, with labels within classes, and its interval over networks."""
    one, other = (direction(_mean(matrix), method, labels) for matrix in (first, second))
    value = np.clip(dot(one, other), -1, 1)
    low = high = np.nan
    if min(first.shape[1], second.shape[1]) >= FEWEST_FOR_INTERVALS:
        without = _without_one(first, method, labels, other), _without_one(second, method, labels, one)
        ends = jackknife_of_two(fisher_z(value), *map(fisher_z, without), confidence, low=-np.inf, high=np.inf)
        # The way there and back is not exact.
        low, high = np.minimum(from_fisher_z(ends[0]), value), np.maximum(from_fisher_z(ends[1]), value)
    return {name: float(value), f"{name}_low": float(low), f"{name}_high": float(high)}


def _without_one(matrix: np.ndarray, method: str, labels: np.ndarray | None, other: np.ndarray) -> np.ndarray:
    """Correlation of the collection without each of its networks with the other direction."""
    total, others = matrix.sum(1, dtype=np.float64), matrix.shape[1] - 1
    return np.array([dot(direction((total - network) / others, method, labels), other) for network in matrix.T])


def _between(one: np.ndarray, other: np.ndarray, labels: np.ndarray) -> float:
    """Covariance of the class means of two directions."""
    sums = np.bincount(labels, one) * np.bincount(labels, other)
    return float((sums / np.maximum(np.bincount(labels), 1)).sum())


def _p_value(one: np.ndarray, other: np.ndarray, labels: np.ndarray, permutations: int, seed: int) -> float:
    generator = np.random.default_rng(seed)
    order = np.argsort(labels, kind="stable")
    one, other = one[order], other[order]
    classes = np.split(other, np.flatnonzero(np.diff(labels[order])) + 1)  # views, shuffled in place
    found, as_much = dot(one, other) - ROUNDING, 0
    for _ in range(permutations):
        for examples in classes:
            generator.shuffle(examples)
        as_much += int(dot(one, other) >= found)
    return (1 + as_much) / (1 + permutations)
