"""CIFAR-10 and CIFAR-100: their "python version", packed or unpacked, or Parquet files of the same images."""

import io
import pickle
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from learnorder.datasets import files, parquet_images, pictures
from learnorder.datasets.canonical import Dataset, Split
from learnorder.datasets.pictures import Pictures
from learnorder.errors import UserError, suggestion

CHANNELS, SIDE = 3, 32
CIFAR10 = {"train": [f"data_batch_{number}" for number in range(1, 6)], "test": ["test_batch"]}
CIFAR100 = {"train": ["train"], "test": ["test"]}
FILES = {"batches.meta", *CIFAR10["train"], *CIFAR10["test"], "meta", "train", "test"}
# What the archives unpack to.
FOLDERS = {"cifar-10-python.tar.gz": "cifar-10-batches-py", "cifar-100-python.tar.gz": "cifar-100-python"}

# All that the published pickles ask for. The function that rebuilds an array has moved since they were made.
RECONSTRUCT = np.empty(0).__reduce__()[0]
ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"): RECONSTRUCT,
    ("numpy._core.multiarray", "_reconstruct"): RECONSTRUCT,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}


class _Arrays(pickle.Unpickler):
    """Makes arrays, lists and texts, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no array needs")
        return ALLOWED[module, name]


@dataclass(frozen=True)
class _Images:
    """Images of a split, n × 3 × 32 × 32, their labels, their batch and row, and their official file names."""

    images: np.ndarray
    labels: np.ndarray
    places: np.ndarray
    names: np.ndarray


def read(entry: dict, sources) -> Dataset:
    """Dataset of CIFAR-10, of CIFAR-100 with its superclasses, or of one `superclass` of CIFAR-100.

    From the archive, from the folder that it unpacks to, or from Parquet files, whichever is here; otherwise the
    archive is downloaded. Pickles are opened only after the checksum of the archive holds, or those of the files
    in it. The source of an example is its batch and its row there. A superclass is sorted by class and official
    file name, which is the source of its examples: so it is the same from all files, and Parquet files need not
    have the other classes. Source of the format: Krizhevsky, "The CIFAR-10 dataset", "The CIFAR-100 dataset".
    """
    parquet = _parquet_files(entry, sources)
    if parquet and _has_all(entry, parquet):
        return _dataset(entry, _from_parquet(entry, parquet))
    checksums = entry.get("contents")
    try:
        path = sources.fetch(
            entry["archive"],
            also=_folders(entry),
            is_content=partial(_are_whole, checksums=checksums) if checksums else None,
        )
    except UserError as error:
        short = f"; {parquet['train']} has too few of its examples" if parquet else ""
        raise UserError(f"{error}{short}") from None
    try:
        contents = {name: _unpickled(content) for name, content in _contents(path)}
        batches, labels = (CIFAR10, b"labels") if "test_batch" in contents else (CIFAR100, b"fine_labels")
        images = {split: _from_pickles(contents, names, labels) for split, names in batches.items()}
        return _dataset(entry | _names(contents), images)
    except (OSError, EOFError, zlib.error, tarfile.TarError, pickle.UnpicklingError, LookupError) as error:
        raise UserError(
            f"{path}: not an archive of CIFAR ({type(error).__name__}: {' '.join(str(error).split())}); "
            "allowed: the python version of CIFAR-10 or CIFAR-100, its pickles whole"
        ) from None


def _parquet_files(entry: dict, sources) -> dict[str, Path]:
    """The Parquet file of each split where they are here and the archive is not; otherwise nothing."""
    named = entry.get("parquet", {})
    if sources.find(entry["archive"], also=_folders(entry)) or not all(map(sources.find, named.values())):
        return {}
    return {split: sources.fetch(file) for split, file in named.items()}


def _has_all(entry: dict, paths: dict[str, Path]) -> bool:
    """Whether Parquet files have as many examples of the wanted classes as the entry says."""
    label = _label(entry)
    found = {split: _table(path, [label])[label].to_numpy() for split, path in paths.items()}
    return {split: int(np.isin(labels, _kept(entry)).sum()) for split, labels in found.items()} == entry[
        "examples"
    ]


def _label(entry: dict) -> str:
    """The column of Parquet files that has the label."""
    return "fine_label" if "superclasses" in entry else "label"


def _folders(entry: dict) -> list[str]:
    return [folder for archive, folder in FOLDERS.items() if archive == entry["archive"]["name"]]


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each known file of an archive, or of the folder that it unpacks to."""
    if path.is_dir():
        yield from ((file.name, file.read_bytes()) for file in path.iterdir() if file.name in FILES)
        return
    with tarfile.open(path) as tar:
        for member in tar:
            name = PurePosixPath(member.name).name
            if name in FILES:
                yield name, tar.extractfile(member).read()


def _are_whole(path: Path, checksums: Mapping[str, str]) -> bool:
    """Whether the files of an archive or folder have their checksums; no other known file may be among them."""
    try:
        found = {
            name: name in checksums and files.is_same(content, checksums[name])
            for name, content in _contents(path)
        }
    except (OSError, EOFError, zlib.error, tarfile.TarError):
        return False
    return all(found.values()) and {name for name in checksums if not name.endswith("meta")} <= found.keys()


