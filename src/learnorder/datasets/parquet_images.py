"""Images in Parquet files, as the Hugging Face hub lays them out."""

import io
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from learnorder.datasets import hub, pictures
from learnorder.datasets.canonical import SPLITS, Dataset
from learnorder.datasets.pictures import Pictures
from learnorder.errors import UserError

IMAGES, LABEL, BYTES, PATH = ("image", "img"), "label", "bytes", "path"
HUGGING_FACE = b"huggingface"
TEST_SHARE = 0.2
NOT_PUBLISHED = -1


@dataclass(frozen=True)
class Columns:
    """Names of the columns that have the images and the labels."""

    image: str
    label: str


def read(entry: dict, sources) -> Dataset:
    """Dataset from a file per split, `train` and `test`, or from the files of the folder `path`, see `hub.splits`.

    Each row has an image, encoded, or its path relative to the file; and a label, an integer from 0 or a text. The
    names of the classes are the entry's, else those in the Hugging Face metadata, else the labels. Where there is
    no test split the validation split stands in its place, else a draw of `test_share` of each class. The source
    of an example is its row, counted through the files of its split.
    """
    files, remarks = _files(entry, sources)
    columns = _columns(files["train"][0], entry)
    for path in (path for paths in files.values() for path in paths):
        _check_columns(path, columns)
    labels = {split: np.concatenate([_labels(path, columns) for path in paths]) for split, paths in files.items()}
    called = {split: _place(entry, split, paths) for split, paths in files.items()}
    classes = _classes(entry, files["train"][0], columns, labels, called)
    chosen = {
        split: Pictures(
            f"{called[split]} row ",
            [str(row) for row in range(len(labels[split]))],
            _numbered(called[split], labels[split], classes),
            Rows(paths, columns.image),
        )
        for split, paths in files.items()
    }
    if "test" not in chosen:
        chosen = pictures.divided(
            chosen["train"], classes, entry.get("test_share", TEST_SHARE), entry.get("seed", 0)
        )
    splits = pictures.splits(chosen, entry["channels"], entry.get("size"))
    return Dataset(splits, classes, remarks=remarks)


def _files(entry: dict, sources) -> tuple[dict[str, list[Path]], list[str]]:
    """The files of the train split and, where there are any, of the test split; and what is to be said of them."""
    if ("path" in entry) == ("train" in entry) or ("path" in entry and "test" in entry):
        given = [key for key in ("path", "train", "test") if key in entry]
        raise UserError(
            f"configuration: a dataset of Parquet files has {' and '.join(given) or 'no file'}; "
            "allowed: path, a folder of them; or train, or train and test, a file for each"
        )
    if "train" in entry:
        found = {split: [sources.mirror(entry[split])] for split in SPLITS if split in entry}
    else:
        path = sources.mirror(entry["path"])
        found = hub.splits(path) if path.is_dir() else {"train": [path]}
    if "validation" in found and "test" not in found:
        return {"train": found["train"], "test": found["validation"]}, ["its validation split is the test split"]
    remarks = ["its validation split is not used"] if "validation" in found else []
    if "test" not in found:
        remarks = [f"a share of {entry.get('test_share', TEST_SHARE):g} of each class is the test split"]
    return {split: found[split] for split in SPLITS if split in found}, remarks


def _place(entry: dict, split: str, paths: list[Path]) -> str:
    """What stands before the number of a row in a message."""
    return str(paths[0]) if len(paths) == 1 else f"{paths[0].parent}, the {len(paths)} files of {split}:"


class Rows:
    """Opens the image of a row; keeps only the row groups that were used last, so that large files fit."""

    def __init__(self, paths: list[Path], column: str):
        self.column = column
        found = {path: pq.read_metadata(path) for path in paths}
        # Of each group its file, its number there and its rows; groups are counted through the files.
        self.groups = [(path, number) for path, file in found.items() for number in range(file.num_row_groups)]
        self.ends = np.cumsum([found[path].row_group(number).num_rows for path, number in self.groups])
        self.group = lru_cache(maxsize=2)(self._group)
        self.reading = Lock()

    def __call__(self, name: str) -> BinaryIO:
        """The encoded image of the row with this number."""
        row = int(name)
        number = int(np.searchsorted(self.ends, row, side="right"))
        with self.reading:  # one thread reads a row group, the others wait for it
            group = self.group(number)
        content = group[row - (self.ends[number] - len(group))].as_py()
        path = content.get(PATH) if isinstance(content, dict) else content
        content = content.get(BYTES) if isinstance(content, dict) else content
        if isinstance(content, bytes):
            return io.BytesIO(content)
        if isinstance(path, str):
            return (self.groups[number][0].parent / path).open("rb")
        raise ValueError(f"no {BYTES} in its {self.column}")

    def _group(self, number: int) -> pa.ChunkedArray:
        path, of_file = self.groups[number]
        return pq.ParquetFile(path).read_row_group(of_file, columns=[self.column])[self.column]


def _schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except (OSError, pa.ArrowException) as error:
        first = str(error).splitlines()[0]
        raise UserError(f"{path}: not a whole Parquet file ({first}); allowed: one file of Parquet") from None


