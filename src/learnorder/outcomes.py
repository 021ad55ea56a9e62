"""The outcome table: what every network predicted for every example at every evaluation point.

One row per (split, epoch, example): `train` before `test` before the other datasets that were also predicted,
then by epoch, then by example. Beside these keys stand the example's true `label` (null in other datasets, whose
labels are not used), its `trained_label` where labels were redrawn, and a column per network, `seed_000`,
`seed_001`, …, its predicted class in the smallest unsigned type. What a recipe records beside that stands in
columns of the same kind, `margin_000`, `loss_000`, `el2n_000`, as float16. `read` and `scan` give it so. A network
that diverged predicts nothing from there on: its column is null.

On disk it is Parquet with the same rows by split, example, epoch, and one column `predicted` in place of those of
the networks: the classes that they predict, side by side as bytes (little-endian), in the order of their seeds.
Networks mostly agree with each other and with themselves, so that what is alike lies together: five times smaller
than a column per network on Fashion-MNIST.

The metadata `learnorder` says what made it (its identity), its seeds, splits and classes, the checksum of the
data, versions and device; no times, so that the same run gives the same bytes. A file holds one shard of seeds.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from learnorder import atomic, chance
from learnorder.datasets.canonical import SPLITS, Dataset
from learnorder.errors import UserError
from learnorder.study.identity import difference, digest

if TYPE_CHECKING:
    import polars as pl

KEYS = ("split", "epoch", "example")
SEED = "seed"
"""With which the name of a network's column begins; what it predicts is also kept under this name."""
PREDICTED = "predicted"
"""Column on disk of what all networks predict."""
FORMAT = 2
LEVEL = 15
"""Of compression: a second of a job that takes minutes, for a tenth of the size."""
METADATA = b"learnorder"
NAME = re.compile(r"seeds-(\d+)-(\d+)\.parquet")
PATTERN = "seeds-*.parquet"

Kept = Mapping[str, Mapping[str, np.ndarray]]
"""What one network leaves: by what it is (`seed`, `margin`, …), then by split, points × examples."""


def write(
    path: Path,
    *,
    dataset: Dataset,
    kept: Mapping[int, Kept],
    identity: Mapping[str, Any],
    environment: Mapping[str, str],
    epochs: Sequence[float] | None = None,
    diverged: Mapping[int, float] | None = None,
) -> None:
    """Write the outcomes of one shard: by seed, what each network leaves at the evaluation points `epochs`.

    Those are the recipe's unless given. `identity`: see `Study.identity`. `environment`: versions and device.
    Splits that `kept` has beside the dataset's own are those of other datasets. `diverged`: by seed, the first
    point at which a network's logits were not finite. The metadata also name the seeds `at_chance`, which end
    no better on the train set than by always saying its commonest class.
    """
    classes, epochs = len(dataset.classes), epochs or identity["recipe"]["evaluate_at"]
    anyone = next(iter(kept.values()))[SEED]
    examples = {split: predicted.shape[1] for split, predicted in anyone.items()}
    keys, small = _keys(epochs, examples), _smallest(classes)
    columns = {
        "split": pa.DictionaryArray.from_arrays(pa.array(keys["split"]), pa.array(list(examples)), ordered=True),
        "epoch": pa.array(keys["epoch"]),
        "example": pa.array(keys["example"]),
        "label": _labels(dataset, examples, len(epochs), small, "labels"),
    }
    if any(split.trained_labels is not None for split in dataset.splits.values()):
        columns["trained_label"] = _labels(dataset, examples, len(epochs), small, "targets")
    predicted = np.empty((len(keys["example"]), len(kept)), small)
    for place, (seed, network) in enumerate(sorted(kept.items())):
        for what, by_split in network.items():
            rows = np.concatenate([by_split[split].T.reshape(-1) for split in examples])
            if what != SEED:
                columns[_column(what, seed)] = pa.array(rows.astype(np.float16))
                continue
            if rows.min() < 0 or rows.max() >= classes:
                raise ValueError(f"seed {seed} predicts classes {rows.min()} to {rows.max()} of {classes}")
            predicted[:, place] = rows
    together = pa.binary(predicted.shape[1] * small.itemsize)
    columns[PREDICTED] = pa.Array.from_buffers(together, len(predicted), [None, pa.py_buffer(predicted)])
    made = {
        "format": FORMAT,
        "identity": json.loads(json.dumps(identity, sort_keys=True)),
        "digest": digest(identity),
        "seeds": sorted(kept),
        "epochs": epochs,
        "clock": identity["recipe"]["clock"],
        "examples": examples,
        "classes": classes,
        "data": dataset.checksum,
        "environment": dict(environment),
        "diverged": {str(seed): epoch for seed, epoch in sorted((diverged or {}).items())},
        "at_chance": [seed for seed, network in sorted(kept.items()) if _at_chance(network, dataset)],
    }
    # Without sorting: the splits stand in their order.
    table = pa.table(columns).replace_schema_metadata({METADATA: json.dumps(made)})
    with atomic.replacing(path) as partial:
        pq.write_table(
            table,
            partial,
            compression="zstd",
            compression_level=LEVEL,
            # A rising count packs to nothing as differences; what networks predict together seldom comes twice.
            use_dictionary=[name for name in columns if name not in ("example", PREDICTED)],
            column_encoding={"example": "DELTA_BINARY_PACKED"},
        )


