"""ImageNet (ILSVRC 2012), from a folder as its owners ship it."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import scipy.io

from learnorder.datasets import pictures
from learnorder.datasets.canonical import Dataset
from learnorder.datasets.folders import Tree
from learnorder.datasets.pictures import Pictures
from learnorder.errors import UserError

COLOURS = 3
WAY = (
    "ImageNet's licence forbids downloading it for you: get ILSVRC 2012 from image-net.org or from its Kaggle "
    "challenge, unpack it into that folder, as train/<WordNet number>/*.JPEG, val/ and the validation list"
)
KAGGLE = "ILSVRC/Data/CLS-LOC"
KAGGLE_LIST = "LOC_val_solution.csv"
DEVKIT_LIST, DEVKIT_SYNSETS = "ILSVRC2012_validation_ground_truth.txt", "meta.mat"
DEVKIT_FOLDERS = (".", "data", "ILSVRC2012_devkit_t12/data")


def read(entry: dict, sources) -> Dataset:
    """Dataset whose classes are the WordNet numbers of the folders in `train`; `val` is the test split.

    The labels of `val` come from, whichever is there first: class folders in it, Kaggle's list, the development
    kit. The source of an example is its path.
    """
    folder = pictures.owners_folder(sources, entry["path"], WAY)
    inside = KAGGLE if (folder / KAGGLE).is_dir() else "."
    for part in ("train", "val"):
        if not (folder / inside / part).is_dir():
            raise UserError(f"{folder / inside / part}: no such folder; {WAY}")
    tree = Tree(folder)
    folders = tree.class_folders(folder / inside / "train")
    classes = list(folders)
    chosen = {
        "train": pictures.in_class_folders(tree, folders),
        "test": _validation(tree, folder / inside / "val", classes),
    }
    return Dataset(pictures.splits(chosen, COLOURS, entry["size"]), classes)


def _validation(tree: Tree, val: Path, classes: list[str]) -> Pictures:
    entries = tree.entries(val)
    if any(path.is_dir() for path in entries.values()):
        folders = tree.class_folders(val)
        if list(folders) != classes:
            unlike = sorted(set(folders) ^ set(classes))
            raise UserError(
                f"{val}: class {unlike[0]} is in one of train and val alone; allowed: the same folders in both"
            )
        return pictures.in_class_folders(tree, folders)
    of_image, said_by = _answers(tree.root)
    labels = {wnid: label for label, wnid in enumerate(classes)}
    answers = [of_image(path.stem) for path in entries.values()]
    for path, wnid in zip(entries.values(), answers, strict=True):
        if wnid not in labels:
            raise UserError(
                f"{path}: {said_by} says its class is {wnid or 'not known'}; allowed: one of the "
                f"{len(classes)} classes in train"
            )
    paths = {path.relative_to(tree.root).as_posix(): path for path in entries.values()}
    return pictures.in_folder(tree.root, paths, np.array([labels[wnid] for wnid in answers], dtype=int))


def _answers(folder: Path) -> tuple[Callable[[str], str | None], Path]:
    """What gives the WordNet number of a validation image, by its name, and the file that says so."""
    if (folder / KAGGLE_LIST).exists():
        return _of_kaggle(folder / KAGGLE_LIST), folder / KAGGLE_LIST
    for inside in DEVKIT_FOLDERS:
        kit = folder / inside
        if (kit / DEVKIT_LIST).exists() and (kit / DEVKIT_SYNSETS).exists():
            return _of_devkit(kit), kit / DEVKIT_LIST
    raise UserError(
        f"{folder}: no list of validation labels; allowed: class folders in val, or {KAGGLE_LIST}, "
        f"or the development kit's {DEVKIT_LIST} with {DEVKIT_SYNSETS}, in the folder or in {DEVKIT_FOLDERS[-1]}"
    )


def _of_kaggle(path: Path) -> Callable[[str], str | None]:
    """Rows of an image's name and its boxes, each a WordNet number and four corners."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    if not all(len(row) == 2 and row[1].split() for row in rows):
        raise UserError(f"{path}: not rows of ImageId,PredictionString; allowed: the list as Kaggle ships it")
    return {image: boxes.split()[0] for image, boxes in rows}.get


def _of_devkit(kit: Path) -> Callable[[str], str | None]:
    """Line k has the class of ILSVRC2012_val_k as a number, which `synsets` gives a WordNet number."""
    try:
        synsets = scipy.io.loadmat(kit / DEVKIT_SYNSETS, squeeze_me=True)["synsets"]
        wnids = dict(zip(synsets["ILSVRC2012_ID"].tolist(), map(str, synsets["WNID"]), strict=True))
        answers = [wnids[int(line)] for line in (kit / DEVKIT_LIST).read_text(encoding="utf-8").split()]
    except (OSError, KeyError, ValueError, IndexError, TypeError) as error:
        raise UserError(
            f"{kit}: {DEVKIT_LIST} and {DEVKIT_SYNSETS} cannot be read ({type(error).__name__}: {error}); "
            "allowed: the files as ImageNet's development kit ships them"
        ) from None

    def of_image(name: str) -> str | None:
        number = name.rpartition("_")[2]
        return answers[int(number) - 1] if number.isdecimal() and 0 < int(number) <= len(answers) else None

    return of_image
