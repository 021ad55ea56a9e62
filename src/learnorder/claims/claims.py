"""Each claim's statistic and verdict, from the tables of measures.

A claim is a module of this folder with `evidence` and `ABOUT`:

- `number` of the paper's experiment, see `paper.EXPERIMENTS`; `statement`; `statistic`; `paper`, what the paper
  reports of it, where that is no number
- `side` of the threshold on which the statistic must lie, or `near`, within it of the paper's number; `threshold`,
  unless a study sets another; `found`, what the page of the configuration says about it
- `looks_at`: what it is decided on, by its name in `selection`; `table`: of measures, which decides it
- `about`: whom of what it compares it is about: `of`, the first, `with`, the second, or both

`evidence` yields split and evidence for the names of what is looked at: a collection, a pair, or two collections
one after the other.

A frame maps the names of a collection (dataset, architecture, recipe), or of a pair (also those of the second), to
its table. Thresholds come from the configuration, where they are fixed before a study runs.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import polars as pl

from learnorder.claims.evidence import Frames, Settings
from learnorder.claims.needed import needed, would_show
from learnorder.claims.verdict import CANNOT_TELL, MIXED, NEAR, VERDICTS, Evidence, together, verdict
from learnorder.study import registry
from learnorder.tables import Names

MOST_COMPARED = 6
"""Names of two collections."""
FIRST = ("of",)
"""Whom a claim is about unless it says `about`: the first of what it compares."""


def table(frames: Frames, looked_at: Mapping[str, Sequence[Names]], settings: Settings) -> pl.DataFrame:
    """One row per claim, what is looked at, and split.

    `looked_at`: by claim, the names of collections or pairs. `settings`: thresholds by name, `significance`, the
    range of `accuracies` in which β is looked at, `matched_within` and the `confidence` of intervals. Columns:
    `claim`, `name`, `statement`, `dataset`, `of` and `with` (what is compared), `split`, `accuracy` and
    `second_accuracy` (of both, where the statistic depends on it), `networks` (the fewest of what is compared),
    `examples`, `statistic`, `paper` (what it reports), `value`, `low`, `high`, `null`, `p_value`, `side`,
    `threshold`, `verdict`, `reason`.
    """
    rows = [
        _row(name, claim, names, split, evidence, settings)
        for name, claim in registry.claims().items()
        for names in map(tuple, looked_at.get(name, ()))
        for split, evidence in import_module(f"learnorder.claims.{name}").evidence(frames, names, settings)
    ]
    numbers = dict.fromkeys(("value", "low", "high", "null", "p_value", "threshold"), pl.Float64)
    numbers |= dict.fromkeys(("accuracy", "second_accuracy"), pl.Float64)
    numbers |= dict.fromkeys(("networks", "examples"), pl.Int64)
    texts = dict.fromkeys(("claim", "name", "statement", "dataset", "of", "with", "split", "paper"), pl.String)
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
        for whom in registry.claims()[name].get("about", FIRST)
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
    name: str, claim: Mapping[str, Any], names: Names, split: str, evidence: Evidence, settings: Settings
) -> dict[str, Any]:
    threshold, significance = settings[name], settings["significance"]
    number = claim.get("paper") if evidence.paper is None else f"{evidence.paper:g}"
    # A difference has no null of its own.
    shows = would_show(evidence, threshold, significance, evidence.networks, evidence.examples)
    decided, reason = verdict(evidence, claim["side"], threshold, significance, shows)
    if (
        decided == CANNOT_TELL
        and claim["side"] != NEAR
        and (more := needed(evidence, claim["side"], threshold, significance))
    ):
        reason = f"{reason}; {more}"
    return {
        "claim": claim["number"],
        "name": name,
        "statement": claim["statement"],
        **_named(names),
        "split": split,
        "accuracy": evidence.accuracy,
        "second_accuracy": evidence.second_accuracy,
        "networks": evidence.networks or None,
        "examples": evidence.examples or None,
        "statistic": claim["statistic"],
        "paper": number,
        "value": evidence.value,
        "low": evidence.low,
        "high": evidence.high,
        "null": evidence.null,
        "p_value": evidence.p_value,
        "side": claim["side"],
        "threshold": threshold,
        "verdict": decided,
        "reason": reason,
    }


def _named(names: Names) -> dict[str, str | None]:
    """What is looked at, for people: a collection; a pair on one dataset (5 names); two collections (6); more."""
    dataset, *of = names[:3]
    other = names[3:]
    if len(names) > MOST_COMPARED:
        return {"dataset": f"{dataset} to {names[-3]}", "of": " ".join(of), "with": None}
    if len(other) == len(names[:3]) and other[0] == dataset:
        other = other[1:]
    return {"dataset": dataset, "of": " ".join(of), "with": " ".join(other) or None}
