"""Pages of a figure: more datasets or collections than fit on one become several."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from shutil import rmtree
from types import MappingProxyType, ModuleType
from typing import Any

import polars as pl
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from learnorder import atomic
from learnorder.figures import names
from learnorder.figures import style as styles
from learnorder.figures.stacked import COLLECTION

MOST_IN = 180 / 25.4, 230 / 25.4
"""Largest width and height of a page, of a style that does not change the width."""
CUTS = (*COLLECTION, "second_architecture", "second_recipe")
"""Columns by whose values a table is cut: the first, and the next where a part is still too tall.

A figure with `CUTS` of its own is cut by these.
"""
NO_STYLE: Mapping[str, Any] = MappingProxyType({})
Draw = Callable[[pl.DataFrame], Figure]


def drawn(
    figure: ModuleType, table: pl.DataFrame, architectures: styles.Looks = NO_STYLE, style: Mapping = NO_STYLE
) -> Iterator[Figure]:
    """The pages of the figure of this module, in the order of the study; other arguments as of `style.drawn`."""
    yield from _pages(_draw(figure, table, architectures, style), table, _cuts(figure, table), _most_in(style))


def by_dataset(
    figure: ModuleType, table: pl.DataFrame, architectures: styles.Looks = NO_STYLE, style: Mapping = NO_STYLE
) -> Iterator[tuple[str, list[Figure]]]:
    """Each dataset, or each value of the first column in a figure's `CUTS`, with the pages of it alone."""
    draw, (first, *others) = _draw(figure, table, architectures, style), _cuts(figure, table)
    for part in table.partition_by(first, maintain_order=True):
        yield part[first][0], list(_pages(draw, part, others, _most_in(style)))


def save(pages: Sequence[Figure], *paths: Path) -> None:
    """Write all pages as PDF, the first as PNG or SVG, by each path's suffix."""
    for path in map(Path, paths):
        if path.suffix == ".pdf":
            with atomic.replacing(path) as partial, PdfPages(partial, metadata=styles.UNDATED[".pdf"]) as pdf:
                for page in pages:
                    pdf.savefig(page)
        else:
            styles.save(pages[0], path)


def save_each(named: Iterable[tuple[str, Sequence[Figure]]], folder: Path) -> None:
    """Write these pages as PNG by their name in a folder, where nothing else stays; without any, no folder."""
    rmtree(folder, ignore_errors=True)
    for name, pages in named:
        for number, page in enumerate(pages, start=1):
            # No name of a dataset has this sign.
            styles.save(page, folder / (f"{name}+{number}.png" if number > 1 else f"{name}.png"))


def _draw(figure: ModuleType, whole: pl.DataFrame, architectures: styles.Looks, style: Mapping) -> Draw:
    """How a part of a table is drawn, in which collections are called as if all stood on one page."""

    def draw(table: pl.DataFrame) -> Figure:
        with names.among(whole.select(COLLECTION).rows() if len(table) < len(whole) else ()):
            return styles.drawn(figure.draw, table, architectures, style)

    return draw


def _cuts(figure: ModuleType, table: pl.DataFrame) -> list[str]:
    return [column for column in getattr(figure, "CUTS", CUTS) if column in table.columns]


def _most_in(style: Mapping) -> float:
    return MOST_IN[1] * style.get("width", styles.PAGE_WIDTH_IN) / styles.PAGE_WIDTH_IN


def _pages(draw: Draw, table: pl.DataFrame, cuts: Sequence[str], most_in: float) -> Iterator[Figure]:
    """The table on one page if it fits; else as many of its parts on each as fit."""
    page = draw(table)
    if page.get_figheight() <= most_in or not cuts:
        yield page
        return
    parts = table.partition_by(cuts[0], maintain_order=True)
    guess = max(1, int(len(parts) * most_in / page.get_figheight()))
    while parts:
        page, number = _first(draw, parts, guess, most_in)
        if number > 1:
            yield page
        else:
            yield from _pages(draw, parts[0], cuts[1:], most_in)
        parts = parts[number:]


def _first(draw: Draw, parts: Sequence[pl.DataFrame], guess: int, most_in: float) -> tuple[Figure, int]:
    """A page of as many of the first parts as fit, but at least one; and how many these are."""
    number = min(guess, len(parts))
    page = draw(pl.concat(parts[:number]))
    while number > 1 and page.get_figheight() > most_in:
        number -= 1
        page = draw(pl.concat(parts[:number]))
    while number < len(parts) and (more := draw(pl.concat(parts[: number + 1]))).get_figheight() <= most_in:
        page, number = more, number + 1
    return page, number
