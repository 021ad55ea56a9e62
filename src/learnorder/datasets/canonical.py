"""The one form in which the trainer sees a dataset, of images, texts or features.

A folder with the inputs of each split and `examples.parquet`. Images are `train.npy` and `test.npy`, uint8,
n × channels × height × width, memory-mapped when read; sets too large for that keep encoded images end to end,
`train.images` with `train.starts.npy`. Texts are `train.npy` and `test.npy`, uint16, n × length, of word
numbers; 0 is padding, 1 an unknown word. Features are float32, n × features × 1 × 1. `examples.parquet` has one
row per example: its `split`, its number `example` (from 0 within the split, the row of the array), its true
`label`, its `trained_label`, which differs where labels were redrawn, and its `source`, what it was made from.
Its metadata has the names of the classes, those of their superclasses, the vocabulary, the shape and the SHA-256
of the inputs.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from learnorder import atomic
from learnorder.datasets.encoded import EncodedImages, EncodedStream
from learnorder.errors import UserError

SPLITS = ("train", "test")
PADDING, UNKNOWN = 0, 1
METADATA = b"learnorder"
# Classes that a summary names.
NAMED = 10


@dataclass(frozen=True)
class Split:
    """Inputs and labels of the n examples of one split.

    `inputs`: images, uint8, n × channels × height × width; texts, uint16, n × length; or features, float32,
    n × features × 1 × 1. `labels`: n integers in
    [0, classes). `source`: n texts or numbers that say what each example was made from. `trained_labels`: what
    networks are trained to say, where that is not the label.
    """

    inputs: np.ndarray | EncodedImages | EncodedStream
    labels: np.ndarray
    source: np.ndarray
    trained_labels: np.ndarray | None = None

    @property
    def targets(self) -> np.ndarray:
        """Labels that networks are trained on."""
        return self.labels if self.trained_labels is None else self.trained_labels


@dataclass(frozen=True)
class Dataset:
    """A train and a test split over the same classes.

    `superclasses`: for each class the name of the group that it belongs to. `vocabulary`: of texts, the word of
    each number. `checksum`: of a dataset that was read, of all that it holds. `remarks`: what the user
    should know of how it was made.
    """

    splits: dict[str, Split]
    classes: list[str]
    superclasses: list[str] = field(default_factory=list)
    vocabulary: list[str] = field(default_factory=list)
    checksum: str = ""
    remarks: list[str] = field(default_factory=list)

    @property
    def is_text(self) -> bool:
        """Whether its inputs are texts."""
        return bool(self.vocabulary)

    @property
    def is_features(self) -> bool:
        """Whether its inputs are features, not images or texts."""
        return self.splits["train"].inputs.dtype.kind == "f"

    @property
    def shape(self) -> tuple[int, ...]:
        """Channels, height and width of an image, or the length of a text; of features, their number, 1 and 1."""
        return tuple(self.splits["train"].inputs.shape[1:])


def check(name: str, dataset: Dataset, described: dict) -> None:
    """Raise a `UserError` unless the arrays are sound, and are what the catalogue's entry says."""
    for split, data in dataset.splits.items():
        n, *shape = data.inputs.shape
        for key, found, said in (
            ("examples", n, described.get("examples", {}).get(split, n)),
            ("shape", shape, described.get("shape", shape)),
        ):
            if found != said:
                raise UserError(
                    f"dataset {name}: its {split} split has {key} {found}; the catalogue says {said}, correct it"
                )
        if n == 0 or len(data.labels) != n or len(data.source) != n:
            raise UserError(f"dataset {name}: {len(data.labels)} {split} labels for {n} examples")
        low, high = int(data.labels.min()), int(data.labels.max())
        if low < 0 or high >= len(dataset.classes):
            raise UserError(
                f"dataset {name}: {split} labels from {low} to {high}; "
                f"allowed: 0 to {len(dataset.classes) - 1}, one of its {len(dataset.classes)} classes"
            )
    _check_classes(name, dataset)
    _check_words(name, dataset)


def _check_classes(name: str, dataset: Dataset) -> None:
    """Raise a `UserError` for a class that no train example has: no network could learn it."""
    empty = np.flatnonzero(_per_class(dataset, "train") == 0)
    if not len(empty):
        return
    first, others = empty[0], f", nor of {len(empty) - 1} other classes" if len(empty) > 1 else ""
    way = "labels count from 0: subtract 1" if list(empty) == [0] else "number them from 0 without gaps"
    raise UserError(
        f"dataset {name}: no train example is of class {dataset.classes[first]}, label {first}{others}; "
        f"allowed: train examples of each class: {way}, or take out what has none"
    )


def _check_words(name: str, dataset: Dataset) -> None:
    """Raise a `UserError` for texts of which no network could understand most test words."""
    words = np.bincount(dataset.splits["test"].inputs.reshape(-1), minlength=2) if dataset.is_text else np.zeros(2)
    unknown, every = words[UNKNOWN], words.sum() - words[PADDING]
    if unknown > every / 2:
        raise UserError(
            f"dataset {name}: {unknown / every:.0%} of its test words are unknown, not among the "
            f"{len(dataset.vocabulary) - 2} words kept of its train texts; allowed: at most half: "
            "more train texts, or more `words`"
        )


