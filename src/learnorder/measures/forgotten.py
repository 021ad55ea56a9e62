"""Examples that most networks have right and later have wrong (Hacohen et al. 2020, Fig. 31)."""

import numpy as np
import polars as pl

from learnorder.measures import null
from learnorder.measures.agreement import SPLIT
from learnorder.measures.arrays import points, splits, table
from learnorder.measures.intervals import FEWEST_FOR_INTERVALS, jackknife

KNOWN, HALF, UNKNOWN = 0.9, 0.5, 0.1
"""TP-agreement above which an example is known, and below which it is half or wholly forgotten."""


def forgotten(outcomes: pl.LazyFrame, confidence: float) -> pl.DataFrame:
    """One row per split: how many examples networks learn and forget together.

    Columns: `networks`, `examples`, `points`; `known`, the share of the examples whose TP-agreement is above 0.9
    at some evaluation point; `halved` and `forgotten`, the shares of all examples that are known at a point and
    whose TP-agreement falls below 0.5, or 0.1, at a later one. Each in [0, 1], with its interval over networks
    `_low`, `_high`, null with fewer than four, and `_independent`: what networks of the same accuracies would give
    if they were right independently of each other, of the example and of what they said before.
    """
    rows = []
    for split in splits(outcomes):
        right = points(outcomes, split).right
        networks, number, examples = right.shape
        times = right.sum(0)
        found = _shares(times, networks)
        without_one = np.array([_shares(times - one, networks - 1) for one in right]).T
        columns = {"networks": networks, "examples": examples, "points": number}
        for name, value, left, expected in zip(
            ("known", "halved", "forgotten"), found, without_one, _independent(right.mean(-1).T), strict=True
        ):
            low = high = np.nan
            if networks >= FEWEST_FOR_INTERVALS:
                low, high = jackknife(value, left, confidence, 0, 1)
            columns |= {name: value, f"{name}_low": low, f"{name}_high": high, f"{name}_independent": expected}
        rows.append(table(split, {name: np.array([value]) for name, value in columns.items()}))
    return pl.concat(rows).cast({"split": SPLIT})


def _shares(times: np.ndarray, networks: int) -> list[float]:
    """Of points × examples, how many of the networks are right: shares that are known, halved, forgotten."""
    known = np.logical_or.accumulate(times > KNOWN * networks)
    fell = ((known[:-1] & (times[1:] < level * networks)).any(0).mean() for level in (HALF, UNKNOWN))
    return [known[-1].mean(), *fell]


def _independent(accuracies: np.ndarray) -> list[float]:
    """The same shares of independent networks, points × N accuracies: the chance of one example."""
    distribution = null.independent(accuracies)
    networks = accuracies.shape[-1]
    right = np.arange(networks + 1)
    rise = distribution[:, right > KNOWN * networks].sum(-1)
    falls = [distribution[:, right < level * networks].sum(-1) for level in (HALF, UNKNOWN)]
    return [1 - np.prod(1 - rise), *(_rises_then_falls(rise, fall) for fall in falls)]


def _rises_then_falls(rise: np.ndarray, fall: np.ndarray) -> float:
    """Chance of a rise at one point and a fall at a later one, of points that are independent."""
    never, known, after = 1.0, 0.0, 0.0
    for up, down in zip(rise, fall, strict=True):
        never, known, after = never * (1 - up), never * up + known * (1 - down), after + known * down
    return after
