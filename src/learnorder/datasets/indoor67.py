"""Indoor scenes of 67 classes (Quattoni and Torralba 2009)."""

import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np

from learnorder.datasets import pictures
from learnorder.datasets.canonical import Dataset
from learnorder.datasets.pictures import Pictures
from learnorder.errors import UserError

COLOURS = 3
ARCHIVE, IMAGES = "indoorCVPR_09.tar", "Images"
LISTS = {"train": "TrainImages.txt", "test": "TestImages.txt"}
WAY = (
    f"nobody publishes a checksum of Indoor 67, so it is not downloaded for you: get {ARCHIVE}, "
    f"{' and '.join(LISTS.values())} from web.mit.edu/torralba/www/indoor.html and put them into that folder"
)


def read(entry: dict, sources) -> Dataset:
    """Dataset of the images on the owners' two lists, from their archive or from its folder `Images`, unpacked.

    The lists name an image as class/file; their classes, sorted, are the classes. The source of an example is
    its path in the archive.
    """
    folder = pictures.owners_folder(sources, entry["path"], WAY)
    lists = {split: _listed(folder / name) for split, name in LISTS.items()}
    classes = sorted({name.split("/")[0] for name in lists["train"]})
    labels = {name: label for label, name in enumerate(classes)}
    for name in lists["test"]:
        if name.split("/")[0] not in labels:
            raise UserError(
                f"{folder / LISTS['test']}: {name} is of no class in {LISTS['train']}; allowed: its "
                f"{len(classes)} classes"
            )
    place, opener = _images(folder)
    chosen = {
        split: Pictures(
            place,
            [f"{IMAGES}/{name}" for name in names],
            np.array([labels[name.split("/")[0]] for name in names]),
            opener,
        )
        for split, names in lists.items()
    }
    return Dataset(pictures.splits(chosen, COLOURS, entry["size"]), classes)


def _listed(path: Path) -> list[str]:
    try:
        names = sorted(filter(None, map(str.strip, path.read_text(encoding="utf-8").splitlines())))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read ({type(error).__name__}); {WAY}") from None
    for name in names:
        if name.count("/") != 1:
            raise UserError(f"{path}: has '{name}'; allowed: class/file on each line, as its owners ship it")
    return names


def _images(folder: Path) -> tuple[str, Callable[[str], BinaryIO]]:
    """Where the images lie, and what opens one by its path there."""
    if (folder / IMAGES).is_dir():
        return f"{folder}/", lambda name: (folder / name).open("rb")
    path = folder / ARCHIVE
    if not path.exists():
        raise UserError(f"{folder}: has neither {ARCHIVE} nor its folder {IMAGES}; {WAY}")
    try:
        with tarfile.open(path, "r:") as tar:
            parts = {member.name.removeprefix("./"): (member.offset_data, member.size) for member in tar}
    except tarfile.TarError as error:
        raise UserError(f"{path}: not a whole tar file ({error}); {WAY}") from None

    def opener(name: str) -> BinaryIO:
        if name not in parts:
            raise FileNotFoundError("not in the archive")
        start, length = parts[name]
        with path.open("rb") as file:  # each thread its own place in the file
            file.seek(start)
            return io.BytesIO(file.read(length))

    return f"{path}/", opener
