"""Error consistency: whether two networks are right and wrong together, beyond what their accuracies give.

Cohen's κ of two networks' 1[ŷ = y], (observed − expected) / (1 − expected): `observed` is the share of examples
on which both are right or both are wrong, `expected` = pq + (1 − p)(1 − q) for accuracies p and q; 1: the same
errors, 0: independent errors. Here it is averaged over pairs of networks. A pair has no κ where both are right
on all examples, or both on none; the average is over those that have one. Source: Geirhos et al. 2020.

Examples that all networks under comparison have right (trivial) or all wrong (impossible) raise κ, whatever the
networks do on the others. κ of the others, the contested ones, stands beside it. Source: Meding et al. 2022. To
set examples aside because networks agree lowers κ: of independent networks it falls below 0, to −1 for two. So
what independent networks of the same accuracies would give stands beside that.
"""

import itertools

import numpy as np
import polars as pl

from learnorder.measures import null
from learnorder.measures.agreement import SPLIT
from learnorder.measures.arrays import points, shared_splits, splits, table
from learnorder.measures.intervals import FEWEST_FOR_INTERVALS, jackknife, jackknife_of_two


def consistency(outcomes: pl.LazyFrame, confidence: float) -> pl.DataFrame:
    """One row per (split, epoch): error consistency within a collection.

    Columns: `networks`, `examples`; `accuracy`, the mean; `pairs`, how many have a κ; `consistency`, its mean;
    `trivial` and `impossible`, numbers of examples; `contested_consistency`, the mean κ without those, and
    `contested_consistency_independent`, that of independent networks. κ is in [−1, 1], has its interval over
    networks `_low`, `_high`, and is null where undefined; intervals also with fewer than four networks.
    """
    tables = []
    for split in splits(outcomes):
        epochs, _, right = points(outcomes, split)
        rows = [_within(right[:, point], confidence) for point in range(len(epochs))]
        sizes = {"networks": right.shape[0], "examples": right.shape[2], "accuracy": right.mean((0, 2))}
        tables.append(table(split, {"epoch": epochs} | sizes | _columns(rows, (len(epochs),))))
    return pl.concat(tables).cast({"split": SPLIT})


def consistency_between(first: pl.LazyFrame, second: pl.LazyFrame, confidence: float) -> pl.DataFrame:
    """One row per (split, epoch_first, epoch_second): error consistency of a network of each of two collections.

    Columns: `networks_first`, `networks_second`, `examples`, `accuracy_first`, `accuracy_second`, then as
    `consistency`, where `pairs` are of one network of each, and the interval is over the networks of both.
    Errors depend on accuracy: compare at matched points.
    """
    tables = []
    for split, one, other in shared_splits(first, second):
        by_point = one.right.swapaxes(0, 1), other.right.swapaxes(0, 1)
        rows = [_between(*points, confidence) for points in itertools.product(*by_point)]
        accuracies = one.right.mean((0, 2)), other.right.mean((0, 2))
        columns = {
            "epoch_first": one.epochs[:, np.newaxis],
            "epoch_second": other.epochs,
            "networks_first": one.right.shape[0],
            "networks_second": other.right.shape[0],
            "examples": one.right.shape[2],
            "accuracy_first": accuracies[0][:, np.newaxis],
            "accuracy_second": accuracies[1],
        }
        tables.append(table(split, columns | _columns(rows, (len(one.epochs), len(other.epochs)))))
    return pl.concat(tables).cast({"split": SPLIT})


def kappa(both: np.ndarray, first: np.ndarray, second: np.ndarray, examples: int) -> np.ndarray:
    """Cohen's κ from how many examples both networks have right, and each of them; NaN where undefined."""
    beyond = 2 * (examples * both - first * second)
    possible = first * (examples - second) + second * (examples - first)
    return beyond / np.where(possible == 0, np.nan, possible)


