"""All measures of a pair of collections on one dataset."""

import polars as pl

from learnorder.measures.agreement import tp_agreement
from learnorder.measures.consistency import consistency_between
from learnorder.measures.correlation import correlate
from learnorder.measures.examples import learned
from learnorder.measures.nested import nested, only_stronger

METHODS = ("pearson", "spearman")


def measure(
    first: pl.LazyFrame, second: pl.LazyFrame, names: tuple[str, str], confidence: float, permutations: int
) -> dict[str, pl.DataFrame]:
    """The four tables of a pair: `correlation`, `nested`, `only_stronger`, `consistency_between`.

    `names`: of the two architectures. Weaker is the collection with the lower mean test accuracy at its last
    point, the first if both have the same.
    """
    in_order = _last_accuracy(first) <= _last_accuracy(second)
    weaker, stronger = (first, second) if in_order else (second, first)
    named = dict(zip(("weaker", "stronger"), names if in_order else names[::-1], strict=True))
    columns = [pl.lit(value).alias(name) for name, value in named.items()]
    return {
        # First, since it tells whether the examples are the same.
        "nested": nested(weaker, stronger, confidence).with_columns(columns),
        "correlation": correlations(first, second, confidence, permutations),
        "only_stronger": only_stronger(weaker, stronger, confidence).with_columns(columns),
        "consistency_between": consistency_between(first, second, confidence),
    }


def correlations(first: pl.LazyFrame, second: pl.LazyFrame, confidence: float, permutations: int) -> pl.DataFrame:
    """One row per (split, method): the correlation of accessibility, see `correlation.correlate`."""
    scores = learned(first), learned(second)
    rows = []
    has = [table["split"].cast(pl.String).unique(maintain_order=True).to_list() for table in scores]
    for split in (split for split in has[0] if split in has[1]):
        one, other = (table.filter(pl.col("split").cast(pl.String) == split) for table in scores)
        networks = [table.select("^seed_.*$").to_numpy() for table in (one, other)]
        for method in METHODS:
            found = correlate(*networks, one["label"].to_numpy(), method, confidence, permutations)
            rows.append(
                {
                    "split": split,
                    "method": method,
                    "examples": len(one),
                    "networks_first": networks[0].shape[1],
                    "networks_second": networks[1].shape[1],
                    **found,
                }
            )
    return pl.DataFrame(rows).fill_nan(None)


def _last_accuracy(outcomes: pl.LazyFrame) -> float:
    """Mean test accuracy at the last evaluation point."""
    test = outcomes.filter(pl.col("split").cast(pl.String) == "test").filter(
        pl.col("epoch") == pl.col("epoch").max()
    )
    return tp_agreement(test).select(pl.col("tp_agreement").mean()).collect().item()
