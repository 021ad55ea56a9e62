"""What a trained collection follows from: its identity, a short name of it, and how two of them differ.

Imported where networks are trained, on machines that have little more than torch and pyarrow.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

TRAINING_VERSION = 2
"""Raised whenever the same recipe gives other predictions; part of every result's identity."""
RE_ESTIMATED_VERSION = 3
"""The same, of recipes that re-estimate batch normalisation: since 3 from a random sample of the train set."""


def training_version(recipe: Mapping[str, Any]) -> int:
    """Version of the training that a recipe depends on."""
    return RE_ESTIMATED_VERSION if recipe.get("batch_norm") == "re_estimated" else TRAINING_VERSION


def digest(identity: Mapping[str, Any]) -> str:
    """Short name of an identity, the same on every machine."""
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:16]


def difference(made: Mapping[str, Any], wanted: Mapping[str, Any], prefix: str = "") -> str:
    """First setting in which two identities differ, with both values."""
    for key in sorted(made.keys() | wanted.keys()):
        old, new = made.get(key), wanted.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping) and old != new:
            return difference(old, new, f"{prefix}{key}.")
        if old != new:
            return f"{prefix}{key} ({old}; the configuration says {new})"
    return "identity"
