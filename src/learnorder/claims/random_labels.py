"""E9: random labels weaken the shared order on the train set."""

from learnorder.claims.evidence import Found, Frames, Settings, of_two
from learnorder.tables import Names

ABOUT = {
    "number": "E9",
    "statement": "Random labels weaken the shared order on the train set.",
    "statistic": "β with random labels − β with true ones",
    "side": "above",
    "threshold": 0.1,
    "found": "E9 is found where β with random labels less β with true ones is above it, on the train set.",
    "looks_at": "redrawn_and_true",
    "table": "epochs_as_trained",
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """Random labels less true ones where they are equally accurate, on train, by the labels trained on."""
    both = (frames["epochs_as_trained"][part] for part in (names[:3], names[3:]))
    yield "train", of_two(*both, "train", settings)
