"""E3: the shared order survives other settings."""

from learnorder.claims.evidence import Found, Frames, Settings, midway
from learnorder.tables import Names

ABOUT = {
    "number": "E3",
    "paper": "bimodal",
    "statement": "TP-agreement is bimodal whichever the hyper-parameters are.",
    "statistic": "relative bimodality β",
    "side": "below",
    "threshold": 0.6,
    "found": "E3 is found where β is below it, with each setting.",
    "looks_at": "swept",
    "table": "epochs",
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """β at the point in the middle of the accuracies that are looked at."""
    yield from midway(frames, names, settings)
