"""Sizes, fonts and colours, named once and by meaning; and what a study's `style` changes of them."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import matplotlib as mpl
import polars as pl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from learnorder import atomic
from learnorder.errors import UserError
from learnorder.figures import at_chance
from learnorder.study.architectures import Colour, Marker
from learnorder.tables import Names

PAGE_WIDTH_IN = 6.75
COLUMN_WIDTH_IN = 3.3
INDEPENDENT = "0.25"
# Seaborn's colour-blind palette without its two lightest colours, which vanish in print.
PALETTE = [sns.color_palette("colorblind")[index] for index in (0, 1, 2, 4, 5, 7, 3)]
COLOURS = get_args(Colour)
"""Names of these, in their order."""
MARKERS = get_args(Marker)
"""For what colours tell apart, so that it is told in grey too."""
OF_THE_CATALOGUE = MARKERS[:7]
"""No architecture takes them by its name, so that it takes none of the catalogue's."""
SMALL = 6.5
"""Size of text inside a panel, in points."""
PNG_DPI = 200
TICKS = 6
EPOCHS = ("epoch", "second_epoch", "epoch_weaker", "epoch_stronger")
"""Columns of evaluation points."""
NO_NETWORK = "no network is left: all diverged"

OWN_PALETTE = "learnorder"
FONT_SIZE = 8
SETTINGS = {
    "font.size": FONT_SIZE,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "figure.labelsize": 8,
    "axes.linewidth": 0.6,
    "lines.linewidth": 1.2,
    # Text stays text in the PDF, and the file has no date: the same table gives the same bytes.
    "pdf.fonttype": 42,
    "svg.hashsalt": "learnorder",
}
UNDATED = {".pdf": {"CreationDate": None}, ".png": {"Software": None}, ".svg": {"Date": None}}

Looks = Mapping[str, Mapping[str, str]]
"""By architecture the `colour` and the `marker` that its entry in the catalogue has, if it has any."""

_architectures: dict[str, Mapping[str, str]] = {}
_palette = {"name": OWN_PALETTE}


def apply(architectures: Looks = MappingProxyType({}), palette: str = OWN_PALETTE) -> None:
    """Set the theme for every figure drawn from here on.

    `architectures`: all of a study. `palette`: of seaborn or matplotlib, or our own.
    """
    _architectures.clear()
    _architectures.update(architectures)
    _palette["name"] = palette
    mpl.use("agg")
    sns.set_theme(context="paper", style="ticks", rc=SETTINGS)


def looks(architectures: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Colour and marker of each architecture, the same in every study; no two have both in common.

    They are the catalogue's, or follow from the architecture's name; of two that would have the same, one has the
    next that follows from its name.
    """
    palette = PALETTE if _palette["name"] == OWN_PALETTE else _named(_palette["name"], len(COLOURS))
    drawn = list(dict.fromkeys(architectures))
    taken: dict[str, tuple[str, str]] = {}
    for name in sorted({*_architectures, *drawn}, key=lambda name: (-len(_architectures.get(name, {})), name)):
        every = sorted(product(COLOURS, MARKERS), key=lambda look: _preference(name, *look))
        taken[name] = next((look for look in every if look not in taken.values()), every[0])
    found = ((name, *taken[name]) for name in drawn)
    return {name: {"color": palette[COLOURS.index(colour)], "marker": marker} for name, colour, marker in found}


def _preference(name: str, colour: str, marker: str) -> tuple:
    """Key by which a look that suits an architecture comes first."""
    given = _architectures.get(name, {})
    return (
        given.get("colour", colour) != colour,
        given.get("marker", marker) != marker,
        marker in OF_THE_CATALOGUE,
        hashlib.sha256(f"{name} {colour} {marker}".encode()).digest(),
    )


def collections(called: Mapping[Names, str]) -> dict[str, dict[str, Any]]:
    """Colour and marker of each name in a figure of collections, see `names.short`.

    The first of an architecture has its look; other recipes have its colour, with a marker of their own.
    """
    own = looks(name[1] for name in called)
    found: dict[str, dict[str, Any]] = {}
    for name, label in called.items():
        # A collection that ends at chance is marked on that dataset alone.
        bare = label.removesuffix(at_chance.MARK)
        taken = [*own.values(), *found.values()] if own[name[1]] in found.values() else []
        every = [own[name[1]], *(own[name[1]] | {"marker": marker} for marker in MARKERS)]
        free = (look for look in every if look not in taken)
        found.setdefault(bare, next(free, every[len(found) % len(every)]))
    return {label: found[label.removesuffix(at_chance.MARK)] for label in called.values()}


def _named(palette: str, colours: int) -> list[tuple]:
    try:
        return sns.color_palette(palette, colours)
    except ValueError:
        raise UserError(
            f"configuration: style.palette is '{palette}'; allowed: {OWN_PALETTE}, or a palette of seaborn or "
            "matplotlib, such as colorblind, Set2 or viridis"
        ) from None


def drawn(
    draw: Callable[[pl.DataFrame], Figure],
    table: pl.DataFrame,
    architectures: Looks = MappingProxyType({}),
    style: Mapping[str, Any] = MappingProxyType({}),
) -> Figure:
    """The figure of a table in a study's `style`, see `study.configuration.Style`; what it lacks is by default."""
    apply(architectures, style.get("palette", OWN_PALETTE))
    listed = list(map(float, style.get("epochs", ())))
    left = table
    for name in EPOCHS if listed else ():
        if name in table.columns:
            left = left.filter(pl.col(name).is_null() | pl.col(name).is_in(listed))
    if left.is_empty() and not table.is_empty():
        return nothing("no evaluation point is one of style.epochs")
    figure = draw(left)
    if (larger := style.get("width", PAGE_WIDTH_IN) / PAGE_WIDTH_IN) != 1:
        figure.set_size_inches(figure.get_size_inches() * larger)
    if (larger := style.get("font_size", FONT_SIZE) / FONT_SIZE) != 1:
        _enlarge_text(figure, larger)
    if style.get("log_epochs"):
        _take_logarithms(figure)
    return figure


def _enlarge_text(figure: Figure, factor: float) -> None:
    for text in figure.findobj(Text):
        text.set_fontsize(text.get_fontsize() * factor)
    # Labels of ticks are made again when the figure is saved.
    for axes in figure.findobj(Axes):
        for axis in (axes.xaxis, axes.yaxis):
            size = axis.get_tick_params().get("labelsize", SETTINGS[f"{axis.axis_name}tick.labelsize"])
            axis.set_tick_params(labelsize=size * factor)


def _take_logarithms(figure: Figure) -> None:
    """Make the horizontal axes logarithmic that count epochs, from the first above 0."""
    for labelled in figure.findobj(Axes):
        if labelled.get_xlabel() == "epoch":
            for axes in labelled.get_shared_x_axes().get_siblings(labelled):
                points = sorted({x for line in axes.get_lines() for x in line.get_xdata() if x >= 0})
                axes.set_xscale("symlog", linthresh=min(filter(None, points), default=1))
                axes.set_xticks(ticks := points[:: -(-len(points) // TICKS) or 1], [f"{x:g}" for x in ticks])


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
    for path in map(Path, paths):
        with atomic.replacing(path) as partial:
            figure.savefig(partial, format=path.suffix[1:], dpi=PNG_DPI, metadata=UNDATED[path.suffix])
