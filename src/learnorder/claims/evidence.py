"""Evidence from tables of measures: β at a point, of two collections compared, correlations of a pair."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from learnorder import chance, paper
from learnorder.claims.needed import of_beta, of_difference
from learnorder.claims.verdict import Evidence
from learnorder.measures import bimodality
from learnorder.measures.intervals import interval_of_difference
from learnorder.measures.matched import compared, midmost, usable
from learnorder.tables import Names

Frames = Mapping[str, Mapping[Names, pl.DataFrame]]
"""By the name of a table and of what is measured, see `claims.claims`."""
Settings = Mapping[str, Any]
Found = Iterator[tuple[str, Evidence]]
"""Split and evidence."""
SPLITS = ("train", "test")
CORRELATION = ("correlation", "correlation_low", "correlation_high")
NETWORKS = ("networks_first", "networks_second")


def beta(row: Mapping[str, Any], settings: Settings) -> Evidence:
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


def midway(frames: Frames, names: Names, settings: Settings) -> Found:
    """β of a collection at the point in the middle of the accuracies that are looked at."""
    epochs = frames["epochs"][names]
    for split in SPLITS:
        row = midmost(usable(epochs, split), settings["accuracies"])
        yield split, beta(row, settings) if row else nowhere(epochs, split, settings)


def not_below(frames: Frames, names: Names, settings: Settings) -> Found:
    """The same where a β of no shared order is claimed: no null is to be rejected."""
    for split, found in midway(frames, names, settings):
        yield split, replace(found, null=None, p_value=None, redrawn=None)


def extreme(
    epochs: pl.DataFrame, names: Names, largest: bool, statistic: tuple[str, str], splits: Sequence[str] = SPLITS
) -> Found:
    """The largest or smallest bimodality b over training, of collections of which the paper has it.

    The smallest also where networks are at chance, as on the test set of shuffled labels; the largest not there,
    where the first steps of training would count.
    """
    dataset, architecture, _ = names
    for split in splits:
        reported = paper.value(*statistic, dataset, architecture, split)
        rows = epochs.filter(
            pl.col("split").cast(pl.String) == split,
            pl.col("bimodality").is_not_null(),
            pl.col("accuracy") <= bimodality.MOST_ACCURATE,
            ~pl.col("at_chance") | (not largest),
        )
        if reported is None or rows.is_empty():
            continue
        row = rows.sort("bimodality", descending=largest).row(0, named=True)
        ends = (row[f"bimodality{end}"] for end in ("", "_low", "_high"))
        yield split, Evidence(*ends, paper=reported, accuracy=row["accuracy"], **sizes(row, "networks"))


def nowhere(epochs: pl.DataFrame, split: str, settings: Settings) -> Evidence:
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


def of_two(first: pl.DataFrame, second: pl.DataFrame, split: str, settings: Settings) -> Evidence:
    """β of one collection less that of another, at the two points at which they are compared."""
    between, within = settings["accuracies"], settings["matched_within"]
    both = [usable(epochs, split) for epochs in (first, second)]
    for epochs, points in zip((first, second), both, strict=True):
        if midmost(points, between) is None:
            return nowhere(epochs, split, settings)
    points = compared(*both, within, between)
    if points is None:
        low, high = between
        where = f"between accuracy {low:g} and {high:g}"
        return Evidence(None, None, None, undefined=f"nowhere within {within:g} of each other's accuracy {where}")
    return difference(*(beta(point, settings) for point in points))


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


def of_pair(frames: Mapping[Names, pl.DataFrame], names: Names) -> pl.DataFrame:
    """The table of a pair, whichever of its collections is named first."""
    dataset, *both = names
    return frames[names] if names in frames else frames[dataset, *both[2:], *both[:2]]


def sizes(row: Mapping[str, Any], *networks: str) -> dict[str, int]:
    """The fewest networks of what is compared, and the examples."""
    return {"networks": min(row[name] for name in networks), "examples": row["examples"]}


def of_ceiling(frames: Frames, names: Names) -> Found:
    """Correlation divided by its noise ceiling: 1 for two collections that differ by chance alone."""
    for row in of_pair(frames["correlation"], names).filter(method="pearson").rows(named=True):
        ceiling, about = row["ceiling"], sizes(row, *NETWORKS)
        if not ceiling:
            few = "no noise ceiling: too few networks that did not diverge, or nothing varies"
            yield str(row["split"]), Evidence(None, None, None, undefined=few, **about)
            continue
        scaled = [None if row[key] is None else row[key] / ceiling for key in CORRELATION]
        yield str(row["split"]), Evidence(*scaled, null=1, **about)