def _within(right: np.ndarray, confidence: float) -> dict[str, float]:
    """Row of one collection at one point, networks × examples."""
    network = np.arange(len(right))
    pairs = network[:, np.newaxis] < network
    others = network[:, np.newaxis] != network
    without_one = others[:, :, np.newaxis] & others[:, np.newaxis, :] & pairs
    return _row((right, right), right, pairs, (without_one,), jackknife, confidence)


def _between(first: np.ndarray, second: np.ndarray, confidence: float) -> dict[str, float]:
    """Row of two collections, each at one point, networks × examples."""
    pairs = np.ones((len(first), len(second)), dtype=bool)
    without_first = ~np.eye(len(first), dtype=bool)[:, :, np.newaxis] & pairs
    without_second = ~np.eye(len(second), dtype=bool)[:, np.newaxis, :] & pairs
    everyone = np.concatenate((first, second))
    return _row((first, second), everyone, pairs, (without_first, without_second), jackknife_of_two, confidence)


def _row(compared, everyone, pairs, without_one, interval, confidence: float) -> dict[str, float]:
    """Mean κ over the `pairs` of the two sets that are `compared`, A × B, with all examples and the contested.

    `without_one`: for each collection the pairs that are left without each of its K networks, K × A × B.
    `everyone`: the networks of all collections, which say what examples are contested.
    """
    first, second = compared
    # Sums of zeros and ones are exact in float32 up to 2²⁴ examples.
    both = first.astype(np.float32) @ second.astype(np.float32).T
    counts = both.astype(np.float64), first.sum(-1)[:, np.newaxis], second.sum(-1)
    examples = everyone.shape[1]
    aside, aside_without = _set_aside(everyone)
    ends = np.cumsum([len(left) for left in without_one])[:-1]
    row = {"pairs": np.isfinite(kappa(*counts, examples))[pairs].sum()}
    row |= {"trivial": aside[0], "impossible": aside[1]}
    for name, numbers, numbers_without in (
        ("consistency", np.zeros_like(aside), np.zeros_like(aside_without)),
        ("contested_consistency", aside, aside_without),
    ):
        row[name] = _mean(counts, examples, numbers, pairs)
        low = high = np.nan
        if min(map(len, without_one)) >= FEWEST_FOR_INTERVALS:
            # One network after the other: what stays in the processor's cache is several times faster.
            left = [
                _mean(counts, examples, *part)
                for part in zip(numbers_without.T, itertools.chain(*without_one), strict=True)
            ]
            low, high = interval(row[name], *np.split(np.array(left), ends), confidence, -1, 1)
        row |= {f"{name}_low": low, f"{name}_high": high}
    row["contested_consistency_independent"] = _independent(first, second, everyone, pairs)
    return row


def _independent(first: np.ndarray, second: np.ndarray, everyone: np.ndarray, pairs: np.ndarray) -> float:
    """Mean κ with the contested examples that independent networks of the same accuracies have on average."""
    p, q = first.mean(-1)[:, np.newaxis], second.mean(-1)
    unanimous = null.independent(everyone.mean(-1))[[-1, 0]]
    return _mean((p * q, p, q), 1, unanimous, pairs)


def _set_aside(right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of trivial and of impossible examples: of all K networks, 2, and without each one of them, 2 × K."""
    networks = len(right)
    count = right.sum(0)
    aside = np.array([(count == networks).sum(), (count == 0).sum()])
    # Without one network, that which it alone has wrong is trivial, and that which it alone has right impossible.
    alone = np.stack([(~right[:, count == networks - 1]).sum(1), right[:, count == 1].sum(1)])
    return aside, aside[:, np.newaxis] + alone


def _mean(counts, examples: int, aside: np.ndarray, pairs: np.ndarray) -> float:
    """Mean κ over `pairs`, A × B, without as many trivial and impossible examples as `aside` says; or NaN."""
    trivial, impossible = aside
    values = kappa(*(count - trivial for count in counts), examples - trivial - impossible)[pairs]
    known = values[np.isfinite(values)]
    return known.mean() if len(known) else np.nan


def _columns(rows: list[dict[str, float]], shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    return {name: np.array([row[name] for row in rows]).reshape(shape) for name in rows[0]}
