"""The outcome table: what every network predicted for every example at every evaluation point.

Parquet with one row per (split, epoch, example), in that order (train before test), the example's true
`label`, and one column per network, `seed_000`, `seed_001`, …, holding its predicted class in the smallest
unsigned type. The metadata `learnorder` says what made it (its identity), its seeds, evaluation points,
versions and device; no times, so that the same run gives the same bytes. One file holds one shard of seeds.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from learnorder import atomic
from learnorder.configuration import digest
from learnorder.errors import UserError

if TYPE_CHECKING:
    import polars as pl

SPLITS = ("train", "test")
KEYS = ("split", "epoch", "example")
FORMAT = 1
METADATA = b"learnorder"
NAME = re.compile(r"seeds-(\d+)-(\d+)\.parquet")


def column(seed: int) -> str:
    """Name of a network's column."""
    return f"seed_{seed:03d}"


def write(
    path: Path,
    *,
    labels: Mapping[str, np.ndarray],
    predictions: Mapping[int, Mapping[str, np.ndarray]],
    identity: Mapping[str, Any],
    environment: Mapping[str, str],
) -> None:
    """Write the outcomes of one shard.

    `labels`: the true classes of each split, n integers. `predictions`: by seed, then by split, points × n
    predicted classes. `identity`: see `Study.identity`. `environment`: versions and device.
    """
    classes = len(identity["dataset"]["classes"])
    small = np.min_scalar_type(classes - 1)
    epochs = identity["recipe"]["evaluate_at"]
    keys = _keys(epochs, {split: len(labels[split]) for split in SPLITS})
    columns = {
        "split": pa.DictionaryArray.from_arrays(pa.array(keys["split"]), pa.array(SPLITS), ordered=True),
        "epoch": pa.array(keys["epoch"]),
        "example": pa.array(keys["example"]),
        "label": pa.array(np.concatenate([np.tile(labels[split], len(epochs)) for split in SPLITS]).astype(small)),
    }
    for seed, predicted in sorted(predictions.items()):
        rows = np.concatenate([predicted[split].reshape(-1) for split in SPLITS])
        if rows.min() < 0 or rows.max() >= classes:
            raise ValueError(f"seed {seed} predicts classes {rows.min()} to {rows.max()} of {classes}")
        columns[column(seed)] = pa.array(rows.astype(small))
    about = {
        "format": FORMAT,
        "identity": identity,
        "digest": digest(identity),
        "seeds": sorted(predictions),
        "environment": dict(environment),
    }
    table = pa.table(columns).replace_schema_metadata({METADATA: json.dumps(about, sort_keys=True)})
    with atomic.replacing(path) as partial:
        pq.write_table(
            table,
            partial,
            compression="zstd",
            # A rising count packs to nothing as differences, and does not at all as a dictionary.
            use_dictionary=[name for name in columns if name != "example"],
            column_encoding={"example": "DELTA_BINARY_PACKED"},
        )


def scan(paths: Sequence[Path], identity: Mapping[str, Any]) -> "pl.LazyFrame":
    """All networks of a collection side by side; each of its files is checked first, see `check`."""
    # Here alone, so that a machine that only trains needs no polars.
    import polars as pl

    for path in paths:
        check(path, identity)
    frames = [pl.scan_parquet(path) for path in paths]
    frames[1:] = [frame.drop(*KEYS, "label") for frame in frames[1:]]
    return pl.concat(frames, how="horizontal").with_columns(pl.col("split").cast(pl.Enum(SPLITS)))


def check(path: Path, identity: Mapping[str, Any]) -> None:
    """Raise a `UserError` that says how to remake the file, unless it can be trusted.

    It must be whole, made by this identity, and hold the seeds that its name says and every
    (split, epoch, example) in order.
    """
    fault = _fault(Path(path), identity)
    if fault:
        raise UserError(f"{path}: {fault}; remake it: snakemake --force {path}")


def _fault(path: Path, identity: Mapping[str, Any]) -> str:
    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            about = json.loads((schema.metadata or {}).get(METADATA, b"{}"))
            if about.get("format") != FORMAT:
                return f"not an outcome table of format {FORMAT}"
            if about["digest"] != digest(identity):
                return f"made with another {_difference(about['identity'], identity)}"
            first, last = map(int, NAME.fullmatch(path.name).groups())
            seeds = list(range(first, last + 1))
            if about["seeds"] != seeds:
                return f"holds seeds {about['seeds']}, its name says {first} to {last}"
            expected = [*KEYS, "label", *map(column, seeds)]
            if schema.names != expected:
                return f"has the columns {', '.join(schema.names)} instead of {', '.join(expected)}"
            keys = file.read(list(KEYS))
    except FileNotFoundError:
        return "no such file"
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        return f"cannot be read ({str(error).splitlines()[0]})"
    wanted = _keys(identity["recipe"]["evaluate_at"], identity["dataset"]["examples"])
    split = keys["split"].combine_chunks().cast(pa.string()).dictionary_encode()
    names = np.array(split.dictionary.to_pylist())[split.indices.to_numpy()]
    found = {"split": names, "epoch": keys["epoch"].to_numpy(), "example": keys["example"].to_numpy()}
    wanted["split"] = np.array(SPLITS)[wanted["split"]]
    for key in KEYS:
        if not np.array_equal(found[key], wanted[key]):
            return f"its column {key} lacks rows or has them out of order"
    return ""


def _keys(epochs: Sequence[float], examples: Mapping[str, int]) -> dict[str, np.ndarray]:
    """The key columns of a table, `split` as its position in `SPLITS`."""
    parts = [
        (
            np.full(len(epochs) * examples[split], position, dtype=np.int8),
            np.repeat(np.asarray(epochs, dtype=np.float64), examples[split]),
            np.tile(np.arange(examples[split], dtype=np.uint32), len(epochs)),
        )
        for position, split in enumerate(SPLITS)
    ]
    return {key: np.concatenate(arrays) for key, arrays in zip(KEYS, zip(*parts, strict=True), strict=True)}


def _difference(made: Mapping[str, Any], wanted: Mapping[str, Any], prefix: str = "") -> str:
    """First setting in which two identities differ, with both values."""
    for key in sorted(made.keys() | wanted.keys()):
        old, new = made.get(key), wanted.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping) and old != new:
            return _difference(old, new, f"{prefix}{key}.")
        if old != new:
            return f"{prefix}{key} ({old}; the configuration says {new})"
    return "identity"