def _columns(path: Path, entry: dict) -> Columns:
    """The columns that the entry names; else `image` or `img`, and `label`, or the only one that could be."""
    schema = _schema(path)
    images = [field.name for field in schema if _holds_images(field.type) and not _holds_texts(field.type)]
    named = [name for name in IMAGES if name in schema.names]
    image = entry.get("image_column") or (named or (images if len(images) == 1 else IMAGES))[0]
    labels = [field.name for field in schema if _holds_labels(field.type) and field.name != image]
    label = entry.get("label_column") or LABEL
    if label not in schema.names and "label_column" not in entry:
        if len(labels) > 1:
            raise UserError(
                f"{path}: no column `{LABEL}`, it has {', '.join(schema.names)}; "
                f"allowed: `label_column` in the dataset's entry, one of {', '.join(labels)}"
            )
        label = labels[0] if labels else LABEL
    return Columns(image, label)


def _check_columns(path: Path, columns: Columns) -> None:
    schema = _schema(path)
    asked = (
        f"allowed: `{columns.image}`, binary, a path or a struct of both (`{BYTES}`, `{PATH}`), and "
        f"`{columns.label}`, integers or texts; `image_column` and `label_column` name others"
    )
    for column, fits in ((columns.image, _holds_images), (columns.label, _holds_labels)):
        if column not in schema.names:
            raise UserError(f"{path}: no column `{column}`, it has {', '.join(schema.names)}; {asked}")
        if not fits(schema.field(column).type):
            raise UserError(f"{path}: column `{column}` is {schema.field(column).type}; {asked}")


def _holds_images(kind: pa.DataType) -> bool:
    """Whether a column may have images, as bytes or by their paths."""
    if pa.types.is_struct(kind):
        return any(
            kind.get_field_index(name) >= 0 and _holds_images(kind.field(name).type) for name in (BYTES, PATH)
        )
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or _holds_texts(kind)


def _holds_labels(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or _holds_texts(kind)


def _holds_texts(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _holds_texts(kind.value_type)
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _labels(path: Path, columns: Columns) -> np.ndarray:
    """The labels of a file, integers or texts."""
    column = pq.read_table(path, columns=[columns.label])[columns.label]
    if column.null_count:
        row = column.is_null().to_numpy().argmax()
        raise UserError(f"{path} row {row}: no label; allowed: a label in each row: remove the others")
    if _holds_texts(column.type):
        return np.array(column.to_pylist(), dtype=str)
    return column.to_numpy()


def _classes(
    entry: dict, path: Path, columns: Columns, labels: dict[str, np.ndarray], called: dict[str, str]
) -> list[str]:
    """Names of the classes."""
    kinds = {found.dtype.kind in "iu" for found in labels.values() if len(found)}
    if len(kinds) > 1:
        raise UserError(
            f"{called['train']}: its labels are integers in one split and texts in the other; allowed: one of both"
        )
    known = entry.get("classes") or _named(_schema(path), columns)
    if not known and False in kinds:
        known = sorted({label for found in labels.values() for label in found.tolist()})
    if not known:
        highest = max((int(found.max()) for found in labels.values() if len(found)), default=-1)
        known = [str(label) for label in range(highest + 1)]
    if len(known) < 2:
        _check_published(called["train"], labels["train"])
        raise UserError(f"{called['train']}: {len(known)} classes; allowed: at least 2, labels from 0 on")
    return known


def _numbered(place: str, labels: np.ndarray, classes: list[str]) -> np.ndarray:
    """Labels as numbers of classes; a `UserError` for one that is of none."""
    if labels.dtype.kind not in "iu":
        numbers = {name: number for number, name in enumerate(classes)}
        for row, label in enumerate(labels.tolist()):
            if label not in numbers:
                raise UserError(
                    f"{place} row {row}: label '{label}'; allowed: one of the {len(classes)} classes: correct the "
                    "labels or `classes`"
                )
        return np.array([numbers[label] for label in labels.tolist()], dtype=np.int64)
    _check_published(place, labels)
    wrong = np.flatnonzero((labels < 0) | (labels >= len(classes)))
    if len(wrong):
        raise UserError(
            f"{place} row {wrong[0]}: label {labels[wrong[0]]}; allowed: 0 to {len(classes) - 1}, "
            f"one of {len(classes)} classes: correct the labels or `classes`"
        )
    return labels


def _check_published(place: str, labels: np.ndarray) -> None:
    if len(labels) and np.all(labels == NOT_PUBLISHED):
        raise UserError(
            f"{place}: all labels are -1, as of a split whose labels are not published; allowed: labels from 0; "
            "take another file as `test`, such as the validation split, or `train` alone and a `test_share` of it"
        )


def _named(schema: pa.Schema, columns: Columns) -> list[str]:
    """The names of the classes in Hugging Face's metadata; empty where there are none."""
    try:
        written: Any = json.loads((schema.metadata or {})[HUGGING_FACE])
        return list(written["info"]["features"][columns.label]["names"])
    except (KeyError, TypeError, ValueError):
        return []
