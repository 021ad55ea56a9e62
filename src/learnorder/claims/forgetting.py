"""E13: what all networks know is not forgotten by all."""

from learnorder.claims.evidence import Found, Frames, Settings, sizes
from learnorder.claims.verdict import Evidence
from learnorder.tables import Names

ABOUT = {
    "number": "E13",
    "paper": "negligible",
    "statement": "Examples that most networks have right stay right.",
    "statistic": "examples that rise above TP-agreement 0.9 and later fall below 0.1",
    "side": "below",
    "threshold": 0.05,
    "found": "E13 is found where the share of examples that are known to most, later to few, is below it.",
    "looks_at": "real",
    "table": "forgotten",
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """Over all evaluation points."""
    for row in frames["forgotten"][names].rows(named=True):
        value, low, high = (row[f"forgotten{end}"] for end in ("", "_low", "_high"))
        if high == 0:
            # Of no example among n, at most 3 / n can be with 95% confidence (rule of three).
            high = 3 / row["examples"]
        yield (
            str(row["split"]),
            Evidence(value, low, high, null=row["forgotten_independent"], **sizes(row, "networks")),
        )
