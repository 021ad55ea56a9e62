"""E5: what the weaker architecture knows, the stronger knows too."""

import polars as pl

from learnorder.claims.evidence import Found, Frames, Settings, sizes
from learnorder.claims.verdict import Evidence
from learnorder.tables import Names

ABOUT = {
    "number": "E5",
    "statement": "What the weaker architecture knows, the stronger knows too.",
    "statistic": "P(S right | W right) − P(S right | W wrong)",
    "side": "above",
    "threshold": 0.1,
    "found": "E5 is found where P(S right | W right) - P(S right | W wrong) is above it.",
    "looks_at": "pairs_of_real",
    "table": "nested",
    "about": ("of", "with"),
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """At the last points of both."""
    last = frames["nested"][names].filter(
        pl.col("epoch_weaker") == pl.col("epoch_weaker").max(),
        pl.col("epoch_stronger") == pl.col("epoch_stronger").max(),
    )
    for row in last.rows(named=True):
        found = (row["difference"], row["difference_low"], row["difference_high"])
        in_order = ("weaker", "stronger") if row["weaker"] == names[1] else ("stronger", "weaker")
        accuracies = dict(
            zip(("accuracy", "second_accuracy"), (row[f"accuracy_{one}"] for one in in_order), strict=True)
        )
        about = sizes(row, "networks_weaker", "networks_stronger")
        yield str(row["split"]), Evidence(*found, null=0, **accuracies, **about)
