"""Measures of several collections, one below the other."""

from collections.abc import Mapping

import polars as pl

COLLECTION = ("dataset", "architecture", "recipe")


def stacked(measures: Mapping[tuple[str, str, str], pl.DataFrame]) -> pl.DataFrame:
    """One table of the same measure of several collections, which are named by (dataset, architecture, recipe)."""
    named = (
        table.select(*(pl.lit(value).alias(name) for name, value in zip(COLLECTION, names, strict=True)), pl.all())
        for names, table in measures.items()
    )
    # Collections differ in the splits that they have, and so in the type that lists them.
    return pl.concat(table.with_columns(pl.col("split").cast(pl.String)) for table in named)
