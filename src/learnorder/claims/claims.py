"""Each claim's statistic, from the tables of measures.

A frame maps the names of a collection (dataset, architecture, recipe), or of a pair (also those of the second), to
its table. Thresholds come from the configuration, where they are fixed before a study runs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from learnorder import chance
from learnorder.claims.needed import needed, of_beta, of_difference, would_show
from learnorder.claims.verdict import ABOVE, BELOW, CANNOT_TELL, MIXED, VERDICTS, Evidence, together, verdict
from learnorder.measures.intervals import interval_of_difference
from learnorder.measures.matched import compared, midmost, usable
from learnorder.tables import Names

Frames = Mapping[str, Mapping[Names, pl.DataFrame]]
Settings = Mapping[str, Any]
SPLITS = ("train", "test")
FIRST, SECOND, BOTH = ("of",), ("with",), ("of", "with")
"""Whom a claim is about: the first of what it compares, the second, or both alike."""


@dataclass(frozen=True)
class Claim:
    """What is claimed, and how it is decided.

    `threshold`: its key in the configuration. `evidence`: yields split and evidence for the names of what is
    looked at: a collection, a pair, or two collections one after the other. `about`: which of them are counted.
    """

    claim: str
    statement: str
    statistic: str
    side: str
    threshold: str
    evidence: Callable[[Frames, Names, Settings], Iterator[tuple[str, Evidence]]]
    about: tuple[str, ...] = FIRST


def table(frames: Frames, looked_at: Mapping[str, Sequence[Names]], settings: Settings) -> pl.DataFrame:
    """One row per claim, what is looked at, and split.

    `looked_at`: by claim, the names of collections or pairs. `settings`: thresholds by name, `significance`, the
    range of `accuracies` in which β is looked at, `matched_within` and the `confidence` of intervals. Columns:
    `claim`, `name`, `statement`, `dataset`, `of` and `with` (what is compared), `split`, `accuracy` and
    `second_accuracy` (of both, where the statistic depends on it), `networks` (the fewest of what is compared),
    `examples`, `statistic`, `value`, `low`, `high`, `null`, `p_value`, `side`, `threshold`, `verdict`, `reason`.
    """
    rows = [
        _row(name, claim, names, split, evidence, settings)
        for name, claim in CLAIMS.items()
        for names in map(tuple, looked_at.get(name, ()))
        for split, evidence in claim.evidence(frames, names, settings)
    ]
    numbers = dict.fromkeys(("value", "low", "high", "null", "p_value", "threshold"), pl.Float64)
    numbers |= dict.fromkeys(("accuracy", "second_accuracy"), pl.Float64)
    numbers |= dict.fromkeys(("networks", "examples"), pl.Int64)
    texts = dict.fromkeys(("claim", "name", "statement", "dataset", "of", "with", "split"), pl.String)
    return pl.DataFrame(rows, schema_overrides=texts | numbers, infer_schema_length=None)


def by_collection(table: pl.DataFrame) -> pl.DataFrame:
    """One row per claim and collection that it is about: its one `verdict` of all its rows.

    Splits of one collection, and its comparisons with several others, are not independent of each other: a
    collection counts once. `rows`: how many it has; then how many of each verdict. The verdict is what all rows
    say that can tell, `mixed` if these differ, and `cannot tell` if there are none.
    """
    keys = ("name", "dataset", "collection")
    parts = [
        rows.select("name", "dataset", pl.col(whom).alias("collection"), "verdict")
        for (name,), rows in table.group_by("name", maintain_order=True)
        for whom in CLAIMS[name].about
    ]
    return (
        pl.concat([pl.DataFrame(schema=dict.fromkeys((*keys, "verdict"), pl.String)), *parts])
        .group_by(keys, maintain_order=True)
        .agg(
            pl.len().alias("rows"),
            *((pl.col("verdict") == kind).sum().alias(_key(kind)) for kind in VERDICTS if kind != MIXED),
            pl.col("verdict"),
        )
        .with_columns(pl.col("verdict").map_elements(together, return_dtype=pl.String))
    )


def numbers(table: pl.DataFrame) -> dict[str, dict[str, float | None]]:
    """By claim the `collections` that it is about, and of how many of these it was found, not found, or neither.

    Then the number of `rows`, and the least, median and largest statistic of them.
    """
    collections = by_collection(table)
    return {
        name: {
            "collections": (of := collections.filter(name=name)).height,
            **{_key(kind): int((of["verdict"] == kind).sum()) for kind in VERDICTS},
            "rows": len(rows),
            **{what: getattr(rows["value"], what)() for what in ("min", "median", "max")},
        }
        for (name,), rows in table.group_by("name", maintain_order=True)
    }


def _key(verdict: str) -> str:
    return verdict.replace(" ", "_")


def _row(
    name: str, claim: Claim, names: Names, split: str, evidence: Evidence, settings: Settings
) -> dict[str, Any]:
    threshold, significance = settings[claim.threshold], settings["significance"]
    # A difference has no null of its own.
    shows = would_show(evidence, threshold, significance, evidence.networks, evidence.examples)
    decided, reason = verdict(evidence, claim.side, threshold, significance, shows)
    if decided == CANNOT_TELL and (more := needed(evidence, claim.side, threshold, significance)):
        reason = f"{reason}; {more}"
    return {
        "claim": claim.claim,
        "name": name,
        "statement": claim.statement,
        **_named(names),
        "split": split,
        "accuracy": evidence.accuracy,
        "second_accuracy": evidence.second_accuracy,
        "networks": evidence.networks or None,
        "examples": evidence.examples or None,
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


def _beta(row: Mapping[str, Any], settings: Settings) -> Evidence:
    """Relative bimodality at an evaluation point, against the permutation null."""
    found = row["accuracy"], row["relative_bimodality"]
    return Evidence(
        row["relative_bimodality"],
        row["relative_bimodality_low"],
        row["relative_bimodality_high"],
        null=row["null_bimodality"] / (2 - 2 / row["networks"]),
        p_value=row["p_value"],
        accuracy=row["accuracy"],
        networks=row["networks"],
        examples=row["examples"],
        redrawn=of_beta(*found, settings["confidence"], settings["significance"]),
    )


def _nowhere(epochs: pl.DataFrame, split: str, settings: Settings) -> Evidence:
    """Why a collection cannot be looked at."""
    low, high = settings["accuracies"]
    inside = epochs.filter(
        pl.col("split").cast(pl.String) == split, pl.col("accuracy").is_between(low, high)
    ).sort("accuracy")
    if inside.is_empty() or not inside["at_chance"].all():
        return Evidence(
            None, None, None, undefined=f"no point between accuracy {low:g} and {high:g} with a known β"
        )
    best = inside.row(-1, named=True)
    undefined = (
        f"at chance: accuracy {best['accuracy']:.2f} on {best['examples']} examples, where always one class has"
    )
    examples = chance.examples(best["chance"], best["accuracy"])
    more = f"; about {examples:,} examples would be needed" if examples else ""
    return Evidence(None, None, None, undefined=f"{undefined} {best['chance']:.2f}{more}")


def _of_two(first: pl.DataFrame, second: pl.DataFrame, split: str, settings: Settings) -> Evidence:
    """β of one collection less that of another, at the two points at which they are compared."""
    between, within = settings["accuracies"], settings["matched_within"]
    both = [usable(epochs, split) for epochs in (first, second)]
    for epochs, points in zip((first, second), both, strict=True):
        if midmost(points, between) is None:
            return _nowhere(epochs, split, settings)
    points = compared(*both, within, between)
    if points is None:
        low, high = between
        where = f"between accuracy {low:g} and {high:g}"
        return Evidence(None, None, None, undefined=f"nowhere within {within:g} of each other's accuracy {where}")
    return difference(*(_beta(point, settings) for point in points))


def difference(one: Evidence, other: Evidence) -> Evidence:
    """One less the other, of collections that are independent."""
    value, bounds = one.value - other.value, (one.low, one.high, other.low, other.high)
    about = {
        "accuracy": one.accuracy,
        "second_accuracy": other.accuracy,
        "networks": min(one.networks, other.networks),
        "examples": min(one.examples, other.examples),
        "redrawn": of_difference(one.redrawn, other.redrawn, difference)
        if one.redrawn and other.redrawn
        else None,
    }
    if None in bounds:
        return Evidence(value, None, None, **about)
    ends = interval_of_difference(*((of.value, of.low, of.high) for of in (one, other)))
    return Evidence(value, *ends, null=0, **about)


def _of_pair(frames: Mapping[Names, pl.DataFrame], names: Names) -> pl.DataFrame:
    """The table of a pair, whichever of its collections is named first."""
    dataset, *both = names
    return frames[names] if names in frames else frames[dataset, *both[2:], *both[:2]]


def _sizes(row: Mapping[str, Any], *networks: str) -> dict[str, int]:
    return {"networks": min(row[name] for name in networks), "examples": row["examples"]}


def _shared_order(frames: Frames, names: Names, settings: Settings):
    epochs = frames["epochs"][names]
    for split in SPLITS:
        row = midmost(usable(epochs, split), settings["accuracies"])
        yield split, _beta(row, settings) if row else _nowhere(epochs, split, settings)


def _correlation(frames: Frames, names: Names, settings: Settings):
    for row in _of_pair(frames["correlation"], names).filter(method="pearson").rows(named=True):
        found, about = [row[key] for key in _CORRELATION], _sizes(row, *_NETWORKS)
        yield str(row["split"]), Evidence(*found, null=row["class_means"], p_value=row["p_value"], **about)


def _of_ceiling(frames: Frames, names: Names, settings: Settings):
    """Correlation over its noise ceiling: 1 for two collections that differ by chance alone."""
    for row in _of_pair(frames["correlation"], names).filter(method="pearson").rows(named=True):
        ceiling, about = row["ceiling"], _sizes(row, *_NETWORKS)
        if not ceiling:
            few = "no noise ceiling: too few networks that did not diverge, or nothing varies"
            yield str(row["split"]), Evidence(None, None, None, undefined=few, **about)
            continue
        scaled = [None if row[key] is None else row[key] / ceiling for key in _CORRELATION]
        yield str(row["split"]), Evidence(*scaled, null=1, **about)


_CORRELATION = ("correlation", "correlation_low", "correlation_high")
_NETWORKS = ("networks_first", "networks_second")


def _nested(frames: Frames, names: Names, settings: Settings):
    """At the last points of both."""
    last = frames["nested"][names].filter(
        pl.col("epoch_weaker") == pl.col("epoch_weaker").max(),
        pl.col("epoch_stronger") == pl.col("epoch_stronger").max(),
    )
    for row in last.rows(named=True):
        found = (row["difference"], row["difference_low"], row["difference_high"])
        in_order = ("weaker", "stronger") if row["weaker"] == names[1] else ("stronger", "weaker")
        accuracies = dict(
            zip(("accuracy", "second_accuracy"), (row[f"accuracy_{one}"] for one in in_order), strict=True)
        )
        about = _sizes(row, "networks_weaker", "networks_stronger")
        yield str(row["split"]), Evidence(*found, null=0, **accuracies, **about)


def _order_gone(frames: Frames, names: Names, settings: Settings):
    """Generated less real, where they are equally accurate."""
    for split in SPLITS:
        yield split, _of_two(*(frames["epochs"][part] for part in (names[:3], names[3:])), split, settings)


def _random_labels(frames: Frames, names: Names, settings: Settings):
    """Redrawn labels less true ones where they are equally accurate, on train, by the labels trained on."""
    both = (frames["epochs_as_trained"][part] for part in (names[:3], names[3:]))
    yield "train", _of_two(*both, "train", settings)


def _elsewhere(frames: Frames, names: Names, settings: Settings):
    """Agreement on other datasets at the last point, less that of independent networks."""
    others = frames["others"][names].filter(pl.col("epoch") == pl.col("epoch").max())
    for row in others.filter(pl.col("split").cast(pl.String) != "test").rows(named=True):
        null, bounds = row["agreement_independent"], (row["agreement_low"], row["agreement_high"])
        low, high = (None if bound is None else bound - null for bound in bounds)
        found = (row["agreement"] - null, low, high)
        yield str(row["split"]), Evidence(*found, null=0, p_value=row["p_value"], **_sizes(row, "networks"))


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
        BOTH,
    ),
    "nested": Claim(
        "C2",
        "What the weaker architecture knows, the stronger knows too.",
        "P(S right | W right) − P(S right | W wrong)",
        ABOVE,
        "nested",
        _nested,
        BOTH,
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
        SECOND,
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
