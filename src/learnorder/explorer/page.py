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
    confidence: float,
) -> str:
    """One HTML file that needs no other: the boards, each with as many examples as there is room for.

    `correlation`: of pairs of collections, see `pair.correlations`. `colours`: by architecture.
    `confidence`: of its intervals.
    """
    colours = {architecture: to_hex(colour) for architecture, colour in colours.items()}
    charts = vl_convert.javascript_bundle(CHARTS)
    fixed = {name: (PARTS / f"page.{name}").read_text(encoding="utf-8") for name in ("css", "js")} | {
        "charts": charts
    }
    left = LARGEST - sum(len(part.encode()) for part in fixed.values())
    parts = [_Part(board, f"board-{number}") for number, board in enumerate(boards)]
    # What small datasets leave of their share, larger ones have.
    for number, part in enumerate(sorted(parts, key=lambda part: part.size)):
        part.fit(left // (len(parts) - number))
        left -= part.size
    shown = {
        "study": study,
        "confidence": confidence,
        "boards": [described(part.board, colours) | {"pairs": _pairs(part.board, correlation)} for part in parts],
        "scores": [
            {"name": name, "hard": sign, "definition": definition, "source": source}
            for name, sign, definition, source in SCORES.rows()
        ],
    }
    template = Template((PARTS / "page.html").read_text(encoding="utf-8"))
    data = [blobs.described("study", shown), *(element for part in parts for element in part.elements)]
    return template.substitute(fixed, title=html.escape(study), data="\n".join(data))


class _Part:
    """The part of a page that holds a board, and its size in bytes."""

    def __init__(self, board: Board, prefix: str):
        self.prefix = prefix
        self._hold(board)

    def fit(self, room: int) -> None:
        """Take examples away until it fits, evenly."""
        while self.size > room and (examples := len(self.board.keys)) > 1:
            self._hold(thinned(self.board, max(1, int(0.95 * examples * room / self.size))))

    def _hold(self, board: Board) -> None:
        self.board = board
        self.elements = list(elements(board, self.prefix))
        self.size = sum(map(len, self.elements))


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
