"""VGGFace2 (Cao et al. 2018): faces in one folder per identity."""

from learnorder.datasets import pictures
from learnorder.datasets.canonical import Dataset
from learnorder.datasets.folders import Tree
from learnorder.errors import UserError

COLOURS = 3
WAY = (
    "VGGFace2's licence forbids downloading it for you: ask its owners at "
    "www.robots.ox.ac.uk/~vgg/data/vgg_face2 for it and unpack it into that folder, as train/n000002/*.jpg"
)


def read(entry: dict, sources) -> Dataset:
    """Dataset of the chosen identities of the owners' `train` folder, divided into train and test by a draw.

    ASSUME: the owners' test split has other identities, so it cannot test a classifier. The source of an example
    is its path.
    """
    folder = pictures.owners_folder(sources, entry["path"], WAY)
    inside = "train" if (folder / "train").is_dir() else "."
    tree = Tree(folder)
    folders = tree.class_folders(folder / inside)
    classes = _chosen(f"{folder / inside}", list(folders), entry["identities"])
    images = pictures.in_class_folders(tree, {name: folders[name] for name in classes})
    chosen = pictures.divided(images, classes, entry["test_share"], entry["seed"])
    return Dataset(pictures.splits(chosen, COLOURS, entry["size"]), classes)


def _chosen(place: str, known: list[str], identities: list[str] | int) -> list[str]:
    """The identities that are listed, or so many of the first."""
    if isinstance(identities, int):
        if identities > len(known):
            raise UserError(
                f"{place}: identities is {identities}; allowed: at most the {len(known)} folders there"
            )
        return known[:identities]
    for identity in identities:
        if identity not in known:
            raise UserError(
                f"{place}: no identity '{identity}'; allowed: its {len(known)} folders, {known[0]} to {known[-1]}"
            )
    return identities
