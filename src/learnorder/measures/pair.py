"""All measures of a pair of collections on one dataset."""

import polars as pl

from learnorder.measures.agreement import networks, tp_agreement
from learnorder.measures.consistency import consistency_between
from learnorder.measures.correlation import correlate
from learnorder.measures.diverged import by_points, of_survivors, survivors
from learnorder.measures.examples import learned
from learnorder.measures.majority import majority
from learnorder.measures.matched import WITHIN, with_matched
from learnorder.measures.nested import nested, only_stronger

METHODS = ("pearson", "spearman")


OF_NESTED = ("epoch_weaker", "accuracy_weaker"), ("epoch_stronger", "accuracy_stronger")
OF_CONSISTENCY = ("epoch_first", "accuracy_first"), ("epoch_second", "accuracy_second")


def measure(
    first: pl.LazyFrame,
    second: pl.LazyFrame,
    names: tuple[str, str],
    confidence: float,
    permutations: int,
    matched_within: float = WITHIN,
) -> dict[str, pl.DataFrame]:
    """The tables of a pair: `correlation`, `nested`, `only_stronger`, `majority`, `consistency_between`.

    `names`: of the two architectures. Weaker is the collection with the lower mean test accuracy at its last
    point, the first if both have the same. Networks that diverge: see `diverged`. `nested` and
    `consistency_between` say last which points are `matched`, see `matched.matched`.
    """
    in_order = _last_accuracy(first) <= _last_accuracy(second)
    weaker, stronger = (first, second) if in_order else (second, first)
    named = dict(zip(("weaker", "stronger"), names if in_order else names[::-1], strict=True))
    columns = [pl.lit(value).alias(name) for name, value in named.items()]
    # First, since it tells whether the examples are the same.
    known = by_points(
        weaker,
        stronger,
        lambda one, other: {"nested": nested(one, other, confidence)},
        *(epoch for epoch, _ in OF_NESTED),
    )["nested"]
    alike = by_points(
        first,
        second,
        lambda one, other: {"consistency_between": consistency_between(one, other, confidence)},
        *(epoch for epoch, _ in OF_CONSISTENCY),
    )["consistency_between"]
    shown = of_survivors(
        weaker,
        stronger,
        lambda one, other: {
            "only_stronger": only_stronger(one, other, confidence),
            "majority": majority(one, other, confidence),
        },
    )
    return {
        "nested": with_matched(known, *OF_NESTED, matched_within).with_columns(columns),
        "correlation": correlations(survivors(first), survivors(second), confidence, permutations),
        **{name: table.with_columns(columns) for name, table in shown.items()},
        "consistency_between": with_matched(alike, *OF_CONSISTENCY, matched_within),
    }


def correlations(first: pl.LazyFrame, second: pl.LazyFrame, confidence: float, permutations: int) -> pl.DataFrame:
    """One row per (split, method): the correlation of accessibility, see `correlation.correlate`."""
    scores = learned(first), learned(second)
    rows = []
    has = [table["split"].cast(pl.String).unique(maintain_order=True).to_list() for table in scores]
    for split in (split for split in has[0] if split in has[1]):
        one, other = (table.filter(pl.col("split").cast(pl.String) == split) for table in scores)
        matrices = [table.select("^seed_.*$").to_numpy().reshape(len(table), -1) for table in (one, other)]
        for method in METHODS:
            found = correlate(*matrices, one["label"].to_numpy(), method, confidence, permutations)
            rows.append(
                {
                    "split": split,
                    "method": method,
                    "examples": len(one),
                    "networks_first": matrices[0].shape[1],
                    "networks_second": matrices[1].shape[1],
                    **found,
                }
            )
    return pl.DataFrame(rows).fill_nan(None)


def _last_accuracy(outcomes: pl.LazyFrame) -> float:
    """Mean test accuracy at the last evaluation point, 0 without any network."""
    remain = survivors(outcomes)
    if not networks(remain):
        return 0
    test = remain.filter(pl.col("split").cast(pl.String) == "test").filter(
        pl.col("epoch") == pl.col("epoch").max()
    )
    return tp_agreement(test).select(pl.col("tp_agreement").mean()).collect().item()
