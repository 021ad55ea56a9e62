"""Any folder of class folders, of images in any format that Pillow reads."""

from pathlib import Path

from learnorder.datasets import pictures
from learnorder.datasets.canonical import SPLITS, Dataset
from learnorder.datasets.folders import Tree, split_of
from learnorder.errors import UserError

# Entries that a remark names.
NAMED = 5


def read(entry: dict, sources) -> Dataset:
    """Dataset from class folders in a train and a test folder, or in the folder itself, then divided by a draw.

    The names of the class folders are the classes, sorted. What else lies there is not read but remarked. The
    source of an example is its path.
    """
    tree = Tree(pictures.folder_at(sources, entry["path"]))
    of_split = _split_folders(tree)
    if of_split:
        folders = {split: tree.class_folders(folder) for split, folder in of_split.items()}
        _check_same_classes(tree.root, {of_split[split].name: found for split, found in folders.items()})
        chosen = {split: pictures.in_class_folders(tree, folders[split]) for split in SPLITS}
        classes = list(folders["train"])
    else:
        folders = {"": tree.class_folders(tree.root)}
        classes = list(folders[""])
        images = pictures.in_class_folders(tree, folders[""])
        chosen = pictures.divided(images, classes, entry["test_share"], entry["seed"])
    read = pictures.splits(chosen, entry["channels"], entry["size"])
    used = {*of_split.values(), *(path for found in folders.values() for path in found.values())}
    return Dataset(read, classes, remarks=_remarks(tree, [tree.root, *of_split.values()], used))


def _split_folders(tree: Tree) -> dict[str, Path]:
    """The folders of the splits, if there are any; one of validation is the test split if there is no other."""
    found: dict[str, list[Path]] = {}
    for name, path in tree.entries(tree.root).items():
        if path.is_dir() and (split := split_of(name)):
            found.setdefault(split, []).append(path)
    if set(found) <= {"validation"}:  # a class may be called valid
        return {}
    if "test" not in found and "validation" in found:
        found["test"] = found["validation"]
    for split, folders in found.items():
        names = " and ".join(path.name for path in folders)
        if len(folders) > 1:
            raise UserError(f"{tree.root}: {names} are both the {split} split; allowed: one: rename or remove one")
        if not set(SPLITS) <= set(found):
            raise UserError(
                f"{tree.root}: has a folder {names} alone; "
                "allowed: both `train` and `test`, or class folders and neither: rename or add one"
            )
    return {split: found[split][0] for split in SPLITS}


def _check_same_classes(root: Path, classes: dict[str, dict[str, Path]]) -> None:
    """`classes`: the class folders of both splits, by the name of the split's folder."""
    train, test = classes
    for split, other in ((train, test), (test, train)):
        alone = sorted(set(classes[split]) - set(classes[other]))
        if alone:
            raise UserError(
                f"{root}: class {alone[0]} is in {split} but not in {other}; allowed: the same class folders "
                "in both: add or remove it"
            )


def _remarks(tree: Tree, folders: list[Path], used: set[Path]) -> list[str]:
    """What lies in these folders and was not used, and how much file systems have left in them."""
    unused = [
        str(path.relative_to(tree.root))
        for folder in folders
        for path in tree.entries(folder).values()
        if path not in used
    ]
    more = f" and {len(unused) - NAMED} more" if len(unused) > NAMED else ""
    remarks = [f"not used: {', '.join(unused[:NAMED])}{more}"] if unused else []
    return remarks + ([f"left out: {len(tree.left_out)} that file systems leave"] if tree.left_out else [])
