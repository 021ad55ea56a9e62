"""How many networks are right about an example, and how many say the same of it."""

import polars as pl

from learnorder.datasets.canonical import SPLITS

KEYS = ("split", "epoch", "example")


SPLIT = pl.Enum(SPLITS)
"""Type of the column `split` in every table of measures of labelled examples."""


def networks(outcomes: pl.LazyFrame) -> list[str]:
    """Names of the columns that hold a network's predictions."""
    return [name for name in outcomes.collect_schema().names() if name.startswith("seed_")]


def rights(outcomes: pl.LazyFrame) -> pl.LazyFrame:
    """The labelled part of the outcome table with 1[ŷ = y], a boolean, in place of each predicted class."""
    names = networks(outcomes)
    right = (pl.col(name) == pl.col("label") for name in names)
    return outcomes.drop_nulls("label").with_columns(pl.col("split").cast(SPLIT), *right)


def tp_agreement(outcomes: pl.LazyFrame) -> pl.LazyFrame:
    """Share of networks that classify each example correctly, one row per (split, epoch, example); in [0, 1].

    `outcomes` has one column of predicted classes per network and a column `label`; null where that is null.
    Source: Hacohen et al. 2020.
    """
    names = networks(outcomes)
    right = pl.sum_horizontal(pl.col(name) == pl.col("label") for name in names)
    known = pl.when(pl.col("label").is_not_null()).then(right / len(names))
    return outcomes.select(*KEYS, tp_agreement=known)


def agreement(outcomes: pl.LazyFrame, classes: int) -> pl.LazyFrame:
    """Largest share of networks that predict one same class, one row per (split, epoch, example); in [1/N, 1].

    Uses no label. Source: Hacohen et al. 2020.
    """
    names = networks(outcomes)
    # The commonest class is one that some network predicts: with many classes, N candidates are enough.
    candidates = [pl.lit(label) for label in range(classes)] if classes < len(names) else map(pl.col, names)
    votes = [pl.sum_horizontal(pl.col(name) == candidate for name in names) for candidate in candidates]
    return outcomes.select(*KEYS, agreement=pl.max_horizontal(votes) / len(names))


def counts(outcomes: pl.LazyFrame) -> pl.DataFrame:
    """How many examples are right in how many networks: one row per (split, epoch, right) that occurs.

    `right`: number of networks, 0 to N; `examples`: number of examples of the split that so many networks
    classify correctly; `seed_…`: how many of those this network classifies correctly. What TP-agreement does
    over a split, and would do without any one network, follows from this table alone.
    """
    names = networks(outcomes)
    return (
        rights(outcomes)
        .with_columns(right=pl.sum_horizontal(names))
        .group_by("split", "epoch", "right")
        .agg(pl.len().alias("examples"), pl.col(names).sum())
        .sort("split", "epoch", "right")
        .collect()
    )
