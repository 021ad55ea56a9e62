"""E9: trained on shuffled labels, networks share no order on test examples."""

from learnorder.claims.evidence import Found, Frames, Settings, extreme
from learnorder.tables import Names

ABOUT = {
    "number": "E9",
    "statement": "The smallest bimodality over training on test examples is the paper's.",
    "statistic": "smallest b over training, on test",
    "side": "near",
    "threshold": 0.1,
    "found": "E9 is found where the smallest b over training on test examples is within it of the paper's.",
    "looks_at": "noisy_beside_true",
    "table": "epochs",
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """Of the collections of which the paper has it."""
    yield from extreme(frames["epochs"][names], names, False, ("E9", "smallest b"), ["test"])
