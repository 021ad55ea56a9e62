"""The majority vote of two collections at equal accuracy: which examples each has right.

The paper's way to ask who learns what first (Hacohen et al. 2020, Fig. 9 and 10).
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from learnorder.measures.agreement import SPLIT, networks
from learnorder.measures.arrays import splits, table
from learnorder.measures.intervals import FEWEST_FOR_INTERVALS, jackknife_of_two
from learnorder.measures.matched import matched

WITHIN = 0.01
"""Largest difference of mean accuracy at which the paper compares two collections."""
SHARES = ("both", "only_weaker", "only_stronger", "neither")


class Votes(NamedTuple):
    """A collection at one point: what its majority has right of n examples, and without each of its N networks.

    `accuracy`: mean over the networks; `right`: n; `without_one`: N × n.
    """

    epoch: float
    accuracy: float
    right: np.ndarray
    without_one: np.ndarray


def majority(weaker: pl.LazyFrame, stronger: pl.LazyFrame, confidence: float) -> pl.DataFrame:
    """One row per (split, epoch_stronger): what the majority votes of two collections have right.

    `epoch_weaker`: the point of the weaker collection whose mean accuracy is nearest, within 0.01; where that of
    the stronger exceeds the best of the weaker, the last point of the weaker, and `converged` is true. Points
    without either have no row. Columns: `networks_weaker`, `networks_stronger`, `examples`, `accuracy_weaker`,
    `accuracy_stronger`; `majority_weaker`, `majority_stronger`, the shares that the commonest predictions have
    right; of equally common ones the lowest class counts. `both`, `only_weaker`, `only_stronger`, `neither`:
    shares of the examples in [0, 1] that sum to 1, each with its interval over the networks of both, `_low` and
    `_high`, null with fewer than four networks in either; and `_independent`, the share if the votes were
    independent.
    """
    also = splits(stronger)
    tables = [
        _of_split(split, list(_votes(weaker, split)), list(_votes(stronger, split)), confidence)
        for split in splits(weaker)
        if split in also
    ]
    return pl.concat(tables).cast({"split": SPLIT})


def _of_split(split: str, weaker: list[Votes], stronger: list[Votes], confidence: float) -> pl.DataFrame:
    pairs = list(_pairs([point.accuracy for point in weaker], [point.accuracy for point in stronger]))
    found = [_shares(weaker[p], stronger[q], confidence) for p, q, _ in pairs]
    columns = {name: np.array([row[name] for row in found]) for name in found[0]} if found else {}
    if not found:
        return _of_split(split, weaker[:1], weaker[:1], confidence).clear()
    about = {"converged": np.array([converged for _, _, converged in pairs])}
    return table(split, columns | about)


def _pairs(weaker: list[float], stronger: list[float]) -> Iterator[tuple[int, int, bool]]:
    """Points of the weaker and the stronger collection that are compared, and whether the weaker has converged."""
    near = matched(np.array(stronger), np.array(weaker), WITHIN)
    for q, accuracy in enumerate(stronger):
        if near[q].any():
            yield int(near[q].argmax()), q, False
        elif accuracy > max(weaker):
            yield len(weaker) - 1, q, True


def _votes(outcomes: pl.LazyFrame, split: str) -> Iterator[Votes]:
    """The points of one labelled split, in their order."""
    names = networks(outcomes)
    known = outcomes.drop_nulls("label").filter(pl.col("split").cast(pl.String) == split)
    for (epoch,), rows in known.select("epoch", "label", *names).collect().group_by("epoch", maintain_order=True):
        predicted, labels = (rows.select(of).to_numpy().T.astype(int) for of in (names, "label"))
        yield Votes(epoch, (predicted == labels).mean(), *_majority(predicted, labels[0]))


def _majority(predicted: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether the commonest of N × n predictions is the label: n; and without each network: N × n."""
    right = predicted == labels
    label_votes = right.sum(0)
    # Of a rival class: its votes and, since of equals the lower class wins, one more if it is the lower.
    strength, winner, single = _strongest_rival(predicted, labels)
    without_one = np.where(
        right, label_votes - 1 >= strength, label_votes >= strength - ((predicted == winner) & single)
    )
    return label_votes >= strength, without_one


def _strongest_rival(predicted: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each example the strongest class beside its label: its strength, itself, and whether it is alone."""
    strength, winner, single = np.zeros(len(labels), int), np.full(len(labels), -1), np.ones(len(labels), bool)
    for rival in range(int(predicted.max(initial=0)) + 1):
        votes = (predicted == rival).sum(0)
        own = np.where((labels == rival) | (votes == 0), -1, votes + (rival < labels))
        above, equal = own > strength, own == strength
        single = np.where(above, True, single & ~equal)
        winner, strength = np.where(above, rival, winner), np.where(above, own, strength)
    return strength, winner, single


def _shares(weaker: Votes, stronger: Votes, confidence: float) -> dict[str, float]:
    one, other = weaker.right, stronger.right
    values = dict(zip(SHARES, _parts(one, other), strict=True))
    without = [_parts(weaker.without_one, other), _parts(one, stronger.without_one)]
    p, q = one.mean(), other.mean()
    independent = dict(zip(SHARES, (p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)), strict=True))
    networks_of = [len(point.without_one) for point in (weaker, stronger)]
    row = {
        "epoch_weaker": weaker.epoch,
        "epoch_stronger": stronger.epoch,
        "networks_weaker": networks_of[0],
        "networks_stronger": networks_of[1],
        "examples": len(one),
        "accuracy_weaker": weaker.accuracy,
        "accuracy_stronger": stronger.accuracy,
        "majority_weaker": p,
        "majority_stronger": q,
    }
    for place, (name, value) in enumerate(values.items()):
        low = high = np.nan
        if min(networks_of) >= FEWEST_FOR_INTERVALS:
            low, high = jackknife_of_two(value, without[0][place], without[1][place], confidence, 0, 1)
        row |= {name: value, f"{name}_low": low, f"{name}_high": high, f"{name}_independent": independent[name]}
    return row


def _parts(one: np.ndarray, other: np.ndarray) -> list[np.ndarray]:
    """Shares of the examples, on the last axis: both right, only the first, only the second, neither."""
    return [part.mean(-1) for part in (one & other, one & ~other, ~one & other, ~one & ~other)]
