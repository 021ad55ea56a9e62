"""Tables of measures on disk: one Parquet file each, in the folder of its collection."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from learnorder import atomic

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


def read(paths: Iterable[Path]) -> dict[str, dict[Names, pl.DataFrame]]:
    """Tables by what they measure, then by collection; both are in their path."""
    tables: dict[str, dict[Names, pl.DataFrame]] = {}
    for path in map(Path, paths):
        tables.setdefault(path.stem, {})[path.parts[-4:-1]] = pl.read_parquet(path)
    return tables
