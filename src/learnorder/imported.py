"""Outcomes made elsewhere: somebody's own predictions, checked and written as an outcome table.

They come as an `.npz` per split, made with `numpy.savez`: `predictions` (networks × epochs × examples, integers,
classes from 0), `labels` (examples, integers) and `epochs` (numbers, rising). Or as one Parquet for both splits,
an outcome table or one that has the rows and columns of one: `split`, `epoch`, `example`, `label`,
`trained_label` if labels were redrawn, `seed_000`, `seed_001`, …; rows in the order of `train`, `test`, then of
the epochs, then of the examples from 0.

The test split is needed, the train split is not: many keep only their test predictions.
"""

import itertools
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from learnorder import __version__, outcomes
from learnorder.datasets.canonical import SPLITS, Dataset, Split
from learnorder.errors import UserError

DIMENSIONS = {"predictions": ("networks", "epochs", "examples"), "labels": ("examples",), "epochs": ("epochs",)}
IN_WORDS = {"predictions": "networks × epochs × examples", "labels": "one per example", "epochs": "one per epoch"}
FEWEST_NETWORKS = 2
# That of the labels of a dataset on disk, 16 bits; a larger one is no class, but something else.
LARGEST_CLASS = 2**16 - 1


@dataclass(frozen=True)
class Predicted:
    """One split: `predictions` networks × epochs × examples; `labels` and `trained_labels` of the examples."""

    predictions: np.ndarray
    labels: np.ndarray
    epochs: list[float]
    trained_labels: np.ndarray | None = None


def outcome_table(
    path: Path,
    *,
    identity: Mapping[str, Any],
    train: Path | None = None,
    test: Path | None = None,
    table: Path | None = None,
) -> None:
    """Write the outcome table of all networks in the files; `path` is `seeds-000-<last>.parquet`, as configured.

    `identity`: see `Study.identity`. Raises a `UserError` that names the file, for whatever is wrong with it.
    """
    splits, file = read(train, test, table), table or test
    networks, classes = len(splits["test"].predictions), _classes(splits)
    configured = int(outcomes.NAME.fullmatch(Path(path).name)[2]) + 1
    if networks != configured:
        swapped = configured == len(splits["test"].epochs)
        hint = f": or are axes swapped? {IN_WORDS['predictions']} are allowed" if swapped else ""
        raise UserError(
            f"{file}: has {networks} networks, the configuration says {configured}; correct it there{hint}"
        )
    outcomes.write(
        path,
        dataset=_dataset(splits, [str(label) for label in range(classes)]),
        kept={
            seed: {outcomes.SEED: {name: split.predictions[seed] for name, split in splits.items()}}
            for seed in range(networks)
        },
        epochs=splits["test"].epochs,
        identity=identity,
        environment={"learnorder": __version__, "device": "elsewhere"},
        diverged=_diverged(table),
    )


def read(train: Path | None = None, test: Path | None = None, table: Path | None = None) -> dict[str, Predicted]:
    """The splits of the files given, `train` first; a `UserError` that names the file, for whatever is wrong."""
    given = {name: Path(path) for name, path in (("train", train), ("test", test), ("table", table)) if path}
    if set(given) not in ({"table"}, {"test"}, {"train", "test"}):
        raise UserError(
            f"imported outcomes: given {', '.join(given) or 'no file'}; allowed: test, train and test, or table"
        )
    if table:
        splits = read_table(table)
        _check_numbering(given["table"], splits)
        return splits
    splits = {split: read_npz(given[split], split) for split in SPLITS if split in given}
    if train:
        one, other = splits["train"], splits["test"]
        for of_train, of_test in (
            (f"{len(one.predictions)} networks", f"{len(other.predictions)} networks"),
            (f"the epochs {one.epochs}", f"the epochs {other.epochs}"),
        ):
            if of_train != of_test:
                raise UserError(f"{train}: has {of_train}, {test} has {of_test}; allowed: the same in both")
    _check_numbering(given["test"], splits)
    return splits