def _unpickled(content: bytes) -> dict[bytes, Any]:
    # The pickles are Python 2's: their texts are bytes.
    return _Arrays(io.BytesIO(content), encoding="bytes").load()


def _names(contents: dict[str, dict[bytes, Any]]) -> dict[str, Any]:
    """`classes` and `superclasses` of the archive, as an entry names them; nothing where its `meta` is missing."""
    if "batches.meta" in contents:
        return {"classes": _texts(contents["batches.meta"][b"label_names"])}
    if "meta" not in contents:
        return {}
    classes, coarse = (_texts(contents["meta"][f"{level}_label_names".encode()]) for level in ("fine", "coarse"))
    # The archive has both labels of each image; no table says which class belongs to which superclass.
    train = contents["train"]
    belongs = dict(zip(train[b"fine_labels"], train[b"coarse_labels"], strict=True))
    superclasses: dict[str, list[str]] = {name: [] for name in coarse}
    for label, name in enumerate(classes):
        superclasses[coarse[belongs[label]]].append(name)
    return {"classes": classes, "superclasses": superclasses}


def _texts(names: list[bytes]) -> list[str]:
    return [name.decode() for name in names]


def _from_pickles(contents: dict[str, dict[bytes, Any]], batches: list[str], labels: bytes) -> _Images:
    """The batches one after the other. A row of an array has all red, then green, then blue values."""
    parts = [contents[batch] for batch in batches]
    return _Images(
        np.concatenate([part[b"data"].reshape(-1, CHANNELS, SIDE, SIDE) for part in parts]),
        np.concatenate([np.asarray(part[labels]) for part in parts]),
        np.array([f"{batch}/{row}" for batch in batches for row in range(len(contents[batch][b"data"]))]),
        np.array([name for part in parts for name in _texts(part[b"filenames"])]),
    )


def _from_parquet(entry: dict, paths: dict[str, Path]) -> dict[str, _Images]:
    """The images of a Parquet file per split, in its order; where a superclass is wanted, its own alone."""
    label, chosen, named = _label(entry), {}, {}
    for split, path in paths.items():
        table = _table(path, ["image", label])
        labels = table[label].to_numpy()
        rows = np.flatnonzero(np.isin(labels, _kept(entry)))
        chosen[split] = Pictures(
            f"{path} row ", list(map(str, rows)), labels[rows], parquet_images.Rows([path], "image")
        )
        named[split] = np.array(pa.compute.struct_field(table["image"], "path").to_pylist())[rows]
    batches = CIFAR10 if label == "label" else CIFAR100
    images = {}
    for split, data in pictures.splits(chosen, CHANNELS).items():
        size = len(data.labels) // len(batches[split])
        places = np.array([f"{batches[split][row // size]}/{row % size}" for row in range(len(data.labels))])
        images[split] = _Images(data.inputs, data.labels, places, named[split])
    return images


def _table(path: Path, columns: list[str]) -> pa.Table:
    try:
        return pq.read_table(path, columns=columns)
    except (OSError, pa.ArrowException, KeyError) as error:
        raise UserError(
            f"{path}: not a Parquet file of CIFAR ({type(error).__name__}: {str(error).splitlines()[0]}); "
            f"allowed: the columns {' and '.join(columns)}"
        ) from None


def _classes(entry: dict) -> list[str]:
    """All classes; those of superclasses in alphabetical order, as CIFAR-100 numbers them."""
    return entry.get("classes") or sorted(name for names in entry["superclasses"].values() for name in names)


def _kept(entry: dict) -> list[int]:
    """Labels of the classes that are wanted."""
    classes = _classes(entry)
    if "superclass" not in entry:
        return list(range(len(classes)))
    known = entry.get("superclasses", {})
    if entry["superclass"] not in known:
        raise UserError(
            f"configuration: superclass is '{entry['superclass']}'; "
            + (suggestion(entry["superclass"], known) if known else "allowed: only of CIFAR-100")
        )
    return sorted(map(classes.index, known[entry["superclass"]]))


def _dataset(entry: dict, images: dict[str, _Images]) -> Dataset:
    classes, kept = _classes(entry), _kept(entry)
    belongs = {name: group for group, names in entry.get("superclasses", {}).items() for name in names}
    splits = {split: _split(data, kept if "superclass" in entry else None) for split, data in images.items()}
    names = [classes[label] for label in kept]
    return Dataset(splits, names, superclasses=[belongs[name] for name in names] if belongs else [])


def _split(data: _Images, kept: list[int] | None) -> Split:
    """All examples in their order, or those of the `kept` labels, which count from 0, by class and file name."""
    if kept is None:
        return Split(data.images, data.labels, data.places)
    rows = np.flatnonzero(np.isin(data.labels, kept))
    rows = rows[np.lexsort((data.names[rows], data.labels[rows]))]
    return Split(data.images[rows], np.searchsorted(kept, data.labels[rows]), data.names[rows])
