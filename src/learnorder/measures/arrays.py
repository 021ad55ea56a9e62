"""The outcomes of one split as an array, and arrays as a table."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from learnorder.errors import UserError
from learnorder.measures.agreement import networks, rights


class Points(NamedTuple):
    """A collection on one split: `right`, networks × points × examples, is 1[ŷ = y], a boolean.

    `epochs`: of the points; `labels`: of the examples.
    """

    epochs: np.ndarray
    labels: np.ndarray
    right: np.ndarray


def splits(outcomes: pl.LazyFrame) -> list[str]:
    """Names of the labelled splits, in the order of the table."""
    return rights(outcomes).select(pl.col("split").unique(maintain_order=True)).collect()["split"].to_list()


def points(outcomes: pl.LazyFrame, split: str) -> Points:
    """One labelled split of an outcome table, whose rows stand by epoch, then by example."""
    names = networks(outcomes)
    table = rights(outcomes).filter(pl.col("split") == split).select("epoch", "label", *names).collect()
    epochs = table["epoch"].unique(maintain_order=True).to_numpy()
    examples = len(table) // len(epochs)
    right = np.empty((len(names), len(epochs), examples), dtype=bool)
    for network, name in enumerate(names):
        right[network] = table[name].to_numpy().reshape(len(epochs), examples)
    return Points(epochs, table["label"][:examples].to_numpy(), right)


def shared_splits(first: pl.LazyFrame, second: pl.LazyFrame) -> Iterator[tuple[str, Points, Points]]:
    """Labelled splits of two collections on one dataset, one at a time; a `UserError` if their labels differ."""
    also = splits(second)
    for split in splits(first):
        if split in also:
            one, other = points(first, split), points(second, split)
            if not np.array_equal(one.labels, other.labels):
                raise UserError(
                    f"the {split} labels of two collections of one dataset differ; allowed: the same examples in "
                    "the same order, or for what was trained elsewhere a dataset name of its own"
                )
            yield split, one, other


def table(split: str, columns: dict[str, np.ndarray]) -> pl.DataFrame:
    """A row per element of arrays that are broadcast to each other, after their split; NaN as null."""
    arrays = np.broadcast_arrays(*columns.values())
    values = pl.DataFrame({name: array.ravel() for name, array in zip(columns, arrays, strict=True)})
    return values.fill_nan(None).select(pl.lit(split).alias("split"), pl.all())
