"""The order in which classes are learned (Hacohen et al. 2020, Fig. 30), and how sure it is over networks."""

import numpy as np
import polars as pl

from learnorder.measures.agreement import SPLIT, networks
from learnorder.measures.arrays import splits, table
from learnorder.measures.intervals import FEWEST_FOR_INTERVALS, jackknife


def classes(outcomes: pl.LazyFrame, number: int, confidence: float) -> pl.DataFrame:
    """One row per (split, epoch, class): how far a class is learned.

    Columns: `networks`; `examples`, those with this label; `accuracy`, the mean over these and the networks;
    `known`, the share of them that all networks have right (TP-agreement 1); both with intervals over networks
    `_low`, `_high`, null with fewer than four. `of_known`: the share of this class among all examples that all
    networks have right, null where there is none. `of_predictions`: the share of all examples of which this class
    is the most frequent prediction, of equally frequent ones the lowest. Classes without an example have no row.
    """
    tables = [
        _of_point(split, epoch, rows, networks(outcomes), number, confidence)
        for split in splits(outcomes)
        for epoch, rows in _points(outcomes, split)
    ]
    return pl.concat(tables).cast({"split": SPLIT})


def class_order(outcomes: pl.LazyFrame, number: int, confidence: float) -> pl.DataFrame:
    """One row per (split, class): how early a class is learned.

    Columns: `networks`, `examples`; `accessibility`, the mean over evaluation points and networks of the accuracy
    on the class, in [0, 1]; `rank`, the mean over networks of its rank by that, 1 the first learned; both with
    intervals over networks `_low`, `_high`, null with fewer than four. `concordance`: Kendall's W of the networks'
    ranks, in [0, 1], with its interval, the same for all classes of a split: 1 for one order, about 1 / networks
    without any. Source: Kendall and Babington Smith 1939, with their correction for ties.
    """
    names, tables = networks(outcomes), []
    for split in splits(outcomes):
        points = [_accuracies(rows, names, number) for _, rows in _points(outcomes, split)]
        examples = points[0][1]
        present = np.flatnonzero(examples)
        by_network = np.mean([accuracy for accuracy, _ in points], axis=0)[:, present]
        ranks = _ranks(-by_network)
        columns = {"class": present, "networks": np.array(len(names)), "examples": examples[present]}
        columns |= _mean("accessibility", by_network, confidence, 0, 1)
        columns |= _mean("rank", ranks, confidence, 1, len(present))
        without_one = [_concordance(np.delete(ranks, network, 0)) for network in range(len(ranks))]
        value, left = np.array([_concordance(ranks)]), np.array(without_one)[:, np.newaxis]
        columns |= _with_interval("concordance", value, left, confidence, 0, 1)
        tables.append(table(split, columns))
    return pl.concat(tables).cast({"split": SPLIT})


def _points(outcomes: pl.LazyFrame, split: str):
    known = outcomes.drop_nulls("label").filter(pl.col("split").cast(pl.String) == split)
    for (epoch,), rows in known.collect().group_by("epoch", maintain_order=True):
        yield epoch, rows


def _accuracies(rows: pl.DataFrame, names: list[str], number: int) -> tuple[np.ndarray, np.ndarray]:
    """Accuracy of each network on each class, N × classes, NaN on one without examples; and their numbers."""
    labels = rows["label"].to_numpy()
    examples = np.bincount(labels, minlength=number)
    right = [np.bincount(labels[rows[name].to_numpy() == labels], minlength=number) for name in names]
    return np.array(right) / np.where(examples, examples, np.nan), examples


def _of_point(
    split: str, epoch: float, rows: pl.DataFrame, names: list[str], number: int, confidence: float
) -> pl.DataFrame:
    accuracy, examples = _accuracies(rows, names, number)
    present = np.flatnonzero(examples)
    labels, predicted = rows["label"].to_numpy(), rows.select(names).to_numpy().T
    wrong = predicted != labels
    times_wrong = wrong.sum(0)
    known = np.bincount(labels[times_wrong == 0], minlength=number)
    # Without one network, all others have right what that one alone has wrong.
    alone = np.array([np.bincount(labels[row & (times_wrong == 1)], minlength=number) for row in wrong])
    votes = np.array([(predicted == label).sum(0) for label in range(number)])
    columns = {"epoch": np.array(epoch), "class": present, "networks": np.array(len(names))}
    columns |= {"examples": examples[present]} | _mean("accuracy", accuracy[:, present], confidence, 0, 1)
    share = 1 / np.where(examples, examples, 1)
    without_one = ((known + alone) * share)[:, present]
    columns |= _with_interval("known", (known * share)[present], without_one, confidence, 0, 1)
    columns["of_known"] = known[present] / (known.sum() or np.nan)
    columns["of_predictions"] = np.bincount(votes.argmax(0), minlength=number)[present] / len(labels)
    return table(split, columns)


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks within each row from 1, the least first; equals share their mean rank."""
    below = (values[:, np.newaxis, :] < values[:, :, np.newaxis]).sum(-1)
    equal = (values[:, np.newaxis, :] == values[:, :, np.newaxis]).sum(-1)
    return below + (equal + 1) / 2


def _concordance(ranks: np.ndarray) -> float:
    """Kendall's W of N networks × k classes; NaN where all classes are equal."""
    n, k = ranks.shape
    ties = 0
    for row in ranks:
        equals = np.unique(row, return_counts=True)[1]
        ties += (equals**3 - equals).sum()
    if not n:
        return np.nan
    largest = n**2 * (k**3 - k) - n * ties
    return 12 * ((ranks.sum(0) - ranks.sum() / k) ** 2).sum() / largest if largest else np.nan


def _mean(name: str, by_network: np.ndarray, confidence: float, low: float, high: float) -> dict[str, np.ndarray]:
    """The mean over networks, N × classes, with its interval."""
    value = by_network.mean(0)
    without_one = (by_network.sum(0) - by_network) / max(1, len(by_network) - 1)
    return _with_interval(name, value, without_one, confidence, low, high)


def _with_interval(
    name: str, value: np.ndarray, without_one: np.ndarray, confidence: float, low: float, high: float
) -> dict[str, np.ndarray]:
    ends = np.full((2, len(value)), np.nan)
    if len(without_one) >= FEWEST_FOR_INTERVALS:
        ends = jackknife(value, without_one.T, confidence, low, high)
    return {name: value, f"{name}_low": ends[0], f"{name}_high": ends[1]}
