"""Images in Parquet files, as the Hugging Face hub lays them out."""

import io
import json
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from learnorder.datasets import pictures
from learnorder.datasets.canonical import SPLITS, Dataset
from learnorder.datasets.pictures import Pictures
from learnorder.errors import UserError

IMAGE, LABEL, BYTES = "image", "label", "bytes"
HUGGING_FACE = b"huggingface"


def read(entry: dict, sources) -> Dataset:
    """Dataset from a Parquet file per split, with the encoded images in `image.bytes` or `image`, and `label`.

    The names of the classes are the entry's, else those in the train file's Hugging Face metadata, else the
    labels. The source of an example is its row.
    """
    paths = {split: sources.mirror(entry[split]) for split in SPLITS}
    schemas = {split: _schema(path) for split, path in paths.items()}
    labels = {split: _labels(path) for split, path in paths.items()}
    highest = max((int(found.max()) for found in labels.values() if len(found)), default=-1)
    classes = entry.get("classes") or _named(schemas["train"]) or [str(label) for label in range(highest + 1)]
    if len(classes) < 2:
        raise UserError(f"{paths['train']}: {len(classes)} classes; allowed: at least 2, labels from 0 on")
    for split, path in paths.items():
        _check_range(path, labels[split], len(classes))
    chosen = {
        split: Pictures(f"{path} row ", [str(row) for row in range(len(labels[split]))], labels[split], Rows(path))
        for split, path in paths.items()
    }
    return Dataset(pictures.splits(chosen, entry["channels"], entry.get("size")), classes)


class Rows:
    """Opens the image of a row; keeps only the row groups that were used last, so that large files fit."""

    def __init__(self, path: Path):
        self.path = path
        about = pq.read_metadata(path)
        sizes = [about.row_group(number).num_rows for number in range(about.num_row_groups)]
        self.ends = np.cumsum(sizes)
        self.group = lru_cache(maxsize=2)(self._group)
        self.reading = Lock()

    def __call__(self, name: str) -> BinaryIO:
        """The encoded image of the row with this number."""
        row = int(name)
        number = int(np.searchsorted(self.ends, row, side="right"))
        with self.reading:  # one thread reads a row group, the others wait for it
            group = self.group(number)
        content = group[row - (self.ends[number] - len(group))].as_py()
        if content is None:
            raise ValueError(f"no {BYTES} in its {IMAGE}")
        return io.BytesIO(content)

    def _group(self, number: int) -> pa.ChunkedArray:
        column = pq.ParquetFile(self.path).read_row_group(number, columns=[IMAGE])[IMAGE]
        return pa.compute.struct_field(column, BYTES) if pa.types.is_struct(column.type) else column


def _schema(path: Path) -> pa.Schema:
    """The file's schema, which has an image and a label."""
    try:
        schema = pq.read_schema(path)
    except (OSError, pa.ArrowException) as error:
        first = str(error).splitlines()[0]
        raise UserError(f"{path}: not a whole Parquet file ({first}); allowed: one file of Parquet") from None
    asked = f"allowed: `{IMAGE}`, binary or a struct with binary `{BYTES}`, and `{LABEL}`, integers"
    for column, fits in ((IMAGE, _holds_bytes), (LABEL, pa.types.is_integer)):
        if column not in schema.names:
            raise UserError(f"{path}: no column `{column}`, it has {', '.join(schema.names)}; {asked}")
        if not fits(schema.field(column).type):
            raise UserError(f"{path}: column `{column}` is {schema.field(column).type}; {asked}")
    return schema


def _holds_bytes(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return kind.get_field_index(BYTES) >= 0 and _holds_bytes(kind.field(BYTES).type)
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _labels(path: Path) -> np.ndarray:
    column = pq.read_table(path, columns=[LABEL])[LABEL]
    if column.null_count:
        row = column.is_null().to_numpy().argmax()
        raise UserError(f"{path} row {row}: no label; allowed: a label in each row: remove the others")
    return column.to_numpy()


def _check_range(path: Path, labels: np.ndarray, classes: int) -> None:
    wrong = np.flatnonzero((labels < 0) | (labels >= classes))
    if len(wrong):
        raise UserError(
            f"{path} row {wrong[0]}: label {labels[wrong[0]]}; allowed: 0 to {classes - 1}, "
            f"one of {classes} classes: correct the labels or `classes`"
        )


def _named(schema: pa.Schema) -> list[str]:
    """The names of the classes in Hugging Face's metadata; empty where there are none."""
    try:
        about = json.loads((schema.metadata or {})[HUGGING_FACE])
        return list(about["info"]["features"][LABEL]["names"])
    except (KeyError, TypeError, ValueError):
        return []
