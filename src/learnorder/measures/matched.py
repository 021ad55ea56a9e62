"""Where two collections are equally accurate: the one definition that every comparison goes by.

Two collections are matched to each other, never each to a fixed accuracy. Setting: `measures.matched_within`.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

WITHIN = 0.05
"""Largest difference of mean accuracy at which two points are matched, unless the configuration says otherwise."""


def matched(accuracy: np.ndarray, other: np.ndarray, within: float = WITHIN) -> np.ndarray:
    """For each point of one collection the point of the other that is nearest in mean accuracy, P × Q, boolean.

    `accuracy`: P; `other`: Q. A row has one true value, the earliest of several that are equally near, or none
    where the nearest is further than `within`.
    """
    distance = np.abs(np.asarray(accuracy)[:, np.newaxis] - np.asarray(other))
    if not distance.size:
        return np.zeros(distance.shape, dtype=bool)
    nearest = np.arange(distance.shape[1]) == distance.argmin(1)[:, np.newaxis]
    return nearest & (distance <= within)


def with_matched(table: pl.DataFrame, first: Sequence[str], second: Sequence[str], within: float) -> pl.DataFrame:
    """A table of all pairs of points of two collections, with a last column `matched`, within each split.

    `first`, `second`: the columns that say the epoch and the accuracy of either.
    """
    found = [pl.Series("matched", [], dtype=pl.Boolean)]
    for (_,), rows in table.group_by("split", maintain_order=True):
        one, other = (rows.select(names).unique(names[0], maintain_order=True) for names in (first, second))
        found.append(pl.Series(matched(one[first[1]].to_numpy(), other[second[1]].to_numpy(), within).ravel()))
    return table.with_columns(pl.concat(found).alias("matched"))


def compared(
    first: pl.DataFrame, second: pl.DataFrame, within: float, between: Sequence[float]
) -> tuple[dict, dict] | None:
    """The two points at which two collections are compared, as rows of their tables; None where there are none.

    `first`, `second`: the points of either, with their `epoch` and mean `accuracy`. Of the matched pairs of which
    both accuracies lie `between` these two, the one nearest to the middle between them, the earliest of equals.
    """
    one, other = (_inside(points, between) for points in (first, second))
    pairs = np.argwhere(matched(one["accuracy"].to_numpy(), other["accuracy"].to_numpy(), within))
    if not len(pairs):
        return None
    means = (one["accuracy"].to_numpy()[pairs[:, 0]] + other["accuracy"].to_numpy()[pairs[:, 1]]) / 2
    p, q = pairs[np.abs(means - sum(between) / 2).argmin()].tolist()
    return one.row(p, named=True), other.row(q, named=True)


def midmost(points: pl.DataFrame, between: Sequence[float]) -> dict | None:
    """The point at which one collection is looked at: the nearest to the middle `between` these two accuracies."""
    return next(iter(_inside(points, between).rows(named=True)), None)


def usable(epochs: pl.DataFrame, split: str) -> pl.DataFrame:
    """The points of a split at which β is known and no constant answer would explain it."""
    of_split = pl.col("split").cast(pl.String) == split
    return epochs.filter(of_split, pl.col("relative_bimodality").is_not_null(), ~pl.col("at_chance"))


def _inside(points: pl.DataFrame, between: Sequence[float]) -> pl.DataFrame:
    """The points within these accuracies, the nearest to their middle first."""
    distance = (pl.col("accuracy") - sum(between) / 2).abs()
    return points.filter(pl.col("accuracy").is_between(*between)).sort(distance, "epoch")