def read(path: Path, as_stored: bool = False) -> "pl.DataFrame":
    """The networks of one file, whatever made it, as this module describes the table.

    `as_stored`: also with the classes that are stored of diverged networks, which mean nothing.
    """
    # Here alone, so that a machine that only trains needs no polars.
    import polars as pl

    table, made = _stored(path), metadata(path)
    networks = {
        _column(SEED, seed): np.concatenate([rows.reshape(-1) for rows in by_split.values()])
        for seed, by_split in _predicted(table, made).items()
    }
    others = pl.from_arrow(table.drop_columns(PREDICTED))[_by_epoch(made)]
    # One type for all tables without other datasets, whichever of the two splits they have.
    splits = pl.Enum(list(dict.fromkeys([*SPLITS, *made["examples"]])))
    read = others.with_columns(pl.col("split").cast(splits), **networks)
    if as_stored:
        return read
    return read.with_columns(
        pl.when(pl.col("epoch") < epoch).then(pl.col(name := _column(SEED, int(seed)))).alias(name)
        for seed, epoch in made["diverged"].items()
    )


def scan(paths: Sequence[Path], identity: Mapping[str, Any]) -> "pl.LazyFrame":
    """All networks of a collection side by side; each of its files is checked first, see `check`."""
    # Here alone, so that a machine that only trains needs no polars.
    import polars as pl

    checked = [check(path, identity) for path in paths]
    for path, made in zip(paths, checked, strict=True):
        if made["data"] != checked[0]["data"]:
            raise _refusal(path, f"made from other data than {paths[0]}")
    frames = [read(path) for path in paths]
    frames[1:] = [frame.select(pl.selectors.matches(r"_\d+$")) for frame in frames[1:]]
    return pl.concat(frames, how="horizontal").lazy()


def collection(place: Path) -> "pl.DataFrame":
    """All networks of the collection whose tables lie in a folder, or of one table, see `scan`."""
    tables = sorted(place.rglob(PATTERN)) if place.is_dir() else [place]
    folders = sorted({str(path.parent) for path in tables})
    if len(folders) != 1:
        listed = f": {', '.join(folders)}" if folders else ""
        raise UserError(f"{place} holds outcome tables of {len(folders)} collections; allowed: of one{listed}")
    try:
        identity = metadata(tables[0])["identity"]
    except (OSError, KeyError, TypeError, pa.ArrowException):
        raise UserError(f"{tables[0]}: no outcome table; allowed: {PATTERN}, or a folder with some") from None
    return scan(tables, identity).collect()


def metadata(path: Path) -> dict[str, Any]:
    """The metadata of an outcome table that was checked."""
    return json.loads(pq.read_schema(path).metadata[METADATA])


