"""E4: the order crosses architectures."""

from learnorder.claims.evidence import CORRELATION, NETWORKS, Found, Frames, Settings, of_pair, sizes
from learnorder.claims.verdict import Evidence
from learnorder.tables import Names

ABOUT = {
    "number": "E4",
    "paper": "0.87 and 0.97 on ImageNet",
    "statement": "The order crosses architectures.",
    "statistic": "correlation of accessibility",
    "side": "above",
    "threshold": 0.5,
    "found": "E4 is found where the correlation of accessibility is above it.",
    "looks_at": "pairs_of_real",
    "table": "correlation",
    "about": ("of", "with"),
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """Pearson's, against what class means alone would give."""
    for row in of_pair(frames["correlation"], names).filter(method="pearson").rows(named=True):
        found, about = [row[key] for key in CORRELATION], sizes(row, *NETWORKS)
        yield str(row["split"]), Evidence(*found, null=row["class_means"], p_value=row["p_value"], **about)
