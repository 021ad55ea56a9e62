"""E7: on Gabor patches, networks share no order."""

from learnorder.claims.evidence import Found, Frames, Settings, not_below
from learnorder.tables import Names

ABOUT = {
    "number": "E7",
    "paper": "about normal",
    "statement": "On Gabor patches, TP-agreement is not bimodal.",
    "statistic": "relative bimodality β",
    "side": "above",
    "threshold": 0.6,
    "found": "E7 is found where β on Gabor patches is above it.",
    "looks_at": "gabor",
    "table": "epochs",
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """β at the point in the middle of the accuracies that are looked at."""
    yield from not_below(frames, names, settings)
