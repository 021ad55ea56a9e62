"""The caption of a figure in the report: what it shows, from what, its numbers in this run, what they decide."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from importlib import import_module
from typing import Any

import polars as pl

from learnorder import summary
from learnorder.claims.page import counted
from learnorder.claims.verdict import threshold_in_words
from learnorder.figures import names
from learnorder.figures.stacked import COLLECTION
from learnorder.report.sections import SHOWN

UNBROKEN = "\N{NO-BREAK SPACE}"


def caption(
    figure: str,
    shows: str,
    table: pl.DataFrame,
    decided: pl.DataFrame,
    numbers: Mapping[str, Mapping[str, Any]],
    networks: pl.DataFrame,
    pictures: Sequence[str] = (),
) -> str:
    """HTML. `shows`: the figure's own words; `table`: what it draws; `decided`, `numbers`: see `claims.claims`.

    `networks`: how they ended, see `summary.table`; `pictures`: of single datasets, where it has several pages.
    """
    paragraphs = [shows]
    if pictures:
        paragraphs.append(f"The first page is shown here. Each dataset has its own: {', '.join(pictures)}.")
    if not table.is_empty():
        paragraphs += [drawn_from(table), " ".join(_numbers(figure, table))]
        networks = networks.join(_collections(table), on=COLLECTION, how="semi")
    paragraphs.append(" ".join(summary.left_out(networks)))
    shown = [name for name in SHOWN.get(figure, ()) if name in numbers]
    paragraphs += [claimed(decided.filter(name=name), numbers[name]) for name in shown]
    return "".join(f"<p>{escape(paragraph, quote=False)}</p>\n" for paragraph in paragraphs if paragraph)


def drawn_from(table: pl.DataFrame) -> str:
    """How many collections a figure draws, of how many networks, on which datasets."""
    collections = len(_collections(table))
    numbers = next(name for name in ("networks", "networks_first", "networks_weaker") if name in table.columns)
    datasets = table["dataset"].unique(maintain_order=True)
    return (
        f"Drawn from {collections} collection{'s' * (collections > 1)} of {names.networks(table[numbers])}, "
        f"on {', '.join(datasets)}."
    )


def _collections(table: pl.DataFrame) -> pl.DataFrame:
    """Names of the collections that a figure draws; of pairs, one may stand second alone."""
    second = table.select(
        pl.coalesce(f"second_{name}", name).alias(name) if f"second_{name}" in table.columns else name
        for name in COLLECTION
    )
    return pl.concat([table.select(COLLECTION), second]).unique(maintain_order=True)


def claimed(rows: pl.DataFrame, numbers: Mapping[str, Any]) -> str:
    """What a claim says and how it was decided. `rows`: its rows in the table of claims."""
    row = rows.row(0, named=True)
    return (
        f"Claim {row['claim']}: {row['statement']} Claimed: {row['statistic']} {threshold(row)}. "
        f"{verdicts(numbers)}. The statistic: "
        f"{spread(numbers['min'], numbers['median'], numbers['max']) or 'undefined'}{_accuracies(rows)}."
    )


def _accuracies(rows: pl.DataFrame) -> str:
    """At which accuracies a claim was decided, of both where two collections are compared."""
    ranges = []
    for name in ("accuracy", "second_accuracy"):
        if len(known := rows[name].drop_nulls()):
            ranges.append(spread(known.min(), known.median(), known.max()))
    return f", where accuracy is {' and that of the other '.join(ranges)}" if ranges else ""


def threshold(row: Mapping[str, Any]) -> str:
    """Where the statistic of a claim is to lie."""
    return threshold_in_words(row["side"], row["threshold"])


def verdicts(numbers: Mapping[str, Any]) -> str:
    """Of how many collections a claim was found, not found, or neither."""
    return ", ".join(part.replace(" ", UNBROKEN) for part in counted(numbers).split(", "))


def spread(least: float | None, middle: float | None, largest: float | None) -> str:
    """Least, largest and median of numbers; nothing where they are undefined."""
    if least is None:
        return ""
    low, mid, high = (f"{number:.2f}".replace("-", "−") for number in (least, middle, largest))
    return low if low == high else f"{low} to {high}, median {mid}".replace(" to ", f"{UNBROKEN}to{UNBROKEN}")


def _numbers(figure: str, table: pl.DataFrame) -> Iterator[str]:
    for words, (column, rows) in import_module(f"learnorder.figures.{figure}").NUMBERS.items():
        values = table.filter(rows)[column].drop_nulls()
        if len(values):
            yield f"{words}: {spread(values.min(), values.median(), values.max())}."