def by_collection(paths: Iterable[Path]) -> dict[tuple[str, ...], list[Path]]:
    """Files by the dataset, architecture and recipe of their collection."""
    found: dict[tuple[str, ...], list[Path]] = {}
    for path in map(Path, paths):
        found.setdefault(names(path), []).append(path)
    return found


def names(path: Path) -> tuple[str, ...]:
    """Dataset, architecture and recipe of the collection of a file, which are in its path."""
    return path.parts[-5:-2]


def named_seeds(path: Path) -> tuple[int, int]:
    """First and last seed, as a file's name says."""
    first, last = NAME.fullmatch(path.name).groups()
    return int(first), int(last)


def members(
    path: Path,
    seeds: Sequence[int],
    *,
    dataset: Dataset,
    identity: Mapping[str, Any],
    environment: Mapping[str, str],
) -> tuple[dict[int, Kept], dict[int, float]]:
    """What a file has of the networks with these seeds: what each left, and where those diverged that did.

    A `UserError` unless it was made by this identity and environment from this dataset.
    """
    found = check(path, identity, named=False)
    for key, made, wanted in (
        ("environment", found["environment"], dict(environment)),
        ("data", found["data"], dataset.checksum),
    ):
        if made != wanted:
            raise UserError(f"{path}: made with another {key} ({made}; here it is {wanted})")
    chosen = [seed for seed in found["seeds"] if seed in seeds]
    records = identity["recipe"].get("record", ())
    table = _stored(path, [PREDICTED, *(_column(what, seed) for seed in chosen for what in records)])
    predicted = _predicted(table, found)
    kept = {
        seed: {SEED: predicted[seed]}
        | {what: _by_split(_numbers(table[_column(what, seed)]), found) for what in records}
        for seed in chosen
    }
    return kept, {int(seed): epoch for seed, epoch in found["diverged"].items() if int(seed) in chosen}


def check(path: Path, identity: Mapping[str, Any], named: bool = True) -> dict[str, Any]:
    """The metadata of a file; a `UserError` that says how to remake it, unless it can be trusted.

    It must be whole, made by this identity, and hold every (split, epoch, example) in order and, if it is
    `named` as the tables of a study are, the seeds that its name says.
    """
    path = Path(path)
    try:
        with pq.ParquetFile(path) as file:
            made = _trusted(file, path, identity, named)
            columns = file.read(list(KEYS))
        split = columns["split"].combine_chunks()
        names = np.array(split.dictionary.to_pylist())
        found = {"split": names[np.from_dlpack(split.indices)]}
        found |= {key: _numbers(columns[key]) for key in ("epoch", "example")}
    except FileNotFoundError:
        raise _refusal(path, "no such file") from None
    except (OSError, ValueError, KeyError, AttributeError, pa.ArrowException) as error:
        raise _refusal(path, f"cannot be read ({str(error).splitlines()[0]})") from None
    wanted = _keys(identity["recipe"].get("evaluate_at", made["epochs"]), made["examples"])
    wanted["split"] = np.array(list(made["examples"]))[wanted["split"]]
    for key in KEYS:
        if not np.array_equal(found[key], wanted[key]):
            raise _refusal(path, f"its column {key} lacks rows or has them out of order")
    return made


def _trusted(file: pq.ParquetFile, path: Path, identity: Mapping[str, Any], named: bool) -> dict[str, Any]:
    """The metadata, if they are what the configuration and the file's name say."""
    schema = file.schema_arrow
    made = json.loads((schema.metadata or {}).get(METADATA, b"{}"))
    if made.get("format") != FORMAT:
        raise _refusal(path, f"not an outcome table of format {FORMAT}")
    if made["digest"] != digest(identity):
        raise _refusal(path, f"made with another {difference(made['identity'], identity)}")
    seeds = made["seeds"]
    if named:
        first, last = named_seeds(path)
        if seeds != list(range(first, last + 1)):
            raise _refusal(path, f"holds seeds {seeds}, its name says {first} to {last}")
    examples = identity["dataset"].get("examples", made["examples"])
    if any(made["examples"][split] != examples[split] for split in examples):
        raise _refusal(path, f"has {made['examples']} examples, the configuration says {examples}")
    records = [_column(what, seed) for seed in seeds for what in identity["recipe"].get("record", ())]
    trained = ["trained_label"] if "trained_label" in schema.names else []
    expected = [*KEYS, "label", *trained, *records, PREDICTED]
    if schema.names != expected:
        raise _refusal(path, f"has the columns {', '.join(schema.names)} instead of {', '.join(expected)}")
    return made


