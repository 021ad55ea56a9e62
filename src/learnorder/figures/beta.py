"""Relative bimodality β in a panel: its points, its scale and the two marks by which it is read."""

import textwrap

import polars as pl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from learnorder.figures import style

MOST_DRAWN = 2.0
"""Intervals and a few points reach further: β is unstable where few examples are wrong."""
PALE = 0.45
"""Opacity of intervals, which would hide the points of one another."""
LETTERS = 28
"""Of a line of words inside a panel."""
MARKS = {1: ("no shared\norder", ":"), 0: ("one shared\norder", "-")}


COLUMNS = (
    *("accuracy", "accuracy_low", "accuracy_high", "at_chance"),
    *("relative_bimodality", "relative_bimodality_low", "relative_bimodality_high"),
)
"""Of a table of epochs, what is drawn of it here."""


def drawn(points: pl.DataFrame) -> pl.DataFrame:
    """The points of which β is drawn: not where it is undefined, nor where a constant answer would explain it."""
    return points.drop_nulls("relative_bimodality").filter(~pl.col("at_chance"))


def line(axes: Axes, points: pl.DataFrame, x: str, **look) -> None:
    """β of these rows against column `x`, with the interval of either that the table has."""
    known = drawn(points)
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
    return min(MOST_DRAWN, max(1.25, 1.1 * (drawn(table)["relative_bimodality"].max() or 0)))


def frame(axes: Axes, points: pl.DataFrame, top: float) -> None:
    """Axis from one shared order to `top`; says how many points lie above it, are at chance or undefined."""
    for height, (_, dashes) in MARKS.items():
        axes.axhline(height, color=style.INDEPENDENT, linewidth=0.8, linestyle=dashes, zorder=0)
    axes.set_ylim(-0.1, top)
    axes.spines[["top", "right"]].set_visible(False)
    at_chance = int(points["at_chance"].sum())
    undefined = points.filter(~pl.col("at_chance"))["relative_bimodality"].null_count()
    if len(points) and at_chance + undefined == len(points):
        words = "at chance: no β" if at_chance else "β undefined"
        axes.text(0.5, 0.6, words, transform=axes.transAxes, ha="center", fontsize=style.SMALL)
        # The horizontal axis still says where.
        axes.update_datalim([(accuracy, 0) for accuracy in points["accuracy"]])
        axes.autoscale_view(scaley=False)
        return
    above = (drawn(points)["relative_bimodality"] > top).sum()
    numbers = {"above the frame": above, "at chance": at_chance, "undefined": undefined}
    said = ", ".join(f"{number} {where}" for where, number in numbers.items() if number)
    said = textwrap.fill(said, LETTERS)
    axes.text(0.02, 0.99, said, transform=axes.transAxes, va="top", fontsize=style.SMALL)


def explain(axes: Axes) -> None:
    """Say to the right of a panel, where no line passes, what the two marks mean."""
    for height, (words, _) in MARKS.items():
        axes.text(1.02, height, words, transform=axes.get_yaxis_transform(), va="center", fontsize=style.SMALL)
