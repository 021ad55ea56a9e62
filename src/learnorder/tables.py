"""Tables of measures on disk: one Parquet file each, in the folder of its collection."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from learnorder import atomic

TEXTS = (
    *("dataset", "architecture", "recipe", "second_architecture", "second_recipe", "weaker", "stronger"),
    *("split", "class", "words"),
)
"""Columns of text, also where what they hold looks like numbers."""
Names = tuple[str, str, str]
"""Dataset, architecture and recipe of a collection."""


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
    """Tables by what they measure, then by collection; both are in their path."""
    tables: dict[str, dict[Names, pl.DataFrame]] = {}
    for path in map(Path, paths):
        tables.setdefault(path.stem, {})[path.parts[-4:-1]] = pl.read_parquet(path)
    return tables
