"""E6: linear and other networks are as accurate as in the paper."""

import polars as pl

from learnorder import paper
from learnorder.claims.evidence import Found, Frames, Settings, sizes
from learnorder.claims.verdict import Evidence
from learnorder.tables import Names

ABOUT = {
    "number": "E6",
    "statement": "Mean test accuracy at the end of training is the paper's.",
    "statistic": "mean test accuracy",
    "side": "near",
    "threshold": 0.03,
    "found": "E6 is found where the mean test accuracy is within it of the paper's.",
    "looks_at": "real",
    "table": "epochs",
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """Of the collections of which the paper has it."""
    rows = frames["epochs"][names].filter(pl.col("epoch") == pl.col("epoch").max())
    for row in rows.rows(named=True):
        if (reported := paper.value("E6", "accuracy", *names[:2], str(row["split"]))) is not None:
            ends = (row[f"accuracy{end}"] for end in ("", "_low", "_high"))
            yield str(row["split"]), Evidence(*ends, paper=reported, **sizes(row, "networks"))
