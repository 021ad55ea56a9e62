"""Nested learning: whether the stronger of two collections knows what the weaker one knows.

The paper claims so of its architectures (Hacohen et al. 2020); these measures of it are ours. The unit is a pair
of one network of the weaker collection and one of the stronger, pooled over all such pairs and all examples.
"""

from typing import NamedTuple

import numpy as np
import polars as pl

from learnorder.measures.agreement import SPLIT
from learnorder.measures.arrays import Points, shared_splits, table
from learnorder.measures.intervals import FEWEST_FOR_INTERVALS, jackknife_of_two

BINS = 10
LOWEST = {"difference": -1}
"""Lower end of a share's range, where that is not 0; the upper end is 1."""


class Sums(NamedTuple):
    """Numbers of right outcomes over n examples, exact: of V networks at P points with W networks at Q points.

    `weaker`: P × V; `stronger`: Q × W; `with_weaker`: P × Q × V, over the pairs of this network of the weaker
    collection with all networks of the stronger, how often both are right; `with_stronger`: P × Q × W likewise.
    """

    weaker: np.ndarray
    stronger: np.ndarray
    with_weaker: np.ndarray
    with_stronger: np.ndarray
    examples: int


def nested(weaker: pl.LazyFrame, stronger: pl.LazyFrame, confidence: float) -> pl.DataFrame:
    """One row per (split, epoch_weaker, epoch_stronger): does the stronger collection know what the weaker knows.

    Both are outcome tables on one dataset. Columns: `networks_weaker`, `networks_stronger`, `examples`;
    `accuracy_weaker`; `accuracy_stronger`, which is also what the next two would be if the two collections were
    independent; `right_given_right` and `right_given_wrong`: P(stronger right | weaker right, or wrong), over
    all pairs of networks; their `difference`, in [-1, 1]; each with its interval over the networks of both
    collections, `_low` and `_high`. Shares are null where undefined, and intervals also with fewer than four
    networks in either collection.
    """
    tables = []
    for split, one, other in shared_splits(weaker, stronger):
        columns = _with_intervals(_sums(one.right, other.right), _conditional, confidence)
        keys = {"epoch_weaker": one.epochs[:, np.newaxis], "epoch_stronger": other.epochs}
        tables.append(table(split, keys | _sizes(one, other) | columns))
    return pl.concat(tables).cast({"split": SPLIT})


def only_stronger(weaker: pl.LazyFrame, stronger: pl.LazyFrame, confidence: float) -> pl.DataFrame:
    """One row per (split, bin): on which examples the stronger collection is ahead, at the last point of either.

    The examples of a split stand in ten bins of equal size by their accessibility for the weaker collection, 0
    the least accessible. Examples of equal accessibility stay together, in the bin of the middle one: so bins
    differ in size, and some may be missing. Columns: `networks_weaker`, `networks_stronger`, `examples`;
    `accessibility_weaker`, the mean over the bin; `weaker_right` and `stronger_right`, mean TP-agreement;
    `only_stronger`, the share of (example, pair of networks) in which only that of the stronger collection is
    right; each with its interval given the bins, `_low` and `_high`, null as in `nested`.
    """
    tables = []
    for split, one, other in shared_splits(weaker, stronger):
        times_right = one.right.sum((0, 1))
        bins = _bins(times_right)
        for number in np.unique(bins):
            inside = bins == number
            sums = _sums(one.right[:, -1:, inside], other.right[:, -1:, inside])
            about = _sizes(one, other) | {"examples": np.array(inside.sum())}
            about |= {"accessibility_weaker": times_right[inside].mean() / one.right[..., 0].size}
            tables.append(table(split, {"bin": number} | about | _with_intervals(sums, _joint, confidence)))
    return pl.concat(tables).cast({"split": SPLIT})


