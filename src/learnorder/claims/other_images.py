"""E15: networks agree on images of other datasets too."""

import polars as pl

from learnorder.claims.evidence import Found, Frames, Settings, sizes
from learnorder.claims.verdict import Evidence
from learnorder.tables import Names

ABOUT = {
    "number": "E15",
    "paper": "networks agree",
    "statement": "Networks agree on images of other datasets too.",
    "statistic": "agreement − that of independent networks",
    "side": "above",
    "threshold": 0.1,
    "found": "E15 is found where agreement less that of independent networks is above it.",
    "looks_at": "others_predicted",
    "table": "others",
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """Agreement on other datasets at the last point, less that of independent networks."""
    others = frames["others"][names].filter(pl.col("epoch") == pl.col("epoch").max())
    for row in others.filter(pl.col("split").cast(pl.String) != "test").rows(named=True):
        null, bounds = row["agreement_independent"], (row["agreement_low"], row["agreement_high"])
        low, high = (None if bound is None else bound - null for bound in bounds)
        found = (row["agreement"] - null, low, high)
        yield str(row["split"]), Evidence(*found, null=0, p_value=row["p_value"], **sizes(row, "networks"))