def _refusal(path: Path, fault: str) -> UserError:
    """Why a file cannot be trusted, and the ways out."""
    remake = f"if it was published, fetch it: dvc pull --force; remake it: snakemake --force {path}"
    return UserError(f"{path}: {fault}; {remake}")


def _stored(path: Path, columns: list[str] | None = None) -> pa.Table:
    """A table as it is on disk. Not by `read_table`, which first imports pandas, for a fifth of a second."""
    with pq.ParquetFile(path) as file:
        return file.read(columns)


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    """A column without gaps. Not by `to_numpy`, which imports pandas too."""
    return np.from_dlpack(column.combine_chunks())


def _at_chance(network: Kept, dataset: Dataset) -> bool:
    """Whether a network ends no better on the train set than a guess would, within chance."""
    if "train" not in dataset.splits:
        return False
    targets = dataset.splits["train"].targets
    guessed = np.bincount(targets).max() / len(targets)
    right = np.mean(network[SEED]["train"][-1] == targets)
    return bool(right <= chance.highest(guessed, len(targets)))


def _column(what: str, seed: int) -> str:
    return f"{what}_{seed:03d}"


def _smallest(classes: int) -> np.dtype:
    """Smallest unsigned type of a class."""
    return np.min_scalar_type(classes - 1).newbyteorder("<")


def _by_split(rows: np.ndarray, made: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Rows as they stand on disk, by split, points × examples."""
    points, examples = len(made["epochs"]), made["examples"]
    ends = points * np.cumsum(list(examples.values()))
    parts = np.split(rows, ends[:-1])
    return {split: part.reshape(-1, points).T for split, part in zip(examples, parts, strict=True)}


def _by_epoch(made: Mapping[str, Any]) -> np.ndarray:
    """Where each row of the table, by split, epoch, example, stands on disk."""
    rows = np.arange(len(made["epochs"]) * sum(made["examples"].values()))
    return np.concatenate([part.reshape(-1) for part in _by_split(rows, made).values()])


def _predicted(table: pa.Table, made: Mapping[str, Any]) -> dict[int, dict[str, np.ndarray]]:
    """By seed what each network predicts, by split, points × examples."""
    column = table[PREDICTED].combine_chunks()
    # A column is one array, or none at all.
    rows = np.frombuffer(column.buffers()[1], _smallest(made["classes"])).reshape(len(table), -1)
    return {seed: _by_split(rows[:, place], made) for place, seed in enumerate(made["seeds"])}


def _labels(dataset: Dataset, examples: Mapping[str, int], points: int, small: np.dtype, name: str) -> pa.Array:
    """Labels of every row; null in the splits of other datasets."""
    parts = [
        pa.array(np.repeat(getattr(dataset.splits[split], name), points).astype(small))
        if split in dataset.splits
        else pa.nulls(n * points, pa.from_numpy_dtype(small))
        for split, n in examples.items()
    ]
    return pa.chunked_array(parts)


def _keys(epochs: Sequence[float], examples: Mapping[str, int]) -> dict[str, np.ndarray]:
    """The key columns of a table on disk, `split` as its position among the splits."""
    parts = [
        (
            np.full(len(epochs) * n, position, dtype=np.int8),
            np.tile(np.asarray(epochs, dtype=np.float64), n),
            np.repeat(np.arange(n, dtype=np.uint32), len(epochs)),
        )
        for position, n in enumerate(examples.values())
    ]
    return {key: np.concatenate(arrays) for key, arrays in zip(KEYS, zip(*parts, strict=True), strict=True)}
