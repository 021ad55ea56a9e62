"""Collections that end at chance: what a figure's table says of them, and their mark in the figure."""

from collections.abc import Mapping

import polars as pl

from learnorder.figures.stacked import COLLECTION
from learnorder.tables import Names

MARK = "†"
COLUMN = "ends_at_chance"
SECOND = "second_"


def marked(table: pl.DataFrame, epochs: Mapping[Names, pl.DataFrame]) -> pl.DataFrame:
    """A figure's table with last columns that say of which collections always one class explains the accuracy.

    `ends_at_chance`: the splits, such as `test` or `train test`, on which the collection ends at chance, or null.
    Of pairs `second_ends_at_chance` says the same of the second. `epochs`: of all collections.
    """
    splits = {names: _splits(frame) for names, frame in epochs.items()}
    columns = {COLUMN: COLLECTION}
    if any(name.startswith(SECOND) for name in table.columns):
        columns[SECOND + COLUMN] = tuple(
            SECOND + name if SECOND + name in table.columns else name for name in COLLECTION
        )
    return table.with_columns(
        pl.Series(name, [splits.get(names) for names in table.select(of).rows()], dtype=pl.String)
        for name, of in columns.items()
    )


def names(table: pl.DataFrame) -> set[Names]:
    """The collections of a figure's table that end at chance."""
    found = set()
    for place in ("", SECOND):
        if place + COLUMN in table.columns:
            rows = table.filter(pl.col(place + COLUMN).cast(pl.String).is_not_null())
            columns = [place + name if place + name in table.columns else name for name in COLLECTION]
            found |= set(rows.select(columns).rows())
    return found


def _splits(epochs: pl.DataFrame) -> str | None:
    """Of the last point."""
    last = epochs.filter(pl.col("epoch") == pl.col("epoch").max(), pl.col("at_chance"))
    return " ".join(last["split"].cast(pl.String)) or None
