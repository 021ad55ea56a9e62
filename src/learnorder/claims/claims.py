"""Each claim's statistic, from the tables of measures.

A frame maps the names of a collection (dataset, architecture, recipe), or of a pair (also those of the second), to
its table. Thresholds come from the configuration, where they are fixed before a study runs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

import polars as pl

from learnorder.claims.verdict import ABOVE, BELOW, VERDICTS, Evidence, verdict
from learnorder.tables import Names

Frames = Mapping[str, Mapping[Names, pl.DataFrame]]
SPLITS = ("train", "test")


@dataclass(frozen=True)
class Claim:
    """What is claimed, and how it is decided.

    `threshold`: its key in the configuration. `evidence`: yields split and evidence for the names of what is
    looked at: a collection, a pair, or two collections one after the other.
    """

    claim: str
    statement: str
    statistic: str
    side: str
    threshold: str
    evidence: Callable[[Frames, Names, Mapping[str, float]], Iterator[tuple[str, Evidence]]]


def table(frames: Frames, looked_at: Mapping[str, Sequence[Names]], settings: Mapping[str, float]) -> pl.DataFrame:
    """One row per claim, what is looked at, and split.

    `looked_at`: by claim, the names of collections or pairs. `settings`: thresholds by name, `significance`, and
    the accuracy at which collections are compared, `matched_accuracy`, give or take `matched_within`. Columns:
    `claim`, `statement`, `dataset`, `of` and `with` (what is compared), `split`, `statistic`, `value`, `low`,
    `high`, `null`, `p_value`, `side`, `threshold`, `verdict`, `reason`.
    """
    rows = [
        _row(name, claim, names, split, evidence, settings)
        for name, claim in CLAIMS.items()
        for names in map(tuple, looked_at.get(name, ()))
        for split, evidence in claim.evidence(frames, names, settings)
    ]
    numbers = dict.fromkeys(("value", "low", "high", "null", "p_value", "threshold"), pl.Float64)
    texts = dict.fromkeys(("claim", "name", "statement", "dataset", "of", "with", "split"), pl.String)
    return pl.DataFrame(rows, schema_overrides=texts | numbers, infer_schema_length=None)


def numbers(table: pl.DataFrame) -> dict[str, dict[str, float | None]]:
    """By claim how often it was found, not found, or neither, and the least, median and largest statistic."""
    return {
        name: {
            **{kind.replace(" ", "_"): int((rows["verdict"] == kind).sum()) for kind in VERDICTS},
            **{what: getattr(rows["value"], what)() for what in ("min", "median", "max")},
        }
        for (name,), rows in table.group_by("name", maintain_order=True)
    }


def _row(
    name: str, claim: Claim, names: Names, split: str, evidence: Evidence, settings: Mapping[str, float]
) -> dict[str, Any]:
    threshold = settings[claim.threshold]
    decided, reason = verdict(evidence, claim.side, threshold, settings["significance"])
    return {
        "claim": claim.claim,
        "name": name,
        "statement": claim.statement,
        **_named(names),
        "split": split,
        "statistic": claim.statistic,
        "value": evidence.value,
        "low": evidence.low,
        "high": evidence.high,
        "null": evidence.null,
        "p_value": evidence.p_value,
        "side": claim.side,
        "threshold": threshold,
        "verdict": decided,
        "reason": reason,
    }


def _named(names: Names) -> dict[str, str | None]:
    """What is looked at, for people: a collection; a pair on one dataset (5 names); two collections (6)."""
    dataset, *of = names[:3]
    other = names[3:]
    if len(other) == len(names[:3]) and other[0] == dataset:
        other = other[1:]
    return {"dataset": dataset, "of": " ".join(of), "with": " ".join(other) or None}


def _matched(epochs: pl.DataFrame, split: str, settings: Mapping[str, float]) -> dict[str, Any] | None:
    """The row of the evaluation point at which a collection has the accuracy that collections are compared at."""
    wanted = settings["matched_accuracy"]
    rows = (
        epochs.filter((pl.col("split").cast(pl.String) == split) & pl.col("relative_bimodality").is_not_null())
        .with_columns(apart=(pl.col("accuracy") - wanted).abs())
        .filter(pl.col("apart") <= settings["matched_within"])
        .sort("apart", "epoch")
        .rows(named=True)
    )
    return rows[0] if rows else None


def _beta(row: Mapping[str, Any]) -> Evidence:
    """Relative bimodality at an evaluation point, against the permutation null."""
    return Evidence(
        row["relative_bimodality"],
        row["relative_bimodality_low"],
        row["relative_bimodality_high"],
        null=row["null_bimodality"] / (2 - 2 / row["networks"]),
        p_value=row["p_value"],
    )


def _nowhere(settings: Mapping[str, float]) -> Evidence:
    wanted, within = settings["matched_accuracy"], settings["matched_within"]
    return Evidence(None, None, None, undefined=f"no point at accuracy {wanted:g} ± {within:g}")


def _difference(one: Evidence, other: Evidence) -> Evidence:
    """One less the other, of collections that are independent."""
    value, bounds = one.value - other.value, (one.low, one.high, other.low, other.high)
    if None in bounds:
        return Evidence(value, None, None)
    below, above = hypot(_reach_below(one), _reach_above(other)), hypot(_reach_above(one), _reach_below(other))
    return Evidence(value, value - below, value + above, null=0)


def _reach_below(evidence: Evidence) -> float:
    """How far the interval reaches below the value."""
    return evidence.value - evidence.low


def _reach_above(evidence: Evidence) -> float:
    """How far the interval reaches above the value."""
    return evidence.high - evidence.value


def _shared_order(frames: Frames, names: Names, settings: Mapping[str, float]):
    for split in SPLITS:
        row = _matched(frames["epochs"][names], split, settings)
        yield split, _beta(row) if row else _nowhere(settings)


def _correlation(frames: Frames, names: Names, settings: Mapping[str, float]):
    for row in frames["correlation"][names].filter(method="pearson").rows(named=True):
        yield (
            row["split"],
            Evidence(
                row["correlation"],
                row["correlation_low"],
                row["correlation_high"],
                null=row["class_means"],
                p_value=row["p_value"],
            ),
        )


def _of_ceiling(frames: Frames, names: Names, settings: Mapping[str, float]):
    """Correlation over its noise ceiling: 1 for two collections that differ by chance alone."""
    for row in frames["correlation"][names].filter(method="pearson").rows(named=True):
        ceiling = row["ceiling"]
        if not ceiling:
            yield row["split"], Evidence(None, None, None, undefined="no noise ceiling: too few networks")
            continue
        scaled = [None if row[key] is None else row[key] / ceiling for key in _CORRELATION]
        yield row["split"], Evidence(*scaled, null=1)


_CORRELATION = ("correlation", "correlation_low", "correlation_high")


def _nested(frames: Frames, names: Names, settings: Mapping[str, float]):
    """At the last points of both."""
    last = frames["nested"][names].filter(
        pl.col("epoch_weaker") == pl.col("epoch_weaker").max(),
        pl.col("epoch_stronger") == pl.col("epoch_stronger").max(),
    )
    for row in last.rows(named=True):
        evidence = Evidence(row["difference"], row["difference_low"], row["difference_high"], null=0)
        yield str(row["split"]), evidence


def _order_gone(frames: Frames, names: Names, settings: Mapping[str, float]):
    """Generated less real, both where they have the accuracy that they are compared at."""
    for split in SPLITS:
        both = [_matched(frames["epochs"][part], split, settings) for part in (names[:3], names[3:])]
        yield split, _difference(*map(_beta, both)) if all(both) else _nowhere(settings)


def _random_labels(frames: Frames, names: Names, settings: Mapping[str, float]):
    """Redrawn labels less true ones, on the train set, by the labels trained on."""
    both = [_matched(frames["epochs_as_trained"][part], "train", settings) for part in (names[:3], names[3:])]
    yield "train", _difference(*map(_beta, both)) if all(both) else _nowhere(settings)


def _elsewhere(frames: Frames, names: Names, settings: Mapping[str, float]):
    """Agreement on other datasets at the last point, less that of independent networks."""
    others = frames["others"][names].filter(pl.col("epoch") == pl.col("epoch").max())
    for row in others.filter(pl.col("split").cast(pl.String) != "test").rows(named=True):
        null, bounds = row["agreement_independent"], (row["agreement_low"], row["agreement_high"])
        low, high = (None if bound is None else bound - null for bound in bounds)
        yield (
            str(row["split"]),
            Evidence(row["agreement"] - null, low, high, null=0, p_value=row["p_value"]),
        )


CLAIMS = {
    "shared_order": Claim(
        "C1",
        "Networks of one architecture learn a real dataset in one order: TP-agreement is bimodal.",
        "relative bimodality β",
        BELOW,
        "shared_order",
        _shared_order,
    ),
    "across_architectures": Claim(
        "C2",
        "The order crosses architectures.",
        "correlation of accessibility",
        ABOVE,
        "across_architectures",
        _correlation,
    ),
    "nested": Claim(
        "C2",
        "What the weaker architecture knows, the stronger knows too.",
        "P(S right | W right) − P(S right | W wrong)",
        ABOVE,
        "nested",
        _nested,
    ),
    "synthetic": Claim(
        "C3",
        "There are generated datasets on which the shared order ceases.",
        "β on generated − β on real data",
        ABOVE,
        "synthetic",
        _order_gone,
    ),
    "paradigms": Claim(
        "C4",
        "Another learning paradigm learns in another order.",
        "correlation of accessibility / noise ceiling",
        BELOW,
        "paradigms",
        _of_ceiling,
    ),
    "robustness": Claim(
        "C5",
        "The order is robust to hyper-parameters.",
        "correlation of accessibility / noise ceiling",
        ABOVE,
        "robustness",
        _of_ceiling,
    ),
    "out_of_distribution": Claim(
        "C6",
        "Networks agree on images of other datasets too.",
        "agreement − that of independent networks",
        ABOVE,
        "out_of_distribution",
        _elsewhere,
    ),
    "random_labels": Claim(
        "C6",
        "Random labels weaken the shared order on the train set.",
        "β with redrawn labels − β with true ones",
        ABOVE,
        "random_labels",
        _random_labels,
    ),
}
