"""E10: how far the order of boosting is that of networks."""

from learnorder import paper
from learnorder.claims.evidence import CORRELATION, NETWORKS, Found, Frames, Settings, of_pair, sizes
from learnorder.claims.verdict import Evidence
from learnorder.tables import Names

ABOUT = {
    "number": "E10",
    "statement": "Accessibility for AdaBoost correlates with that for networks as in the paper.",
    "statistic": "correlation of accessibility",
    "side": "near",
    "threshold": 0.1,
    "found": "E10 is found where the correlation of accessibility is within it of the paper's.",
    "looks_at": "learners_and_networks",
    "table": "correlation",
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """Pearson's, of the learners of which the paper has it."""
    for row in of_pair(frames["correlation"], names).filter(method="pearson").rows(named=True):
        if (reported := paper.value("E10", "correlation", *names[:2], str(row["split"]))) is not None:
            found = (row[key] for key in CORRELATION)
            yield str(row["split"]), Evidence(*found, paper=reported, **sizes(row, *NETWORKS))
