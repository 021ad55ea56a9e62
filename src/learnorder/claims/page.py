"""The claims as a page in Markdown."""

from collections.abc import Iterator

import polars as pl

from learnorder.claims.verdict import CANNOT_TELL, FOUND, NOT_FOUND

HEAD = """# What was found

Of the claims of Hacohen, Choshen and Weinshall (ICML 2020), in the study `{study}`. A claim is **found** where the
whole interval over networks lies beyond the threshold, which the configuration fixed before, and the null is
rejected; **not found** where it lies on the other side or the null stands; else one **cannot tell**. Statistics,
thresholds and the accuracy at which collections are compared are this project's, not the paper's.
"""
COLUMNS = ("dataset", "of", "with", "split", "value", "interval", "null", "p", "verdict")


def page(claims: pl.DataFrame, study: str) -> str:
    """A section per claim: its sentence, how often it was found, and a row for whatever was looked at."""
    return "\n".join([HEAD.format(study=study), *_sections(claims)])


def _sections(claims: pl.DataFrame) -> Iterator[str]:
    for (_,), rows in claims.group_by("name", maintain_order=True):
        first = rows.row(0, named=True)
        times = dict(rows["verdict"].value_counts().iter_rows())
        verdicts = (f"{times[kind]} × {kind}" for kind in (FOUND, NOT_FOUND, CANNOT_TELL) if kind in times)
        yield f"## {first['claim']}: {first['statement']}\n"
        yield f"{', '.join(verdicts)}. Claimed: {first['statistic']} {first['side']} {first['threshold']:g}.\n"
        yield _line(COLUMNS)
        yield _line(["---"] * len(COLUMNS))
        for row in rows.rows(named=True):
            yield _line(
                [
                    *(row[name] or "" for name in ("dataset", "of", "with", "split")),
                    _number(row["value"]),
                    f"{_number(row['low'])} to {_number(row['high'])}",
                    _number(row["null"]),
                    _number(row["p_value"], digits=3),
                    f"{row['verdict']}: {row['reason']}",
                ]
            )
        yield ""


def _line(cells) -> str:
    return f"| {' | '.join(cells)} |"


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
