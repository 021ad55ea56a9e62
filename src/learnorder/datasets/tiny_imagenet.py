"""Tiny ImageNet: 200 classes of ImageNet at 64×64 pixels, one zip file."""

import zipfile
from collections import Counter
from pathlib import PurePosixPath

import numpy as np

from learnorder.datasets import pictures
from learnorder.datasets.canonical import Dataset
from learnorder.datasets.pictures import Pictures
from learnorder.errors import UserError

ROOT = "tiny-imagenet-200"
COLOURS = 3


def read(entry: dict, sources) -> Dataset:
    """Dataset from the archive as it is: the owners' validation split is the test split, theirs has no labels.

    Grey images become colour. Classes are in the order of their WordNet numbers. The source of an example is its
    path in the archive.
    """
    path = sources.fetch(entry["archive"])
    try:
        archive = zipfile.ZipFile(path)
        wnids = sorted(_lines(archive, "wnids.txt"))
        labels = {wnid: label for label, wnid in enumerate(wnids)}
        words = dict(line.split("\t", 1) for line in _lines(archive, "words.txt"))
        classes = _names(wnids, words)
        answers = [line.split("\t")[:2] for line in _lines(archive, "val/val_annotations.txt")]
        test = sorted((f"{ROOT}/val/images/{name}", labels[wnid]) for name, wnid in answers)
        train = sorted(
            (name, labels[PurePosixPath(name).parts[2]]) for name in archive.namelist() if _trains(name)
        )
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise UserError(
            f"{path}: not the archive of Tiny ImageNet ({type(error).__name__}: {error}); allowed: {ROOT}.zip"
        ) from None
    chosen = {}
    for split, listed in (("train", train), ("test", test)):
        names = [name for name, _ in listed]
        chosen[split] = Pictures(f"{path}/", names, np.array([label for _, label in listed]), archive.open)
    return Dataset(pictures.splits(chosen, COLOURS), classes)


def _lines(archive: zipfile.ZipFile, name: str) -> list[str]:
    return archive.read(f"{ROOT}/{name}").decode().splitlines()


def _trains(name: str) -> bool:
    """Whether the archive's file is an image of `train`/class/`images`."""
    path = PurePosixPath(name)
    return path.parts[:2] == (ROOT, "train") and path.parts[3:4] == ("images",) and path.suffix == ".JPEG"


def _names(wnids: list[str], words: dict[str, str]) -> list[str]:
    """The first word for each class, with its number where two classes share it."""
    first = [words[wnid].split(",")[0] for wnid in wnids]
    times = Counter(first)
    return [word if times[word] == 1 else f"{word} ({wnid})" for word, wnid in zip(first, wnids, strict=True)]
