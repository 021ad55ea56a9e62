"""What figures and claims say about themselves, read from their modules without importing what draws or decides.

A module of `figures/` or `claims/` with `ABOUT = {…}`, plain values alone, is a figure or a claim of its name.
"""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[1]
ABOUT = re.compile(r"^ABOUT = (\{.*?^\})", re.MULTILINE | re.DOTALL)


@cache
def about(package: str) -> dict[str, dict[str, Any]]:
    """By the name of each of its modules that has one, its `ABOUT`, in the order of names."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted((PACKAGE / package).glob("*.py"))}
    found = {name: ABOUT.search(text) for name, text in texts.items()}
    return {name: ast.literal_eval(match[1]) for name, match in found.items() if match}


def figures() -> dict[str, dict[str, Any]]:
    """Figures: `shows`, a sentence; `claims`, those that it shows; what it draws, see `selection.Selection`."""
    return about("figures")


def claims() -> dict[str, dict[str, Any]]:
    """Claims, in the paper's order: see `claims.claims`."""
    return dict(sorted(about("claims").items(), key=lambda item: int(item[1]["number"][1:])))
