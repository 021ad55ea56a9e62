"""How many networks a collection needs before its order is more than chance."""

import polars as pl

from learnorder.measures.reliability import reliability_by_size

SIZES = (1, 2, 3, 5, 10, 20, 50)
METHOD = "pearson"
DRAWS = 20
SEED = 0


def reliability_table(learned: pl.DataFrame) -> pl.DataFrame:
    """One row per (split, networks): how far two sets of so many networks learn the examples in one order.

    `learned`: see `examples.learned`. Columns: `networks`, of `SIZES` those up to half of the collection, since
    the two sets have no network in common; `correlation` (Pearson's) of their mean accessibilities over 20 random
    draws, with `correlation_sd`, and `spearman_brown`: see `reliability.reliability_by_size`.
    """
    sizes = [
        reliability_by_size(rows.select("^seed_.*$").to_numpy(), SIZES, METHOD, DRAWS, SEED).select(
            pl.lit(split).cast(learned.schema["split"]).alias("split"), pl.all()
        )
        for (split,), rows in learned.group_by("split", maintain_order=True)
    ]
    return pl.concat(sizes)
