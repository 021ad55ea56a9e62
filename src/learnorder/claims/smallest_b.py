"""E9: on shuffled labels, networks share less of an order."""

from learnorder.claims.evidence import Found, Frames, Settings, extreme
from learnorder.tables import Names

ABOUT = {
    "number": "E9",
    "statement": "The smallest bimodality over training on shuffled labels is the paper's.",
    "statistic": "smallest b over training",
    "side": "near",
    "threshold": 0.1,
    "found": "E9 is found where the smallest b over training on shuffled labels is within it of the paper's.",
    "looks_at": "noisy_beside_true",
    "table": "epochs_as_trained",
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """Of the collections of which the paper has it, by the labels trained on."""
    yield from extreme(frames["epochs_as_trained"][names], names, False, ("E9", "smallest b"), ["train"])
