"""The page itself: boards of all datasets within a number of bytes, the libraries, and what shows them."""

import html
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Template
from typing import Any

import polars as pl
import vl_convert
from matplotlib.colors import to_hex

from learnorder.explorer import blobs
from learnorder.explorer.board import Board, described, elements, thinned
from learnorder.measures.difficulty import SCORES

LARGEST = 19_500_000
"""Bytes of a page: what a mail takes, and a browser opens without a pause."""
PARTS = Path(__file__).parent
CHARTS = "window.vegaEmbed = vegaEmbed;"
"""What the page takes of the library of charts, Vega-Lite."""


def page(
    study: str,
    boards: Iterable[Board],
    correlation: Mapping[tuple[str, ...], pl.DataFrame],
    colours: Mapping[str, Any],
) -> str:
    """One HTML file that needs no other: the boards, each with as many examples as there is room for.

    `correlation`: of pairs of collections, see `pair.correlations`. `colours`: by architecture.
    """
    colours = {architecture: to_hex(colour) for architecture, colour in colours.items()}
    charts = vl_convert.javascript_bundle(CHARTS)
    fixed = {name: (PARTS / f"page.{name}").read_text() for name in ("css", "js")} | {"charts": charts}
    boards = list(boards)
    left = LARGEST - sum(len(part.encode()) for part in fixed.values())
    fitted: dict[str, Board] = {}
    # What small datasets leave of their share, larger ones have.
    for number, board in enumerate(sorted(boards, key=_size)):
        fitted[board.name] = _fitted(board, left // (len(boards) - number))
        left -= _size(fitted[board.name])
    shown = [fitted[board.name] for board in boards]
    about = {
        "study": study,
        "boards": [described(board, colours) | {"pairs": _pairs(board, correlation)} for board in shown],
        "scores": [
            {"name": name, "hard": sign, "definition": definition, "source": source}
            for name, sign, definition, source in SCORES.rows()
        ],
    }
    data = [part for number, board in enumerate(shown) for part in elements(board, f"board-{number}")]
    template = Template((PARTS / "page.html").read_text())
    return template.substitute(
        fixed, title=html.escape(study), data="\n".join([blobs.described("study", about), *data])
    )


def _size(board: Board) -> int:
    return sum(map(len, elements(board, "board-00")))


def _fitted(board: Board, room: int) -> Board:
    """The board, of fewer examples until it fits."""
    while (size := _size(board)) > room and len(board.keys) > 1:
        board = thinned(board, max(1, int(0.95 * len(board.keys) * room / size)))
    return board


def _pairs(board: Board, correlation: Mapping[tuple[str, ...], pl.DataFrame]) -> list[dict[str, Any]]:
    """Pearson's correlation of pairs of the board's collections, by split."""
    pairs = []
    for first, one in enumerate(board.collections):
        for second, other in enumerate(board.collections):
            table = correlation.get((*one.names, *other.names[1:]))
            if table is not None:
                rows = table.filter(pl.col("method") == "pearson")
                columns = ("split", "correlation", "correlation_low", "correlation_high", "ceiling")
                pairs.append({"first": first, "second": second, "splits": rows.select(columns).to_dicts()})
    return pairs