def _sums(weaker: np.ndarray, stronger: np.ndarray) -> Sums:
    """From 1[ŷ = y], networks × points × examples: V × P × n and W × Q × n."""
    count_weaker, count_stronger = (right.sum(0, dtype=np.float64) for right in (weaker, stronger))
    # One point at a time, so that the products need little memory.
    with_weaker = np.stack([right.astype(np.float64) @ count_stronger.T for right in weaker.swapaxes(0, 1)])
    with_stronger = np.stack([right.astype(np.float64) @ count_weaker.T for right in stronger.swapaxes(0, 1)])
    return Sums(
        weaker.sum(-1, dtype=np.float64).T,
        stronger.sum(-1, dtype=np.float64).T,
        with_weaker.transpose(0, 2, 1),
        with_stronger.transpose(2, 0, 1),
        weaker.shape[-1],
    )


def _conditional(both, weaker, stronger, pairs: int, examples: int) -> dict[str, np.ndarray]:
    """Shares of `nested`, from how many of the `pairs` × `examples` are right: both, the weaker, the stronger."""
    everything = pairs * examples
    given_right = _ratio(both, weaker)
    given_wrong = _ratio(stronger - both, everything - weaker)
    return {
        "accuracy_weaker": _ratio(weaker, everything),
        "accuracy_stronger": _ratio(stronger, everything),
        "right_given_right": given_right,
        "right_given_wrong": given_wrong,
        "difference": given_right - given_wrong,
    }


def _joint(both, weaker, stronger, pairs: int, examples: int) -> dict[str, np.ndarray]:
    """Shares of `only_stronger`, from the same numbers."""
    everything = pairs * examples
    return {
        "weaker_right": _ratio(weaker, everything),
        "stronger_right": _ratio(stronger, everything),
        "only_stronger": _ratio(stronger - both, everything),
    }


def _with_intervals(sums: Sums, shares, confidence: float) -> dict[str, np.ndarray]:
    """Shares of all networks, each P × Q, with their jackknife intervals."""
    v, w = sums.weaker.shape[-1], sums.stronger.shape[-1]
    # The networks that are left out stand on a third axis.
    weaker, stronger = sums.weaker.sum(-1)[:, np.newaxis, np.newaxis], sums.stronger.sum(-1)[:, np.newaxis]
    both = sums.with_weaker.sum(-1, keepdims=True)
    whole = shares(both, weaker * w, stronger * v, v * w, sums.examples)
    without_weaker = shares(
        both - sums.with_weaker,
        (weaker - sums.weaker[:, np.newaxis]) * w,
        stronger * (v - 1),
        (v - 1) * w,
        sums.examples,
    )
    without_stronger = shares(
        both - sums.with_stronger,
        weaker * (w - 1),
        (stronger - sums.stronger) * v,
        v * (w - 1),
        sums.examples,
    )
    columns, shape = {}, both.shape[:2]
    for name, share in whole.items():
        columns[name] = np.broadcast_to(share[..., 0], shape)
        low, high = np.full(shape, np.nan), np.full(shape, np.nan)
        if min(v, w) >= FEWEST_FOR_INTERVALS:
            left = (
                np.broadcast_to(without[name], (*shape, networks))
                for without, networks in ((without_weaker, v), (without_stronger, w))
            )
            low, high = jackknife_of_two(columns[name], *left, confidence, LOWEST.get(name, 0), 1)
        columns |= {f"{name}_low": low, f"{name}_high": high}
    return columns


def _ratio(part: np.ndarray, whole: np.ndarray | int) -> np.ndarray:
    """NaN for a share of nothing."""
    return part / np.where(whole == 0, np.nan, whole)


def _bins(values: np.ndarray) -> np.ndarray:
    """Number of the bin of each value, 0 to `BINS` − 1: that of the middle rank of all that are equal to it."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    middle = count.cumsum() - count / 2
    return (BINS * middle / len(values)).astype(int)[place]


def _sizes(weaker: Points, stronger: Points) -> dict[str, np.ndarray]:
    return {
        "networks_weaker": np.array(weaker.right.shape[0]),
        "networks_stronger": np.array(stronger.right.shape[0]),
        "examples": np.array(weaker.right.shape[2]),
    }
