"""The claims as a page in Markdown."""

from collections.abc import Iterator, Mapping

import polars as pl

from learnorder.claims import beside_paper
from learnorder.claims.claims import by_collection, numbers
from learnorder.claims.verdict import VERDICTS, threshold_in_words

HEAD = """# What was found

Of the claims of Hacohen, Choshen and Weinshall (ICML 2020), in the study `{study}`. A row is **found** where the
whole interval over networks lies beyond the threshold, which the configuration fixed before, and the null is
rejected; **not found** where it lies on the other side; else one **cannot tell**, and the row says what would be
needed. A collection counts once, whatever the number of its rows: with what all of them say that can tell, or as
**mixed** where they differ. Intervals are not corrected for the number of collections: each is listed. Statistics,
thresholds and the accuracies at which β is looked at are this project's, not the paper's.
"""
COUNTED = ("dataset", "collection", *(kind for kind in VERDICTS if kind != "mixed"), "verdict")
COLUMNS = ("dataset", "of", "with", "split", "accuracy", "value", "interval", "null", "p", "verdict")


def page(claims: pl.DataFrame, study: str, differences: Mapping[str, str]) -> str:
    """The paper's numbers beside ours; then by claim its sentence, its collections, and each comparison.

    `differences`: see `beside_paper.lines`.
    """
    beside = beside_paper.lines(claims, differences)
    return "\n".join([HEAD.format(study=study), *beside, *_sections(claims)])


def counted(numbers: dict[str, int | float | None]) -> str:
    """Of how many collections a claim was found, not found, or neither."""
    times = {kind: numbers[kind.replace(" ", "_")] for kind in VERDICTS}
    kinds = ", ".join(f"{number} {kind}" for kind, number in times.items() if number)
    one = numbers["collections"] == 1
    return f"{numbers['collections']} collection{'' if one else 's'}: {kinds}"


def _sections(claims: pl.DataFrame) -> Iterator[str]:
    collections, of_claim = by_collection(claims), numbers(claims)
    for (name,), rows in claims.group_by("name", maintain_order=True):
        first = rows.row(0, named=True)
        yield f"## {first['claim']}: {first['statement']}\n"
        claimed = f"{first['statistic']} {threshold_in_words(first['side'], first['threshold'])}"
        yield f"{counted(of_claim[name])}. Claimed: {claimed}.\n"
        yield from _table(COUNTED, (_collection(row) for row in collections.filter(name=name).rows(named=True)))
        yield from _table(COLUMNS, map(_row, rows.rows(named=True)))


def _collection(row: dict) -> list[str]:
    return [str(row[column.replace(" ", "_")]) for column in COUNTED]


def _row(row: dict) -> list[str]:
    accuracies = (row["accuracy"], row["second_accuracy"])
    return [
        *(row[name] or "" for name in ("dataset", "of", "with", "split")),
        " / ".join(_number(accuracy) for accuracy in accuracies if accuracy is not None) or "–",
        _number(row["value"]),
        f"{_number(row['low'])} to {_number(row['high'])}",
        _number(row["null"]),
        _number(row["p_value"], digits=3),
        f"{row['verdict']}: {row['reason']}",
    ]


def _table(columns, rows) -> Iterator[str]:
    yield _line(columns)
    yield _line(["---"] * len(columns))
    yield from map(_line, rows)
    yield ""


def _line(cells) -> str:
    return f"| {' | '.join(cells)} |"


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
