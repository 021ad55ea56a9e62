"""E7, E8: there are generated datasets on which the shared order ceases."""

from learnorder.claims.evidence import SPLITS, Found, Frames, Settings, of_two
from learnorder.tables import Names

ABOUT = {
    "number": "E7",
    "statement": "There are generated datasets on which the shared order ceases.",
    "statistic": "β on generated − β on real data",
    "side": "above",
    "threshold": 0.2,
    "found": "E7 is found where β on generated less β on real data is above it.",
    "looks_at": "generated_and_real",
    "table": "epochs",
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """Generated less real, where they are equally accurate."""
    for split in SPLITS:
        yield split, of_two(*(frames["epochs"][part] for part in (names[:3], names[3:])), split, settings)
