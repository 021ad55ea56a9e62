"""E3: the order is robust to hyper-parameters."""

from learnorder.claims.evidence import Found, Frames, Settings, of_ceiling
from learnorder.tables import Names

ABOUT = {
    "number": "E3",
    "statement": "The order is robust to hyper-parameters.",
    "statistic": "correlation of accessibility / noise ceiling",
    "side": "above",
    "threshold": 0.8,
    "found": "E3 is found where the correlation of accessibility, divided by its noise ceiling, is above it.",
    "looks_at": "pairs_of_variants",
    "table": "correlation",
    "about": ("with",),
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """Correlation divided by its noise ceiling."""
    yield from of_ceiling(frames, names)
