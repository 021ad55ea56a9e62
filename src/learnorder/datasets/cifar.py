"""CIFAR's "python version": pickles of arrays in a tar file."""

import io
import pickle
import tarfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from learnorder.datasets.canonical import Dataset, Split
from learnorder.errors import UserError

CHANNELS, SIDE = 3, 32
CIFAR10 = {"train": [f"data_batch_{number}" for number in range(1, 6)], "test": ["test_batch"]}
CIFAR100 = {"train": ["train"], "test": ["test"]}
FILES = {"batches.meta", *CIFAR10["train"], *CIFAR10["test"], "meta", "train", "test"}

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


def read(entry: dict, sources) -> Dataset:
    """Dataset from the archive of CIFAR-10, or of CIFAR-100 with its superclasses.

    The source of an example is its batch and its row there. Source of the format: Krizhevsky, "The CIFAR-10
    dataset" and "The CIFAR-100 dataset". The archive is opened only after its checksum holds.
    """
    archive = sources.fetch(entry["archive"])
    try:
        return _dataset(_contents(archive))
    except (OSError, EOFError, zlib.error, tarfile.TarError, pickle.UnpicklingError, LookupError) as error:
        raise UserError(
            f"{archive}: not an archive of CIFAR ({type(error).__name__}: {' '.join(str(error).split())}); "
            "allowed: the python version of CIFAR-10 or CIFAR-100, its pickles whole"
        ) from None


def _contents(archive: Path) -> dict[str, dict[bytes, Any]]:
    """What is pickled in each file of the archive, by the file's name."""
    contents = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            name = PurePosixPath(member.name).name
            if name in FILES:
                # The pickles are Python 2's: their texts are bytes.
                contents[name] = _Arrays(io.BytesIO(tar.extractfile(member).read()), encoding="bytes").load()
    return contents


def _dataset(contents: dict[str, dict[bytes, Any]]) -> Dataset:
    if "batches.meta" in contents:
        splits = {split: _split(contents, batches, b"labels") for split, batches in CIFAR10.items()}
        return Dataset(splits, _texts(contents["batches.meta"][b"label_names"]))
    splits = {split: _split(contents, batches, b"fine_labels") for split, batches in CIFAR100.items()}
    classes, coarse = (_texts(contents["meta"][f"{level}_label_names".encode()]) for level in ("fine", "coarse"))
    # The archive has both labels of each image; no table says which class belongs to which superclass.
    belongs = dict(zip(splits["train"].labels.tolist(), contents["train"][b"coarse_labels"], strict=True))
    return Dataset(splits, classes, superclasses=[coarse[belongs[label]] for label in range(len(classes))])


def _split(contents: dict[str, dict[bytes, Any]], batches: list[str], labels: bytes) -> Split:
    """The batches one after the other. A row of an array has all red, then green, then blue values."""
    images = [contents[batch][b"data"].reshape(-1, CHANNELS, SIDE, SIDE) for batch in batches]
    return Split(
        np.concatenate(images),
        np.concatenate([np.asarray(contents[batch][labels]) for batch in batches]),
        source=np.array([f"{batch}/{row}" for batch in batches for row in range(len(contents[batch][b"data"]))]),
    )


def _texts(names: list[bytes]) -> list[str]:
    return [name.decode() for name in names]
