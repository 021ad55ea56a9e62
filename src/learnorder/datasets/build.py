"""From an entry of the catalogue to a dataset."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from learnorder.datasets import canonical, files, label_noise
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


def build(name: str, described: Entry, datasets: Path, downloads: Path, mirrors: Sequence[str]) -> Dataset:
    """Dataset `name` as its entry in the catalogue describes it; checked against that entry.

    Its reader is a module of this folder, whose `read` turns entry and sources into a dataset. `datasets`: folder
    of the canonical datasets. Files that must be downloaded are kept in `downloads`.
    """
    sources = Sources(
        fetch=lambda file, **content: files.fetch(
            name, file, Path(downloads), mirrors, described["addresses"], **content
        ),
        find=lambda file, also=(): files.find(name, file, Path(downloads), mirrors, also),
        mirror=lambda path: files.on_a_mirror(name, path, mirrors),
        origin=lambda origin: canonical.read(Path(datasets) / origin),
    )
    reader = import_module(f"learnorder.datasets.{described['reader']}")
    return labelled(name, reader.read(described, sources), described)


def labelled(name: str, dataset: Dataset, described: Entry) -> Dataset:
    """The dataset with the train labels that its entry asks for; checked against that entry."""
    if described.get("label_noise"):
        dataset = label_noise.redrawn(dataset, described["label_noise"], described["label_noise_seed"])
    if described.get("labels") == "shuffled":
        dataset = label_noise.shuffled(dataset, described["label_noise_seed"])
    canonical.check(name, dataset, described)
    return dataset
