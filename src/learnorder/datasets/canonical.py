"""The one form in which the trainer sees a dataset.

A folder with `train.npy` and `test.npy` (uint8, n × channels × height × width, memory-mapped when read) and
`examples.parquet`: one row per example with its `split`, its `example` number (from 0 within the split, the
row of the array), its `label` and `source`, where it stood in the files it came from. Its metadata names the
classes and the SHA-256 of both arrays.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from learnorder import atomic
from learnorder.errors import UserError

SPLITS = ("train", "test")


@dataclass(frozen=True)
class Split:
    """Images and labels of one split.

    `images`: uint8, n × channels × height × width. `labels`: n integers in [0, classes). `source`: n numbers,
    the position of each example in what the dataset was made from.
    """

    images: np.ndarray
    labels: np.ndarray
    source: np.ndarray


@dataclass(frozen=True)
class Dataset:
    """A train and a test split over the same classes."""

    splits: dict[str, Split]
    classes: list[str]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of an image."""
        return self.splits["train"].images.shape[1:]


def check(name: str, dataset: Dataset, described: dict) -> None:
    """Raise a `UserError` unless the arrays are what the catalogue's entry says."""
    for split, data in dataset.splits.items():
        expected = (described["examples"][split], *described["shape"])
        if data.images.shape != expected or data.images.dtype != np.uint8:
            raise UserError(
                f"dataset {name}: its {split} images are {data.images.dtype} {data.images.shape}; "
                f"the catalogue says uint8 {expected}: correct its `examples` and `shape`"
            )
        if data.labels.shape != expected[:1] or len(data.source) != len(data.labels):
            raise UserError(f"dataset {name}: {len(data.labels)} {split} labels for {expected[0]} images")
        low, high = int(data.labels.min()), int(data.labels.max())
        if low < 0 or high >= len(dataset.classes):
            raise UserError(
                f"dataset {name}: {split} labels from {low} to {high}; "
                f"allowed: 0 to {len(dataset.classes) - 1}, one of its {len(dataset.classes)} classes"
            )


def write(folder: Path, dataset: Dataset) -> None:
    """Write the arrays, then `examples.parquet`, which says that they are whole."""
    folder = Path(folder)
    rows, checksums = [], {}
    for split, data in dataset.splits.items():
        with atomic.replacing(folder / f"{split}.npy") as partial, partial.open("wb") as file:
            np.save(file, np.ascontiguousarray(data.images))
        checksums[split] = _checksum(folder / f"{split}.npy")
        rows.append(
            pa.table(
                {
                    "split": pa.array([split] * len(data.labels)).dictionary_encode(),
                    "example": pa.array(np.arange(len(data.labels), dtype=np.uint32)),
                    "label": pa.array(data.labels.astype(np.uint16)),
                    "source": pa.array(data.source.astype(np.uint32)),
                }
            )
        )
    table = pa.concat_tables(rows).unify_dictionaries()
    about = {"classes": dataset.classes, "sha256": checksums}
    table = table.replace_schema_metadata({"learnorder": json.dumps(about)})
    with atomic.replacing(folder / "examples.parquet") as partial:
        pq.write_table(table, partial, compression="zstd")


def read(folder: Path) -> Dataset:
    """Read a folder that `write` left; images stay on disk until they are used.

    Raises a `UserError` if it is not whole, or if its arrays are not those that its examples describe.
    """
    folder = Path(folder)
    remake = f"remake it: snakemake --force {folder}/examples.parquet"
    try:
        table = pq.read_table(folder / "examples.parquet")
        images = {split: np.load(folder / f"{split}.npy", mmap_mode="r") for split in SPLITS}
    except (OSError, ValueError) as error:
        raise UserError(f"{folder}: not a whole dataset ({error}); {remake}") from None
    about = json.loads(table.schema.metadata[b"learnorder"])
    splits = {}
    for split in SPLITS:
        if _checksum(folder / f"{split}.npy") != about["sha256"][split]:
            raise UserError(f"{folder}/{split}.npy: not the array that examples.parquet describes; {remake}")
        rows = table.filter(pa.compute.equal(table["split"], split))
        splits[split] = Split(images[split], rows["label"].to_numpy(), rows["source"].to_numpy())
    return Dataset(splits, about["classes"])


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