def summary(name: str, dataset: Dataset) -> str:
    """One line of what a dataset holds: its classes, the examples of each split, and what was remarked."""
    classes = dataset.classes
    named = ", ".join(classes if len(classes) <= NAMED else [*classes[: NAMED - 2], "…", classes[-1]])
    parts = [f"{len(classes)} classes ({named})"]
    for split in dataset.splits:
        counts = _per_class(dataset, split)
        low, high = counts.min(), counts.max()
        each = str(low) if low == high else f"{low} to {high}"
        parts.append(f"{split}: {counts.sum()} examples, {each} of each class")
    return f"dataset {name}: {'; '.join([*parts, *dataset.remarks])}"


def _per_class(dataset: Dataset, split: str) -> np.ndarray:
    return np.bincount(dataset.splits[split].labels, minlength=len(dataset.classes))


def write(folder: Path, dataset: Dataset) -> None:
    """Write the inputs, then `examples.parquet`, which says that they are whole."""
    folder = Path(folder)
    rows, checksums = [], {}
    for split, data in dataset.splits.items():
        _write_inputs(folder, split, data.inputs)
        checksums |= {path.name: _checksum(path) for path in _files(folder, split)}
        rows.append(
            pa.table(
                {
                    "split": pa.array([split] * len(data.labels)).dictionary_encode(),
                    "example": pa.array(np.arange(len(data.labels), dtype=np.uint32)),
                    "label": pa.array(data.labels.astype(np.uint16)),
                    "trained_label": pa.array(data.targets.astype(np.uint16)),
                    "source": pa.array(np.asarray(data.source).astype(str)),
                }
            )
        )
    described = {
        "classes": dataset.classes,
        "superclasses": dataset.superclasses,
        "vocabulary": dataset.vocabulary,
        "shape": dataset.shape,
        "sha256": checksums,
    }
    table = pa.concat_tables(rows).unify_dictionaries()
    table = table.replace_schema_metadata({METADATA: json.dumps(described)})
    with atomic.replacing(folder / "examples.parquet") as partial:
        pq.write_table(table, partial, compression="zstd")


def metadata(folder: Path) -> dict[str, Any]:
    """The metadata of a written dataset: classes, superclasses, vocabulary, shape, sha256 of its files."""
    return json.loads(pq.read_schema(Path(folder) / "examples.parquet").metadata[METADATA])


def read(folder: Path) -> Dataset:
    """Read a folder that `write` left; images stay on disk until they are used.

    Raises a `UserError` if it is not whole, or if its inputs are not those that its examples describe.
    """
    folder = Path(folder)
    examples = folder / "examples.parquet"
    remake = f"remake it: snakemake --force {examples}"
    try:
        table = pq.read_table(examples)
        made = metadata(folder)
        for name, checksum in made["sha256"].items():
            if _checksum(folder / name) != checksum:
                raise UserError(f"{folder / name}: not the array that examples.parquet describes; {remake}")
        inputs = {split: _read_inputs(folder, split, made["shape"]) for split in SPLITS}
    except (OSError, ValueError) as error:
        raise UserError(f"{folder}: not a whole dataset ({error}); {remake}") from None
    splits = {}
    for split in SPLITS:
        rows = table.filter(pa.compute.equal(table["split"], split))
        labels, trained, source = (rows[name].to_numpy() for name in ("label", "trained_label", "source"))
        splits[split] = Split(inputs[split], labels, source, None if np.array_equal(labels, trained) else trained)
    known = {key: made[key] for key in ("classes", "superclasses", "vocabulary")}
    return Dataset(splits, **known, checksum=_checksum(examples))


def read_named(folder: Path, names: Iterable[str]) -> dict[str, Dataset]:
    """Read several datasets of a folder of datasets, by name."""
    return {name: read(Path(folder) / name) for name in names}


def _write_inputs(folder: Path, split: str, inputs: np.ndarray | EncodedImages | EncodedStream) -> None:
    if isinstance(inputs, EncodedImages):
        inputs = EncodedStream(map(inputs.encoded, range(len(inputs))), len(inputs), inputs.image_shape)
    if isinstance(inputs, EncodedStream):
        inputs.write(folder / f"{split}.images", folder / f"{split}.starts.npy")
        (folder / f"{split}.npy").unlink(missing_ok=True)
        return
    with atomic.replacing(folder / f"{split}.npy") as partial, partial.open("wb") as file:
        np.save(file, np.ascontiguousarray(inputs))
    for name in (f"{split}.images", f"{split}.starts.npy"):
        (folder / name).unlink(missing_ok=True)


def _read_inputs(folder: Path, split: str, shape: list[int]) -> np.ndarray | EncodedImages:
    if (folder / f"{split}.npy").exists():
        return np.load(folder / f"{split}.npy", mmap_mode="r")
    content = np.memmap(folder / f"{split}.images", dtype=np.uint8, mode="r")
    return EncodedImages(content, np.load(folder / f"{split}.starts.npy"), tuple(shape))


def _files(folder: Path, split: str) -> list[Path]:
    names = (f"{split}.npy", f"{split}.images", f"{split}.starts.npy")
    return [folder / name for name in names if (folder / name).exists()]


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