def read_npz(path: Path, split: str) -> Predicted:
    """One split from an `.npz`; a `UserError` that names the file and the array, for whatever is wrong with it."""
    path = Path(path)
    arrays = _arrays(path)
    for name, dimensions in DIMENSIONS.items():
        if arrays[name].ndim != len(dimensions) or not arrays[name].size:
            raise UserError(
                f"{path}: {name} of the {split} split has shape {arrays[name].shape}; allowed: {IN_WORDS[name]}"
            )
    predictions, labels, epochs = (arrays[name] for name in DIMENSIONS)
    for name, found, wanted in (("labels", labels, 2), ("epochs", epochs, 1)):
        if len(found) != predictions.shape[wanted]:
            raise UserError(
                f"{path}: {len(found)} {name} for predictions of shape {predictions.shape}; "
                f"allowed: {predictions.shape[wanted]}, one for each of its {DIMENSIONS['predictions'][wanted]}"
                + _swapped(predictions.shape, len(epochs), len(labels))
            )
    _check_classes(path, "predictions", predictions)
    _check_classes(path, "labels", labels)
    _check_networks(path, len(predictions))
    return Predicted(predictions, labels, _rising(path, epochs))


def read_table(path: Path) -> dict[str, Predicted]:
    """The splits of a Parquet as `outcomes` describes it; a `UserError` that names the file and the column."""
    path = Path(path)
    try:
        ours = outcomes.PREDICTED in pq.read_schema(path).names
        table = outcomes.read(path, as_stored=True).to_arrow() if ours else pq.read_table(path)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; allowed: a Parquet in the format of outcome tables") from None
    except (OSError, ValueError, pa.ArrowException) as error:
        raise UserError(f"{path}: cannot be read ({_first_line(error)}); allowed: a whole Parquet") from None
    networks = sum(name.startswith(f"{outcomes.SEED}_") for name in table.column_names)
    seeds = [f"{outcomes.SEED}_{seed:03d}" for seed in range(networks)]
    trained = [name for name in ("trained_label",) if name in table.column_names]
    expected = [*outcomes.KEYS, "label", *trained, *seeds]
    if table.column_names != expected:
        raise UserError(f"{path}: has the columns {', '.join(table.column_names)}; allowed: {', '.join(expected)}")
    _check_networks(path, networks)
    if not len(table):
        raise UserError(f"{path}: has no rows; allowed: one for each split, epoch and example")
    columns = {name: _column(path, table, name) for name in expected}
    for name in ("label", *trained, *seeds):
        _check_classes(path, name, columns[name])
    found = list(dict.fromkeys(columns["split"].tolist()))
    if found not in (["train", "test"], ["test"]):
        raise UserError(
            f"{path}: has the splits {', '.join(map(str, found))}; allowed: train and then test, or test"
        )
    epochs = _rising(path, np.unique(columns["epoch"]))
    return {split: _split(path, columns, split, epochs, seeds) for split in found}


def _split(
    path: Path, columns: Mapping[str, np.ndarray], split: str, epochs: list[float], seeds: list[str]
) -> Predicted:
    """One split of a table whose rows are all there and in order."""
    # Views, not copies, if the rows stand together, as they should.
    places = np.flatnonzero(columns["split"] == split)
    rows = slice(places[0], places[-1] + 1)
    examples, points = len(places) // len(epochs), len(epochs)
    wanted = {
        "split": np.full(len(places), split),
        "epoch": np.repeat(epochs, examples),
        "example": np.tile(np.arange(examples), points),
    }
    for key in outcomes.KEYS:
        if not np.array_equal(columns[key][rows], wanted[key]):
            raise UserError(
                f"{path}: its column {key} lacks rows of the {split} split or has them out of order; "
                "allowed: for each epoch, rising, all examples from 0"
            )
    labels = {}
    for name in columns.keys() & {"label", "trained_label"}:
        labels[name] = columns[name][rows][:examples]
        if not np.array_equal(columns[name][rows], np.tile(labels[name], points)):
            raise UserError(f"{path}: its column {name} changes with the epoch; allowed: one for each example")
    predictions = np.stack([columns[seed][rows].reshape(points, examples) for seed in seeds])
    return Predicted(predictions, labels["label"], epochs, labels.get("trained_label"))


def _diverged(table: Path | None) -> dict[int, float]:
    """By seed where those networks diverged of which an outcome table of ours says so."""
    if table is None or outcomes.PREDICTED not in pq.read_schema(table).names:
        return {}
    return {int(seed): epoch for seed, epoch in outcomes.metadata(table)["diverged"].items()}


