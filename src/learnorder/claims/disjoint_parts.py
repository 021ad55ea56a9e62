"""E11: networks that are trained on disjoint parts of a dataset learn in one order."""

import numpy as np
import polars as pl

from learnorder.claims.evidence import Found, Frames, Settings
from learnorder.claims.verdict import Evidence
from learnorder.measures.intervals import jackknife
from learnorder.measures.reliability import reliability
from learnorder.tables import Names

ABOUT = {
    "number": "E11",
    "paper": "almost perfectly",
    "statement": "The order does not depend on the train examples.",
    "statistic": "mean correlation of accessibility / noise ceiling",
    "side": "above",
    "threshold": 0.95,
    "found": "E11 is found where the mean correlation between parts, divided by its ceiling, is above it.",
    "looks_at": "all_parts",
    "table": "learned",
}

DRAWS, SEED = 20, 0
"""Random halves of the networks of a part, for its reliability."""


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """On the common test set; the interval is over parts, the units that the claim is about."""
    places = range(0, len(names), 3)
    parts = [frames["learned"][names[place : place + 3]] for place in places]
    of_test = [part.filter(pl.col("split").cast(pl.String) == "test").sort("example") for part in parts]
    matrices = [part.select("^seed_.*$").to_numpy() for part in of_test]
    reliable = np.array([reliability(matrix, "pearson", DRAWS, SEED) for matrix in matrices])
    means = np.array([matrix.mean(1, dtype=np.float64) for matrix in matrices])
    found = np.corrcoef(means) / np.sqrt(np.outer(reliable, reliable))
    without_one = np.array([_mean(np.delete(np.delete(found, part, 0), part, 1)) for part in range(len(found))])
    value, examples = _mean(found), len(of_test[0])
    ends = jackknife(value, without_one, settings["confidence"], -1, np.inf)
    about = {"networks": min(matrix.shape[1] for matrix in matrices), "examples": examples}
    yield "test", Evidence(value, *map(float, ends), null=1, **about)


def _mean(correlations: np.ndarray) -> float:
    """Of all pairs of two parts."""
    return float(correlations[np.triu_indices(len(correlations), 1)].mean())
