"""E6: linear networks share an order more closely."""

from learnorder.claims.evidence import Found, Frames, Settings, extreme
from learnorder.tables import Names

ABOUT = {
    "number": "E6",
    "statement": "The largest bimodality over training is the paper's, with and without activations.",
    "statistic": "largest b over training",
    "side": "near",
    "threshold": 0.05,
    "found": "E6 is found where the largest b over training is within it of the paper's.",
    "looks_at": "real",
    "table": "epochs",
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """Of the collections of which the paper has it."""
    yield from extreme(frames["epochs"][names], names, True, ("E6", "largest b"))
