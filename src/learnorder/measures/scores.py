"""Every score of every example of a dataset, by all its collections in one table: for those who curate data."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from learnorder.datasets.canonical import Dataset
from learnorder.tables import Names

EXAMPLE = ("split", "example")
COLLECTION = ("dataset", "architecture", "recipe")
AS_TRAINED = "as_trained"


def scores(
    examples: Mapping[Names, pl.DataFrame],
    examples_as_trained: Mapping[Names, pl.DataFrame],
    inputs: Mapping[tuple[str], Dataset],
) -> pl.DataFrame:
    """One row per (collection, split, example).

    `dataset`, `architecture`, `recipe` say which collection, `networks` how many never diverged. Of the example:
    its `source`, what it was made from, its `label` and the name of that `class`; source and class are null of
    examples that are not those of their dataset in `inputs`. Then the scores of `examples.examples`, each with its
    standard error `…_se`. Where labels were redrawn, also `trained_label`, and the train split's scores by that
    label, `…_as_trained`. What a collection has not is null.
    """
    tables = []
    for names, table in examples.items():
        rows = table.select(
            *(pl.lit(value).alias(column) for column, value in zip(COLLECTION, names, strict=True)),
            pl.col("split").cast(pl.String),
            pl.all().exclude("split"),
        )
        rows = rows.join(_redrawn(table, examples_as_trained[names]), on=EXAMPLE, how="left")
        tables.append(rows.join(_known(table, inputs.get(names[:1])), on=EXAMPLE, how="left"))
    every = pl.concat(tables, how="diagonal_relaxed")
    first = [*COLLECTION, "networks", *EXAMPLE, "source", "label", "class", "trained_label"]
    last = [name for name in every.columns if name.endswith(AS_TRAINED)]
    between = [name for name in every.columns if name not in {*first, *last}]
    return every.select(*(name for name in first if name in every.columns), *between, *last)


def is_of(examples: pl.DataFrame, dataset: Dataset | None) -> bool:
    """Whether examples are those of a dataset, of whole splits: what was trained elsewhere may have had others."""
    return dataset is not None and all(
        split in dataset.splits and np.array_equal(rows.sort("example")["label"], dataset.splits[split].labels)
        for (split,), rows in examples.with_columns(pl.col("split").cast(pl.String)).group_by("split")
    )


def _known(table: pl.DataFrame, dataset: Dataset | None) -> pl.DataFrame:
    """Where each example comes from, and the name of its class."""
    splits = dataset.splits if is_of(table, dataset) else {}
    parts = [
        pl.DataFrame(
            {
                "split": [split] * len(data.labels),
                "example": np.arange(len(data.labels), dtype=np.uint32),
                "source": np.asarray(data.source).astype(str),
                "class": np.asarray(dataset.classes)[data.labels],
            }
        )
        for split, data in splits.items()
    ]
    schema = {"split": pl.String, "example": pl.UInt32, "source": pl.String, "class": pl.String}
    return pl.concat([pl.DataFrame(schema=schema), *parts])


def _redrawn(table: pl.DataFrame, as_trained: pl.DataFrame) -> pl.DataFrame:
    """Trained labels and the scores by them, of the train split; no column where they are the true ones."""
    split = pl.col("split").cast(pl.String)
    true = table.select(split, "example", true="label")
    both = as_trained.with_columns(split).join(true, on=EXAMPLE)
    if both.filter(pl.col("label") != pl.col("true")).is_empty():
        return true.select(EXAMPLE).clear()
    by_it = pl.all().exclude(*EXAMPLE, "label", "networks", "true").name.suffix(f"_{AS_TRAINED}")
    return both.select(*EXAMPLE, pl.col("label").alias("trained_label"), by_it)
