"""E12: classes are learned in one order."""

from learnorder.claims.evidence import Found, Frames, Settings, sizes
from learnorder.claims.verdict import Evidence
from learnorder.tables import Names

ABOUT = {
    "number": "E12",
    "paper": "2 of 5 classes at first",
    "statement": "Networks learn the classes in one order.",
    "statistic": "Kendall's W of the classes' ranks",
    "side": "above",
    "threshold": 0.5,
    "found": "E12 is found where the concordance of networks about the order of classes is above it.",
    "looks_at": "real",
    "table": "class_order",
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """Over all evaluation points."""
    rows = frames["class_order"][names].group_by("split", maintain_order=True).first()
    for row in rows.rows(named=True):
        ends = (row[f"concordance{end}"] for end in ("", "_low", "_high"))
        yield str(row["split"]), Evidence(*ends, null=1 / row["networks"], **sizes(row, "networks"))
