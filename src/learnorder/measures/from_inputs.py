"""How much of the order in which examples are learned their inputs alone would tell."""

import numpy as np
import polars as pl

from learnorder.measures.direction import direction, dot
from learnorder.measures.intervals import FEWEST_FOR_INTERVALS, fisher_z, from_fisher_z, jackknife

BASELINES = {"class_mean_distance": -1, "neighbour_purity": 1, "linear_margin": 1}
"""Scores of `baselines.baselines`, each with the sign by which large means easy."""


def from_inputs(learned: pl.DataFrame, baselines: pl.DataFrame, confidence: float) -> pl.DataFrame:
    """One row per (split, baseline): rank correlation of accessibility with how easy a baseline finds it.

    `learned`: see `examples.learned`; `baselines`: of the same dataset, see `baselines.baselines`. Columns:
    `networks`; `examples`, those that have the baseline; `correlation`, Spearman's, in [-1, 1], with its interval
    over networks `_low`, `_high`, by the jackknife on Fisher's z scale, for these same examples. Null where the
    accessibility or the baseline does not vary; the interval also with fewer than four networks.
    """
    names = [name for name in learned.columns if name.startswith("seed_")]
    keys = pl.col("split").cast(pl.String), pl.col("example").cast(pl.UInt32)
    both = learned.with_columns(keys).join(
        baselines.select(*keys, *BASELINES), on=("split", "example"), maintain_order="left"
    )
    rows = []
    for (split,), examples in both.group_by("split", maintain_order=True):
        for baseline, sign in BASELINES.items():
            known = examples.drop_nulls(baseline)
            row = {"split": split, "baseline": baseline, "networks": len(names), "examples": len(known)}
            matrix, score = known.select(names).to_numpy(), sign * known[baseline].to_numpy()
            rows.append(row | _with_interval(matrix, score, confidence))
    schema = {"split": pl.String, "baseline": pl.String, "networks": pl.Int64, "examples": pl.Int64}
    schema |= dict.fromkeys(("correlation", "correlation_low", "correlation_high"), pl.Float64)
    return pl.DataFrame(rows, schema=schema).fill_nan(None)


def _with_interval(matrix: np.ndarray, score: np.ndarray, confidence: float) -> dict[str, float]:
    """Rank correlation of a score with the mean of the networks, examples × networks."""
    networks = matrix.shape[1]
    if not matrix.size:
        return {"correlation": np.nan, "correlation_low": np.nan, "correlation_high": np.nan}
    total, other = matrix.sum(1, dtype=np.float64), direction(score, "spearman")
    value = np.clip(dot(direction(total / networks, "spearman"), other), -1, 1)
    low = high = np.nan
    if networks >= FEWEST_FOR_INTERVALS:
        left = [dot(direction((total - network) / (networks - 1), "spearman"), other) for network in matrix.T]
        z, without_one = fisher_z(value), fisher_z(np.array(left))
        low, high = map(from_fisher_z, jackknife(z, without_one, confidence, low=-np.inf, high=np.inf))
    return {"correlation": value, "correlation_low": min(low, value), "correlation_high": max(high, value)}
