"""E8: on Gaussian clouds, networks share no order."""

from learnorder.claims.evidence import Found, Frames, Settings, not_below
from learnorder.tables import Names

ABOUT = {
    "number": "E8",
    "paper": "about normal",
    "statement": "On Gaussian clouds, TP-agreement is not bimodal.",
    "statistic": "relative bimodality β",
    "side": "above",
    "threshold": 0.6,
    "found": "E8 is found where β on Gaussian clouds is above it.",
    "looks_at": "gaussians",
    "table": "epochs",
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """β at the point in the middle of the accuracies that are looked at."""
    yield from not_below(frames, names, settings)
