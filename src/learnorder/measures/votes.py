"""What networks say of an example: how many its label, and which other classes instead."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from learnorder.measures.agreement import KEYS, networks

OTHERS = 3
"""Other classes that are told of one example at one point."""
COUNTS_AT_ONCE = 2**22


def votes(outcomes: pl.LazyFrame, classes: int) -> pl.DataFrame:
    """One row per (split, epoch, example) that has a label.

    `right`: number of networks that predict it. `other_1`, `other_2`, `other_3`: the other classes that most
    networks predict, and `votes_1`, `votes_2`, `votes_3`: how many do. Equals stand by their number; where no
    network predicts a further class, it has 0 votes.
    """
    table = outcomes.drop_nulls("label").collect()
    predicted, labels = table.select(networks(outcomes)).to_numpy(), table["label"].to_numpy()
    step = max(1, COUNTS_AT_ONCE // classes)
    counted = [
        np.column_stack(list(_counted(predicted[start : start + step], labels[start : start + step], classes)))
        for start in range(0, len(table), step)
    ]
    names = ["right", *(f"{what}_{place}" for place in range(1, OTHERS + 1) for what in ("other", "votes"))]
    found = np.concatenate(counted) if counted else np.empty((0, len(names)), np.int64)
    return table.select(KEYS).with_columns(
        pl.Series(name, column, dtype=pl.UInt16) for name, column in zip(names, found.T, strict=True)
    )


def _counted(predicted: np.ndarray, labels: np.ndarray, classes: int) -> Iterator[np.ndarray]:
    """Votes for the label, then the others, each with its votes."""
    rows = np.arange(len(labels))
    flat = (rows[:, np.newaxis] * classes + predicted).ravel()
    counts = np.bincount(flat, minlength=len(rows) * classes).reshape(-1, classes)
    yield counts[rows, labels]
    counts[rows, labels] = 0
    for _ in range(OTHERS):
        other = counts.argmax(1)
        yield other
        yield counts[rows, other]
        counts[rows, other] = 0
