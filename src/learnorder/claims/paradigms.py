"""E10: another learning paradigm learns in another order."""

from learnorder.claims.evidence import Found, Frames, Settings, of_ceiling
from learnorder.tables import Names

ABOUT = {
    "number": "E10",
    "statement": "Another learning paradigm learns in another order.",
    "statistic": "correlation of accessibility / noise ceiling",
    "side": "below",
    "threshold": 0.9,
    "found": "E10 is found where the correlation of accessibility, divided by its noise ceiling, is below it.",
    "looks_at": "learners_and_networks",
    "table": "correlation",
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """Correlation divided by its noise ceiling."""
    yield from of_ceiling(frames, names)
