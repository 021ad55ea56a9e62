"""Claim C1: networks of one architecture learn a real dataset in one order: TP-agreement is bimodal."""

from learnorder.claims.evidence import SPLITS, Found, Frames, Settings, beta, nowhere
from learnorder.measures.matched import midmost, usable
from learnorder.tables import Names

ABOUT = {
    "number": "C1",
    "statement": "Networks of one architecture learn a real dataset in one order: TP-agreement is bimodal.",
    "statistic": "relative bimodality β",
    "side": "below",
    "threshold": 0.6,
    "found": "C1 is found where β is below it; independent networks have β = 1.",
    "looks_at": "real",
    "table": "epochs",
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """β at the point in the middle of the accuracies that are looked at."""
    epochs = frames["epochs"][names]
    for split in SPLITS:
        row = midmost(usable(epochs, split), settings["accuracies"])
        yield split, beta(row, settings) if row else nowhere(epochs, split, settings)
