"""Numbers as dots on their intervals, each at a height of its own."""

from collections.abc import Iterable, Mapping

from matplotlib.axes import Axes

from learnorder.figures import style

GUIDE, BAND = "0.9", "0.955"
CEILING = {"color": style.INDEPENDENT, "marker": "|", "markersize": 6, "linestyle": "none"}


def dot(axes: Axes, height: float, row: Mapping, name: str, ceiling: str | None = None, **look) -> None:
    """The number `name` of a row with its interval, and a tick at its `ceiling`; says where it is undefined."""
    value, low, high = (row.get(f"{name}{end}") for end in ("", "_low", "_high"))
    if value is None:
        say(axes, height, "undefined")
        return
    if low is not None:
        axes.hlines(height, low, high, color=look["color"], linewidth=0.8)
    axes.plot(value, height, **{"markersize": 3.5} | look)
    if ceiling and row[ceiling] is not None:
        axes.plot(row[ceiling], height, **CEILING)


def say(axes: Axes, height: float, words: str) -> None:
    """Say at the left of a row why it has no dot."""
    at = {"transform": axes.get_yaxis_transform(), "va": "center", "fontsize": style.SMALL}
    axes.text(0.02, height, words, **at, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})


def frame(axes: Axes, heights: Iterable[float], lanes: bool = False) -> None:
    """Faint lines from the names of rows at these heights to their dots, in place of ticks.

    Where a row has several `lanes` of dots, every second row is a faint band instead, which holds them together.
    """
    for place, height in enumerate(heights):
        if not lanes:
            axes.axhline(height, color=GUIDE, linewidth=0.6, zorder=0)
        elif place % 2 == 0:
            axes.axhspan(height - 0.5, height + 0.5, color=BAND, linewidth=0, zorder=0)
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right"]].set_visible(False)


def name_rows(axes: Axes, rows: Mapping[float, str], headings: Mapping[float, str]) -> None:
    """Names of rows of dots and of groups of rows, by their height."""
    ticks = dict(rows) | dict(headings)
    axes.set_yticks(list(ticks), list(ticks.values()))
    for height, label in zip(ticks, axes.get_yticklabels(), strict=True):
        if height in headings:
            label.set_fontweight("bold")
