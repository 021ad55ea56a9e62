"""Measures of a whole split at one evaluation point."""

import numpy as np
import polars as pl

from learnorder.measures import bimodality, dip, null
from learnorder.measures.intervals import FEWEST_FOR_INTERVALS, jackknife

NULL_SEED = 0


def epochs(counts: pl.DataFrame, confidence: float, permutations: int) -> pl.DataFrame:
    """One row per (split, epoch): accuracy, bimodality and agreement of the collection.

    `counts`: see `agreement.counts`. Columns: `networks`, `examples`, `accuracy` (mean over networks) with
    `accuracy_sd` over networks, `bimodality`, `relative_bimodality`, `agreement_ratio`, `all_or_none`, `dip`, each
    with its interval over networks `_low`, `_high`; `agreement_ratio_bound`; `all_or_none_independent`, what
    independent networks of the same accuracies would give; `dip_p_value`, see `dip`; the permutation null of the
    bimodality, its mean `null_bimodality` and central interval `null_low`, `null_high`; `p_value`, the share of
    the null that is at most as large as the bimodality found. Undefined values are null, and so are intervals
    but the accuracy's with fewer than four networks.
    """
    histogram, rights, keys = _arrays(counts)
    networks, examples = rights.shape[1], histogram.sum(-1)
    right = rights.sum(-1)
    accuracies = right / examples[:, np.newaxis]
    without_one = _without_one(histogram, rights)

    columns = {"networks": np.full(len(keys), networks), "examples": examples}
    columns |= {"accuracy": accuracies.mean(-1), "accuracy_sd": accuracies.std(-1, ddof=1)}
    others = (accuracies.sum(-1, keepdims=True) - accuracies) / (networks - 1)
    columns |= _interval("accuracy", columns["accuracy"], others, confidence, high=1)
    for name, statistic, high in (
        ("bimodality", bimodality.bimodality, np.inf),
        ("relative_bimodality", bimodality.relative_bimodality, np.inf),
        ("agreement_ratio", bimodality.agreement_ratio, 1),
        ("all_or_none", bimodality.all_or_none, 1),
        ("dip", dip.dip, dip.LARGEST),
    ):
        columns[name] = statistic(histogram)
        left = statistic(without_one) if networks >= FEWEST_FOR_INTERVALS else np.full(rights.shape[:2], np.nan)
        columns |= _interval(name, columns[name], left, confidence, high)
    columns["agreement_ratio_bound"] = bimodality.agreement_ratio_bound(accuracies)
    columns["all_or_none_independent"] = bimodality.all_or_none(null.independent(accuracies))
    columns["dip_p_value"] = dip.dip_p_value(histogram)
    columns |= _null(right, examples, columns["bimodality"], confidence, permutations)
    return keys.with_columns(
        pl.Series(name, values).fill_nan(None) if values.dtype.kind == "f" else pl.Series(name, values)
        for name, values in columns.items()
    )


def distribution(counts: pl.DataFrame) -> pl.DataFrame:
    """One row per (split, epoch, right): how many examples `right` of the networks classify correctly.

    `tp_agreement`: right / networks; `share`: of the split's examples; `independent`: the share that
    independent networks of the same accuracies would give.
    """
    histogram, rights, keys = _arrays(counts)
    networks = rights.shape[1]
    examples = histogram.sum(-1, keepdims=True)
    expected = null.independent(rights.sum(-1) / examples)
    count = np.arange(networks + 1)
    return pl.concat(
        [
            keys.join(pl.DataFrame({"right": count.astype(np.uint32)}), how="cross", maintain_order="left_right"),
            pl.DataFrame(
                {
                    "tp_agreement": np.tile(count / networks, len(keys)),
                    "share": (histogram / examples).ravel(),
                    "independent": expected.ravel(),
                }
            ),
        ],
        how="horizontal",
    )


def _arrays(counts: pl.DataFrame) -> tuple[np.ndarray, np.ndarray, pl.DataFrame]:
    """Histograms R × (N + 1), the networks' shares in them R × N × (N + 1), and the R keys (split, epoch)."""
    names = [name for name in counts.columns if name.startswith("seed_")]
    keys = counts.select("split", "epoch").unique(maintain_order=True)
    row = counts.select(pl.struct("split", "epoch").rle_id()).to_series().to_numpy()
    right = counts["right"].to_numpy()
    histogram = np.zeros((len(keys), len(names) + 1), dtype=np.int64)
    histogram[row, right] = counts["examples"].to_numpy()
    rights = np.zeros((len(keys), len(names), len(names) + 1), dtype=np.int64)
    rights[row, :, right] = counts.select(names).to_numpy()
    return histogram, rights, keys


def _without_one(histogram: np.ndarray, rights: np.ndarray) -> np.ndarray:
    """Histograms R × N × N, each of the collection without one network."""
    wrong = histogram[:, np.newaxis] - rights
    return wrong[..., :-1] + rights[..., 1:]


def _interval(name: str, value, without_one, confidence: float, high: float) -> dict[str, np.ndarray]:
    lower, upper = jackknife(value, without_one, confidence, low=0, high=high)
    return {f"{name}_low": lower, f"{name}_high": upper}


def _null(right, examples, found, confidence: float, permutations: int) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(NULL_SEED)
    columns = {
        name: np.full(len(found), np.nan) for name in ("null_bimodality", "null_low", "null_high", "p_value")
    }
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    # The examples of a split are the same number at all its points; splits are drawn one after the other.
    for size in dict.fromkeys(examples.tolist()):
        rows = np.flatnonzero((examples == size) & np.isfinite(found))
        drawn = bimodality.bimodality(null.permuted(right[rows], size, permutations, generator))
        columns["null_bimodality"][rows] = drawn.mean(0)
        columns["null_low"][rows], columns["null_high"][rows] = np.quantile(drawn, tails, axis=0)
        columns["p_value"][rows] = (1 + (drawn <= found[rows]).sum(0)) / (1 + permutations)
    return columns
