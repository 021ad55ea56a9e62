"""Pictures of classes in folders, and the datasets that readers make of them."""

from pathlib import Path

import pytest
from conftest import configuration
from PIL import Image

from learnorder.datasets.build import build
from learnorder.errors import UserError
from learnorder.study.model import Study

SIZE = 8


def made(entry: dict, *mirrors: Path, downloads: Path | None = None):
    """Dataset of an entry that the schema has allowed and completed."""
    config = configuration()
    config["datasets"]["mine"] = entry
    described = Study(config)["datasets"]["mine"]
    nowhere = Path("nowhere")
    return build("mine", described, nowhere, downloads or nowhere, [str(mirror) for mirror in mirrors])


def refused(entry: dict, *mirrors: Path) -> str:
    """The one line that says what is wrong."""
    with pytest.raises(UserError) as told:
        made(entry, *mirrors)
    assert "\n" not in str(told.value)
    assert any(way in str(told.value) for way in ("allowed: ", "correct its path", "licence forbids"))
    return str(told.value)


def colour(label: int) -> tuple[int, int, int]:
    """Of each class its own."""
    return (40 * label + 20, 200 - 30 * label, 60 * (label % 4))


def picture(path: Path, label: int = 0, size=(12, 9), mode: str = "RGB", **options) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour(label)).convert(mode).save(path, **options)
