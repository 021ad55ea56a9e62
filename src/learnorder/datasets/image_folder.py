"""Any folder of class folders, of images in any format that Pillow reads."""

from pathlib import Path

from learnorder.datasets import pictures
from learnorder.datasets.canonical import SPLITS, Dataset
from learnorder.errors import UserError


def read(entry: dict, sources) -> Dataset:
    """Dataset from class folders inside `train` and `test`, or directly in the folder, then divided by a draw.

    The names of the class folders are the classes, sorted. Other files and folders beside `train` and `test`
    are not read. The source of an example is its path.
    """
    folder = pictures.folder_at(sources, entry["path"])
    found = [split for split in SPLITS if (folder / split).is_dir()]
    if len(found) == 1:
        raise UserError(
            f"{folder}: has a folder {found[0]} alone; "
            "allowed: both `train` and `test`, or class folders and neither: rename or add one"
        )
    if found:
        classes = _same_classes(folder)
        chosen = {split: pictures.in_class_folders(folder, split, classes) for split in SPLITS}
    else:
        classes = pictures.class_names(folder)
        images = pictures.in_class_folders(folder, ".", classes)
        chosen = pictures.divided(images, classes, entry["test_share"], entry["seed"])
    return Dataset(pictures.splits(chosen, entry["channels"], entry["size"]), classes)


def _same_classes(folder: Path) -> list[str]:
    train, test = (pictures.class_names(folder / split) for split in SPLITS)
    for one, other, split, missing in ((train, test, "train", "test"), (test, train, "test", "train")):
        alone = sorted(set(one) - set(other))
        if alone:
            raise UserError(
                f"{folder}: class {alone[0]} is in {split} but not in {missing}; allowed: the same class folders "
                "in both: add or remove it"
            )
    return train
