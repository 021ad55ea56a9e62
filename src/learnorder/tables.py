"""Tables of measures on disk: one Parquet file each, in the folder of its collection."""

from collections.abc import Callable, Iterable, Mapping
from inspect import signature
from pathlib import Path
from typing import Any

import polars as pl

from learnorder import atomic
from learnorder.datasets import canonical

TEXTS = (
    *(
        "dataset",
        "architecture",
        "recipe",
        "second_dataset",
        "second_architecture",
        "second_recipe",
        "weaker",
        "stronger",
    ),
    *("origin", "split", "class", "words", "ends_at_chance", "second_ends_at_chance"),
    *("claim", "name", "statement", "of", "with", "statistic", "paper", "side", "verdict", "reason"),
)
"""Columns of text, also where what they hold looks like numbers."""
Names = tuple[str, ...]
"""Dataset, architecture and recipe of a collection; of a pair also those of the second; of a dataset its name."""

NAMES = {"measures": 3, "pairs": 5, "datasets": 1}
"""Folders of tables, and how many names of what is measured a path has below them."""


def write(folder: Path, tables: Mapping[str, pl.DataFrame]) -> None:
    """Write each table to its name in the folder."""
    for name, table in tables.items():
        with atomic.replacing(Path(folder) / f"{name}.parquet") as partial:
            table.write_parquet(partial)


def write_csv(path: Path, table: pl.DataFrame) -> None:
    """Write a table for people."""
    with atomic.replacing(path) as partial:
        table.write_csv(partial)


def read_csv(path: Path) -> pl.DataFrame:
    """Read a table that `write_csv` left; a column without any value is one of numbers that are all undefined."""
    table = pl.read_csv(path, infer_schema_length=None, schema_overrides=dict.fromkeys(TEXTS, pl.String))
    undefined = [name for name in table.columns if name not in TEXTS and table[name].null_count() == len(table)]
    return table.with_columns(pl.col(undefined).cast(pl.Float64))


def read(paths: Iterable[Path]) -> dict[str, dict[Names, pl.DataFrame]]:
    """Tables by what they measure, then by what is measured; both are in their path.

    The examples of a dataset are called `dataset`, since those of a collection are its `examples`. `split` has one
    type in all of them, whichever other datasets some collections predicted.
    """
    tables: dict[str, dict[Names, pl.DataFrame]] = {}
    for path in map(Path, paths):
        folder = max(place for place, name in enumerate(path.parts[:-1]) if name in NAMES)
        kind, names = path.parts[folder], path.parts[folder + 1 :][: NAMES[path.parts[folder]]]
        name = "dataset" if (kind, path.stem) == ("datasets", "examples") else path.stem
        tables.setdefault(name, {})[names] = pl.read_parquet(path)
    every = [table.schema["split"] for of in tables.values() for table in of.values() if "split" in table.columns]
    listed = [split for kind in every if isinstance(kind, pl.Enum) for split in kind.categories]
    split = pl.Enum(list(dict.fromkeys([*canonical.SPLITS, *listed])))
    return {name: {names: _with_split(table, split) for names, table in of.items()} for name, of in tables.items()}


def _with_split(table: pl.DataFrame, split: pl.Enum) -> pl.DataFrame:
    return table.with_columns(pl.col("split").cast(split)) if "split" in table.columns else table


def call(make: Callable[..., pl.DataFrame], paths: Iterable[Path], about: Mapping[str, Any]) -> pl.DataFrame:
    """What `make` makes of the tables that it names as its arguments; `about` is one for the asking.

    `inputs` are the datasets themselves, of those whose tables are given, by (name,).
    """
    paths = list(map(Path, paths))
    found = read(paths) | {"about": about}
    wanted = signature(make).parameters
    if "inputs" in wanted:
        found["inputs"] = inputs(paths)
    return make(**{name: found.get(name, {}) for name in wanted})


def inputs(paths: Iterable[Path]) -> dict[tuple[str], canonical.Dataset]:
    """The datasets themselves, of those whose tables are among the paths."""
    folders = {path.parent for path in map(Path, paths) if path.parts[-3] == "datasets"}
    return {(folder.name,): canonical.read(folder) for folder in sorted(folders)}
