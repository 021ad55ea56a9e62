"""Sizes, fonts and colours, named once and by meaning."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learnorder import atomic

PAGE_WIDTH_IN = 6.75
COLUMN_WIDTH_IN = 3.3
INDEPENDENT = "0.25"
# Seaborn's colour-blind palette without its two lightest colours, which vanish in print.
PALETTE = [sns.color_palette("colorblind")[index] for index in (0, 1, 2, 4, 5, 7, 3)]
MARKERS = "osD^vPX<>*ph"
"""For what colours tell apart, so that it is told in grey too."""
SMALL = 6.5
"""Size of text inside a panel, in points."""
PNG_DPI = 200
NO_NETWORK = "no network is left: all diverged"

SETTINGS = {
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "axes.linewidth": 0.6,
    "lines.linewidth": 1.2,
    # Text stays text in the PDF, and the file has no date: the same table gives the same bytes.
    "pdf.fonttype": 42,
    "svg.hashsalt": "learnorder",
}


_architectures: list[str] = []


def apply(architectures: Sequence[str] = ()) -> None:
    """Set the theme for every figure drawn from here on.

    `architectures`: all of a study, so that each has the same colour in every figure.
    """
    _architectures[:] = architectures
    mpl.use("agg")
    sns.set_theme(context="paper", style="ticks", rc=SETTINGS)


def colours(architectures: Sequence[str]) -> dict[str, tuple]:
    """A colour for each architecture, in the order of the study, or of the figure for those that it has not.

    The palette is for the colour-blind up to its 7 colours; more architectures get evenly spaced hues.
    """
    names = list(dict.fromkeys([*_architectures, *architectures]))
    palette = PALETTE if len(names) <= len(PALETTE) else sns.husl_palette(len(names), l=0.5)
    return dict(zip(names, palette, strict=False))


def legend_columns(labels: Sequence[str], width_in: float) -> int:
    """How many columns of a legend fit beside each other, by its longest label."""
    # A letter is about 0.6 of the font's size wide; handle and gaps are as wide as nine.
    column_in = 0.6 * (max(map(len, labels), default=0) + 9) * SETTINGS["legend.fontsize"] / 72
    return max(1, min(len(labels), int(width_in / column_in)))


def blank(axes: Axes, words: str) -> None:
    """Say in a panel, without its frame, why there is nothing to draw."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", fontsize=7)


def nothing(words: str) -> Figure:
    """A figure that says why there is nothing to draw."""
    figure = Figure(figsize=(COLUMN_WIDTH_IN, 1), layout="constrained")
    blank(figure.subplots(), words)
    return figure


def save(figure: Figure, *paths: Path) -> None:
    """Write the figure as PDF, PNG, … by each path's suffix; the same figure gives the same bytes."""
    undated = {".pdf": {"CreationDate": None}, ".png": {"Software": None}, ".svg": {"Date": None}}
    for path in map(Path, paths):
        with atomic.replacing(path) as partial:
            figure.savefig(partial, format=path.suffix[1:], dpi=PNG_DPI, metadata=undated[path.suffix])
