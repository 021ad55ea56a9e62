"""Whether a collection is any better than one that always gives one answer."""

import polars as pl

from learnorder import chance


def with_chance(epochs: pl.DataFrame, outcomes: pl.LazyFrame) -> pl.DataFrame:
    """The table `epochs` with `chance`, the share of the commonest class of the split, and `at_chance`.

    That says that the mean accuracy is within chance of always saying this class, so that a constant answer would
    explain it, and every bimodality: networks that all say one class are right on the same examples.
    """
    split = epochs.schema["split"]
    numbers = outcomes.drop_nulls("label").group_by("split", "label").len().collect()
    shares = numbers.group_by("split").agg(chance=pl.col("len").max() / pl.col("len").sum())
    found = epochs.join(shares.cast({"split": split}), on="split", how="left", maintain_order="left")
    highest = chance.highest(found["chance"].to_numpy(), found["examples"].to_numpy())
    return found.with_columns(at_chance=found["accuracy"] <= pl.Series(highest, dtype=pl.Float64))
