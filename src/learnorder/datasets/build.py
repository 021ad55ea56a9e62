"""From an entry of the catalogue to a dataset."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from learnorder.datasets import (
    canonical,
    cifar,
    digits,
    docstrings,
    features,
    files,
    gabor,
    gaussian,
    idx,
    image_folder,
    imagenet,
    indoor67,
    label_noise,
    noise,
    parquet_images,
    stackoverflow,
    subset,
    texts,
    tiny_imagenet,
    vggface2,
)
from learnorder.datasets.canonical import Dataset

Entry = dict[str, Any]


@dataclass(frozen=True)
class Sources:
    """Where readers find things: `fetch(file)` gives the verified path of one of the dataset's files.

    `fetch` also takes what is packed again or unpacked, see `files.fetch`; `find` says whether a file is here
    before it is downloaded. `mirror(name)` gives the path of a file or folder by its own path or by its name on a
    mirror; `origin(name)` reads the dataset that this one is a part of.
    """

    fetch: Callable[..., Path]
    find: Callable[..., Path | None]
    mirror: Callable[[str], Path]
    origin: Callable[[str], Dataset]


# Each reader turns the entry and the sources into a dataset.
READERS: dict[str, Callable[[Entry, Sources], Dataset]] = {
    "digits": digits.read,
    "idx": idx.read,
    "cifar": cifar.read,
    "tiny_imagenet": tiny_imagenet.read,
    "imagenet": imagenet.read,
    "vggface2": vggface2.read,
    "indoor67": indoor67.read,
    "image_folder": image_folder.read,
    "parquet_images": parquet_images.read,
    "stackoverflow": stackoverflow.read,
    "texts": texts.read,
    "docstrings": docstrings.read,
    "features": features.read,
    "gabor": gabor.read,
    "gaussian": gaussian.read,
    "noise": noise.read,
    "subset": subset.read,
}


def build(name: str, described: Entry, datasets: Path, downloads: Path, mirrors: Sequence[str]) -> Dataset:
    """Dataset `name` as its entry in the catalogue describes it; checked against that entry.

    `datasets`: folder of the canonical datasets. Files that must be downloaded are kept in `downloads`.
    """
    sources = Sources(
        fetch=lambda file, **content: files.fetch(
            name, file, Path(downloads), mirrors, described["addresses"], **content
        ),
        find=lambda file, also=(): files.find(name, file, Path(downloads), mirrors, also),
        mirror=lambda path: files.on_a_mirror(name, path, mirrors),
        origin=lambda origin: canonical.read(Path(datasets) / origin),
    )
    return labelled(name, READERS[described["reader"]](described, sources), described)


def labelled(name: str, dataset: Dataset, described: Entry) -> Dataset:
    """The dataset with the train labels that its entry asks for; checked against that entry."""
    if described.get("label_noise"):
        dataset = label_noise.redrawn(dataset, described["label_noise"], described["label_noise_seed"])
    if described.get("labels") == "shuffled":
        dataset = label_noise.shuffled(dataset, described["label_noise_seed"])
    canonical.check(name, dataset, described)
    return dataset
