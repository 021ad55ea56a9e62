"""E2: networks of one architecture learn a real dataset in one order: TP-agreement is bimodal."""

from learnorder.claims.evidence import Found, Frames, Settings, midway
from learnorder.tables import Names

ABOUT = {
    "number": "E2",
    "paper": "bimodal at every epoch",
    "statement": "Networks of one architecture learn a real dataset in one order: TP-agreement is bimodal.",
    "statistic": "relative bimodality β",
    "side": "below",
    "threshold": 0.6,
    "found": "E2 is found where β is below it; independent networks have β = 1.",
    "looks_at": "real",
    "table": "epochs",
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """β at the point in the middle of the accuracies that are looked at."""
    yield from midway(frames, names, settings)
