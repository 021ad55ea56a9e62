"""Scores of an example: how early, how surely and by how many networks it is learned."""

import warnings
from collections.abc import Iterator

import numpy as np
import polars as pl

from learnorder.measures.agreement import networks, rights

KEYS = ("split", "example", "label")
RIGHT = "seed"
DECIMALS = 6


def _first_learned(right: np.ndarray, epochs: np.ndarray) -> np.ndarray:
    return np.where(right.any(0), epochs[right.argmax(0)], np.nan)


def _early_error(error: np.ndarray, epochs: np.ndarray) -> np.ndarray:
    return error[np.argmax(epochs >= 1) if (epochs >= 1).any() else -1]


def _probability(loss: np.ndarray) -> np.ndarray:
    # Losses are kept to three digits, and the last bits of an exponential depend on the CPU.
    return np.exp(-loss).round(DECIMALS)


# A network's score of the n examples, from what is kept of it (see `outcomes`) at the P evaluation points, P × n,
# and their epochs: of `seed` that is 1[ŷ = y].
SCORES = {
    "accessibility": (RIGHT, lambda right, epochs: right.mean(0)),
    "first_learned": (RIGHT, _first_learned),
    "forgetting_events": (RIGHT, lambda right, epochs: (right[:-1] & ~right[1:]).sum(0)),
    "never_learned": (RIGHT, lambda right, epochs: ~right.any(0)),
    "aum": ("margin", lambda margin, epochs: margin.mean(0)),
    "el2n": ("el2n", _early_error),
    "confidence": ("loss", lambda loss, epochs: _probability(loss).mean(0)),
    "variability": ("loss", lambda loss, epochs: _probability(loss).std(0)),
}


def examples(outcomes: pl.LazyFrame) -> pl.DataFrame:
    """One row per (split, example) with its `label`, and the mean and standard error over networks of its scores.

    `networks`: how many those are.

    - `accessibility`: share of the evaluation points at which a network is right, in [0, 1]: the mean over
      points of TP-agreement. Source: Hacohen et al. 2020.
    - `first_learned`: first evaluation point, in epochs, at which a network is right, over the networks that
      are at any; null if none is. Source: Toneva et al. 2019, at evaluation points.
    - `forgetting_events`: number of evaluation points at which a network is wrong that was right at the one
      before. Source: Toneva et al. 2019, at evaluation points.
    - `never_learned`: whether a network is right at no evaluation point; the mean is their share.

    Where the recipe records what they need, of the label that a network trains on:

    - `aum`: mean margin over the points, in logits. Source: Pleiss et al. 2020, at evaluation points.
    - `el2n`: norm of the error at the first point from epoch 1 on, or at the last if there is none, in [0, √2].
      Source: Paul et al. 2021, who take it early in training.
    - `confidence`, `variability`: mean over the points of the probability of the label, and its deviation
      (of the points themselves, ddof 0). Source: Swayamdipta et al. 2020, at evaluation points.

    A network whose value is not finite does not count. The standard error `…_se` is the
    deviation over networks divided by the root of their number. Two columns have none:

    - `first_learned_sd`: that deviation itself of `first_learned`, the spread of learning time; null with fewer
      than two networks. Source: Shwartz et al. 2022.
    - `agreement_ratio`: points at which all networks are right over points at which any is, in [0, 1]; null if
      none is. Ours, after Pliushch et al. 2022, who take examples at one point.
    """
    names, table = networks(outcomes), rights(outcomes).collect()
    recorded = {RIGHT, *(column.rpartition("_")[0] for column in table.columns)}
    scores = {score: how for score, how in SCORES.items() if how[0] in recorded}
    splits = table.partition_by("split", maintain_order=True) or [table]
    return pl.concat(_of_split(rows, names, scores) for rows in splits)


def learned(outcomes: pl.LazyFrame) -> pl.DataFrame:
    """One row per (split, example) with its `label`, one column per network: its own accessibility, as float32.

    That is the share of the evaluation points at which this network is right; see `examples` for their mean.
    """
    shares = pl.col(networks(outcomes)).mean().cast(pl.Float32)
    return rights(outcomes).group_by(KEYS).agg(shares).sort("split", "example").collect()


def _column(what: str, name: str) -> str:
    """`margin_003` for `margin` and `seed_003`."""
    return name.replace(RIGHT, what)


def _of_split(rows: pl.DataFrame, names: list[str], scores: dict) -> pl.DataFrame:
    """The table of one split, whose rows stand by epoch, then by example."""
    epochs = rows["epoch"].unique(maintain_order=True).to_numpy()
    points = max(len(epochs), 1)

    def kept(what: str, name: str) -> np.ndarray:
        values = rows[_column(what, name)].to_numpy().reshape(points, -1)
        # A float16 is too narrow to add up.
        return values if what == RIGHT else values.astype(np.float64)

    columns = {}
    for score, (what, of) in scores.items():
        by_network = np.array([of(kept(what, name), epochs) for name in names], dtype=np.float64)
        by_network = by_network.reshape(len(names), len(rows) // points)
        columns |= dict(_over_networks(score, by_network))
    right = sum(
        (kept(RIGHT, name).astype(np.uint32) for name in names),
        start=np.zeros((points, len(rows) // points), np.uint32),
    )
    all_right, any_right = (right == len(names)).sum(0), (right > 0).sum(0)
    columns["agreement_ratio"] = all_right / np.where(any_right, any_right, np.nan)
    return (
        rows.select(KEYS)
        .head(len(rows) // points)
        .with_columns(
            pl.lit(len(names), pl.UInt32).alias("networks"),
            *(pl.Series(name, values).fill_nan(None) for name, values in columns.items()),
        )
    )


def _over_networks(score: str, values: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Mean, standard error and, where it has a name, deviation over the networks whose value is finite."""
    values = np.where(np.isfinite(values), values, np.nan)
    with warnings.catch_warnings():
        # Of no value the mean is undefined, of one the deviation.
        warnings.simplefilter("ignore", RuntimeWarning)
        yield score, np.nanmean(values, 0)
        deviation = np.nanstd(values, 0, ddof=1)
    yield f"{score}_se", deviation / np.sqrt(np.isfinite(values).sum(0))
    if score == "first_learned":
        yield f"{score}_sd", deviation
