"""Agreement on images of other datasets, which have no right answer: do networks also say the same of them.

Networks that all say one class of everything agree too, and so, in part, do any that prefer the same classes. What
is left of that when each network's predictions are shuffled over the examples, which keeps how often it predicts
each class, stands beside it: networks that are independent but for their preferences.
"""

from collections.abc import Iterable, Iterator
from functools import reduce

import numpy as np
import polars as pl

from learnorder.measures.agreement import networks
from learnorder.measures.intervals import FEWEST_FOR_INTERVALS, jackknife

NULL_SEED = 0
OWN = ("train", "test")
REFERENCE = "test"

SCHEMA = {
    "split": pl.String,
    "epoch": pl.Float64,
    "networks": pl.UInt32,
    "examples": pl.UInt32,
    "agreement": pl.Float64,
    "agreement_low": pl.Float64,
    "agreement_high": pl.Float64,
    "agreement_independent": pl.Float64,
    "agreement_independent_low": pl.Float64,
    "agreement_independent_high": pl.Float64,
    "p_value": pl.Float64,
}


def others(outcomes: pl.LazyFrame, classes: int, confidence: float, permutations: int) -> pl.DataFrame:
    """One row per (split, epoch) of each other dataset that was predicted, and of `test` beside these.

    Columns: `networks` N, `examples`; `agreement`, the mean over the examples of the largest share of networks
    that predict one class (see `agreement.agreement`), in [1/N, 1], with its interval over networks `_low`,
    `_high`, null with fewer than four; `agreement_independent`, its mean over `permutations` draws in which each
    network's predictions are shuffled over the examples, and their central interval `_low`, `_high`; `p_value`,
    the share of the draws that agree at least as much as was found. Labels are not used.
    """
    present = outcomes.select(pl.col("split").unique(maintain_order=True)).collect()["split"].to_list()
    beside = [split for split in present if split not in OWN]
    # The reference refers to nothing where no other dataset was predicted.
    shown = [split for split in present if split in (REFERENCE, *beside)] if beside else []
    rows = [
        {"split": split, "epoch": epoch} | _row(point, classes, confidence, permutations)
        for split in shown
        for epoch, point in _points(outcomes, split)
    ]
    table = pl.DataFrame(rows, schema=SCHEMA).fill_nan(None)
    return table.cast({"split": outcomes.collect_schema()["split"]})


def _points(outcomes: pl.LazyFrame, split: str) -> Iterator[tuple[float, np.ndarray]]:
    """The evaluation points of one split, each with its predicted classes, networks × examples."""
    names = networks(outcomes)
    table = outcomes.filter(pl.col("split") == split).select("epoch", *names).collect()
    for (epoch,), rows in table.group_by("epoch", maintain_order=True):
        yield epoch, np.stack([rows[name].to_numpy() for name in names])


def _row(predicted: np.ndarray, classes: int, confidence: float, permutations: int) -> dict[str, float]:
    """Statistics of one point, networks × examples."""
    count, examples = predicted.shape
    votes = np.stack(list(_votes(predicted, predicted)))
    most = votes.max(0)
    found = most.sum(dtype=np.int64)
    value = found / (count * examples)
    low = high = np.nan
    if count >= FEWEST_FOR_INTERVALS:
        # A network that is left out takes a vote away where its class alone has the most.
        leads = votes == most
        alone = leads.sum(0) == most
        without_one = (found - (leads & alone).sum(1)) / ((count - 1) * examples)
        low, high = jackknife(value, without_one, confidence, low=1 / count, high=1)
    # Anew for each row, which so does not depend on what else was predicted.
    drawn = _shuffled(predicted, classes, permutations, np.random.default_rng(NULL_SEED))
    tails = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return {
        "networks": count,
        "examples": examples,
        "agreement": value,
        "agreement_low": low,
        "agreement_high": high,
        "agreement_independent": drawn.mean() / (count * examples),
        "agreement_independent_low": tails[0] / (count * examples),
        "agreement_independent_high": tails[1] / (count * examples),
        "p_value": (1 + (drawn >= found).sum()) / (1 + permutations),
    }


def _votes(predicted: np.ndarray, candidates: Iterable) -> Iterator[np.ndarray]:
    """How many networks predict each candidate: a class, or a class per example."""
    small = np.min_scalar_type(len(predicted))
    for candidate in candidates:
        yield (predicted == candidate).view(np.uint8).sum(0, dtype=small)


def _shuffled(predicted: np.ndarray, classes: int, draws: int, generator: np.random.Generator) -> np.ndarray:
    """Draws of the sum over the examples of the most votes, each network's predictions shuffled.

    Each network is shuffled once, and then turned by a number of examples of its own for every draw: each draw is
    a shuffle like any other, at the cost of a copy. Over all turns the mean is what it is over all shuffles,
    whatever the first one was, so that the draws spread as far as if each was shuffled anew.
    """
    count, examples = predicted.shape
    twice = np.tile(generator.permuted(predicted, axis=1), 2)
    totals = np.empty(draws, dtype=np.int64)
    for draw in range(draws):
        starts = generator.integers(examples, size=count)
        turned = np.stack([row[start : start + examples] for row, start in zip(twice, starts, strict=True)])
        # The commonest class is one that some network predicts: with many classes, N candidates are enough.
        candidates = range(classes) if classes < count else turned
        totals[draw] = reduce(np.maximum, _votes(turned, candidates)).sum(dtype=np.int64)
    return totals