def _arrays(path: Path) -> dict[str, np.ndarray]:
    """The three arrays of an `.npz`; objects are never unpickled."""
    way_out = "allowed: a whole .npz, made with numpy.savez or numpy.savez_compressed"
    try:
        with path.open("rb") as file:
            found = np.load(file, allow_pickle=False)
            if not isinstance(found, np.lib.npyio.NpzFile):
                raise UserError(f"{path}: a single array; {way_out}")
            for name in DIMENSIONS:
                if name not in found:
                    raise UserError(
                        f"{path}: has no array {name}, but {', '.join(found) or 'none'}; "
                        f"allowed: an array {name}, {IN_WORDS[name]}"
                    )
            # What is no array among the members comes as bytes.
            return {name: np.asarray(found[name]) for name in DIMENSIONS}
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; {way_out}") from None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise UserError(f"{path}: cannot be read ({_first_line(error)}); {way_out}") from None


def _column(path: Path, table: pa.Table, name: str) -> np.ndarray:
    """A column without gaps, of the type that it must have."""
    column = table[name]
    if column.null_count:
        raise UserError(f"{path}: its column {name} has {column.null_count} empty rows; allowed: none")
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if name == "epoch" and not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        raise UserError(f"{path}: its column epoch is {column.type}; allowed: numbers")
    return column.to_numpy()


def _check_classes(path: Path, name: str, values: np.ndarray) -> None:
    if values.dtype.kind not in "iu":
        raise UserError(f"{path}: {name} is {values.dtype}; allowed: integers, the classes from 0")
    low, high = int(values.min()), int(values.max())
    if low < 0 or high > LARGEST_CLASS:
        raise UserError(f"{path}: {name} goes from {low} to {high}; allowed: classes, 0 to {LARGEST_CLASS}")


def _swapped(shape: tuple[int, ...], epochs: int, examples: int) -> str:
    """Where other axes of predictions have these lengths: how to bring them into order."""
    for order in itertools.permutations(range(len(shape))):
        if [shape[axis] for axis in order[1:]] == [epochs, examples]:
            return f": are axes swapped? predictions.transpose{order} has {IN_WORDS['predictions']}"
    return ""


def _check_numbering(path: Path, splits: Mapping[str, Predicted]) -> None:
    """Raise a `UserError` if classes are counted from 1, or if predictions of a split are never right."""
    low, high = _range(split.labels for split in splits.values())
    lowest, highest = _range(split.predictions for split in splits.values())
    from_one = {
        "labels and predictions": low == 1 and lowest >= 1,
        "labels": low == 1 and lowest == 0 and highest < high,
        "predictions": low == 0 and lowest == 1 and highest > high,
    }
    for name, found in from_one.items():
        if found:
            raise UserError(
                f"{path}: labels go from {low} to {high}, predictions from {lowest} to {highest}; "
                f"allowed: classes from 0 in both: subtract 1 from the {name}"
            )
    for name, split in splits.items():
        if not (split.predictions == split.labels).any():
            raise UserError(
                f"{path}: no prediction of the {name} split is right, of any network at any epoch; allowed: "
                "labels in the order of the examples, with the numbers of classes that the predictions have"
            )


def _range(arrays: Iterable[np.ndarray]) -> tuple[int, int]:
    lows, highs = zip(*((int(array.min()), int(array.max())) for array in arrays), strict=True)
    return min(lows), max(highs)


def _check_networks(path: Path, networks: int) -> None:
    if networks < FEWEST_NETWORKS:
        raise UserError(f"{path}: has {networks} networks; allowed: at least {FEWEST_NETWORKS}")


def _rising(path: Path, epochs: np.ndarray) -> list[float]:
    """Epochs as numbers; a `UserError` unless they are finite, from 0, and rise."""
    if epochs.dtype.kind not in "iuf":
        raise UserError(f"{path}: epochs is {epochs.dtype}; allowed: numbers")
    epochs = epochs.astype(np.float64)
    if not np.isfinite(epochs).all() or epochs[0] < 0 or (np.diff(epochs) <= 0).any():
        raise UserError(f"{path}: epochs is {epochs.tolist()}; allowed: rising numbers from 0")
    return epochs.tolist()


def _classes(splits: Mapping[str, Predicted]) -> int:
    """One more than the largest class of all networks and labels; at least two."""
    largest = [
        int(array.max())
        for split in splits.values()
        for array in (split.predictions, split.labels, split.trained_labels)
        if array is not None
    ]
    return max(2, *(label + 1 for label in largest))


def _dataset(splits: Mapping[str, Predicted], classes: list[str]) -> Dataset:
    """What an outcome table keeps of a dataset: labels and classes, no inputs."""
    return Dataset(
        {
            name: Split(
                inputs=np.empty((len(split.labels), 0), np.uint8),
                labels=split.labels,
                source=np.arange(len(split.labels)),
                trained_labels=split.trained_labels,
            )
            for name, split in splits.items()
        },
        classes,
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
