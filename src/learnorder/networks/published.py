"""Weights that timm and torchvision publish: the file itself, see `study.published`."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from learnorder import atomic
from learnorder.datasets import files

FOLDER = Path("results/weights")


def fetch(described: Mapping[str, Any], output: Path) -> None:
    """Write the file of an architecture's published weights, from the mirrors or its official address."""
    name, weights = described["name"], described["weights"]
    found = files.fetch(
        "weights", weights, output.parent, files.mirrors(), described["addresses"], of=f"architecture {name}"
    )
    if found != output:
        with atomic.replacing(output) as partial:
            shutil.copyfile(found, partial)
