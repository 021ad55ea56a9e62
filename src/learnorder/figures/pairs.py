"""Measures of several pairs of collections, one below the other."""

from collections.abc import Mapping, Sequence

import polars as pl

from learnorder.tables import Names

PAIR = ("dataset", "architecture", "recipe", "second_architecture", "second_recipe")
Pair = tuple[str, str, str, str, str]
"""Dataset of both collections, architecture and recipe of the first, architecture and recipe of the second."""


def collections(pair: Pair) -> tuple[Names, Names]:
    """Names of the two collections of a pair."""
    dataset, *names = pair
    return (dataset, *names[:2]), (dataset, *names[2:])


def named(measures: Mapping[Pair, pl.DataFrame]) -> list[pl.DataFrame]:
    """Each table with the names of its pair before its own columns."""
    return [
        table.select(
            *(pl.lit(value).alias(name) for name, value in zip(PAIR, names, strict=True)),
            pl.col("split").cast(pl.String),
            pl.exclude("split"),
        )
        for names, table in measures.items()
    ]


def stacked(measures: Mapping[Pair, pl.DataFrame], columns: Sequence[str]) -> pl.DataFrame:
    """One table of these numbers of several pairs by split; without any pair it has the columns, and no row."""
    empty = pl.DataFrame(schema=dict.fromkeys((*PAIR, "split"), pl.String) | dict.fromkeys(columns, pl.Float64))
    return pl.concat(
        [empty, *(table.select(*PAIR, "split", pl.col(columns).cast(pl.Float64)) for table in named(measures))]
    )


def correlations(correlation: Mapping[Pair, pl.DataFrame], columns: Sequence[str]) -> pl.DataFrame:
    """The same of their Pearson correlations."""
    return stacked({pair: table.filter(method="pearson") for pair, table in correlation.items()}, columns)
