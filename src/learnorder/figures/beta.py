"""Relative bimodality β in a panel: its points, its scale and the two marks by which it is read."""

import polars as pl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from learnorder.figures import style

MOST_DRAWN = 2.0
"""Intervals and a few points reach further: β is unstable where few examples are wrong."""
PALE = 0.45
"""Opacity of intervals, which would hide the points of one another."""
MARKS = {1: ("no shared\norder", ":"), 0: ("one shared\norder", "-")}


def line(axes: Axes, points: pl.DataFrame, x: str, **look) -> None:
    """β of these rows against column `x`, with the interval of either that the table has."""
    known = points.drop_nulls("relative_bimodality")
    reach = {
        bars: [(known[name] - known[f"{name}_low"]).to_numpy(), (known[f"{name}_high"] - known[name]).to_numpy()]
        for bars, name in (("xerr", x), ("yerr", "relative_bimodality"))
        if f"{name}_low" in known.columns
    }
    values = known[x].to_numpy(), known["relative_bimodality"].to_numpy()
    pale = to_rgba(look["color"], PALE)
    axes.errorbar(*values, **reach, ecolor=pale, elinewidth=0.7, **{"markersize": 3.5, "linewidth": 1} | look)


def highest(table: pl.DataFrame) -> float:
    """Upper end of the axis on which all of a table is drawn."""
    return min(MOST_DRAWN, max(1.25, 1.1 * (table["relative_bimodality"].max() or 0)))


def frame(axes: Axes, points: pl.DataFrame, top: float) -> None:
    """Axis from one shared order to `top`; says how many of the points lie above it or are undefined."""
    for height, (_, dashes) in MARKS.items():
        axes.axhline(height, color=style.INDEPENDENT, linewidth=0.8, linestyle=dashes, zorder=0)
    axes.set_ylim(-0.1, top)
    axes.spines[["top", "right"]].set_visible(False)
    values = points["relative_bimodality"]
    undefined = values.null_count()
    if undefined and undefined == len(points):
        axes.text(0.5, 0.6, "β undefined", transform=axes.transAxes, ha="center", fontsize=style.SMALL)
        # The horizontal axis still says where.
        axes.update_datalim([(accuracy, 0) for accuracy in points["accuracy"]])
        axes.autoscale_view(scaley=False)
        return
    numbers = {"above the frame": (values > top).sum(), "undefined": undefined}
    said = ", ".join(f"{number} {where}" for where, number in numbers.items() if number)
    axes.text(0.02, 0.99, said, transform=axes.transAxes, va="top", fontsize=style.SMALL)


def explain(axes: Axes) -> None:
    """Say to the right of a panel, where no line passes, what the two marks mean."""
    for height, (words, _) in MARKS.items():
        axes.text(1.02, height, words, transform=axes.get_yaxis_transform(), va="center", fontsize=style.SMALL)
