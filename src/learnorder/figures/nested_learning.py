"""Nested learning: whether the stronger of two architectures knows what the weaker one knows."""

from collections.abc import Mapping

import polars as pl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from learnorder.figures import at_chance, names, pairs, style
from learnorder.figures.reported import LAST_OF_BOTH

ABOUT = {
    "shows": "How often a stronger architecture is right where a weaker one is right, or wrong.",
    "claims": ("nested",),
    "needs": "two architectures on one real dataset",
    "pairs": "real",
    "pair_tables": ("nested", "only_stronger"),
}

SPLIT = "test"
PALE = 0.5
"""Opacity of intervals, which would hide the points of one another."""

LINES = {
    "right_given_right": ("stronger", {"marker": "o", "label": "S right where W is right"}),
    "right_given_wrong": ("stronger", {"marker": "s", "fillstyle": "none", "label": "S right where W is wrong"}),
    "accuracy_stronger": ("", {"marker": "_", "linestyle": "--", "label": "both, if independent: accuracy of S"}),
    "stronger_right": ("stronger", {"marker": "^", "label": "S right"}),
    "weaker_right": ("weaker", {"marker": "v", "fillstyle": "none", "label": "W right"}),
    "only_stronger": ("", {"marker": "x", "linestyle": ":", "label": "S right and W wrong"}),
}
"""What is drawn: in whose colour, if any, and how it is told apart in grey."""
GIVEN = ("right_given_right", "right_given_wrong", "accuracy_stronger")
KNOWN = ("stronger_right", "weaker_right", "only_stronger")
PANELS = {
    "epoch": ("at the same epoch", "epoch_weaker", "epoch", GIVEN, "no epoch\nin common"),
    "accuracy": (
        "at the same accuracy",
        "accuracy_weaker",
        "mean accuracy of W",
        GIVEN,
        "nowhere\nequally accurate",
    ),
    "bin": ("at the end of training", "accessibility_weaker", "accessibility for W", KNOWN, "no example"),
}
"""Of each part of the table: title, column and label of the horizontal axis, lines, and what an empty one says."""

CAPTION = (
    "Whether the stronger collection S knows what the weaker one, W, knows, on test examples, with intervals "
    "over networks: left and middle, how often S is right on what a network of W has right, and on what it has "
    "wrong; both would be the accuracy of S (dashed) if they learned independently. Right: by how accessible "
    "examples are to W, how often each is right at its last point, and S alone; that W's own answers sort the "
    "examples favours W where it is right. Lines far apart, and an S as good as W where W is right, speak for a "
    "stronger architecture that learns the same and then more; lines that meet the dashed one speak against it."
)
NUMBERS = {
    "Accuracy of W where both are equally accurate": ("accuracy_weaker", pl.col("part") == "accuracy"),
    "Of S there": ("accuracy_stronger", pl.col("part") == "accuracy"),
    "P(S right | W right) − P(S right | W wrong) at the last evaluation points": ("difference", LAST_OF_BOTH),
}
"""What the caption reports of the table: a column and the rows of which."""


def table(
    nested: Mapping[pairs.Pair, pl.DataFrame], only_stronger: Mapping[pairs.Pair, pl.DataFrame]
) -> pl.DataFrame:
    """Three parts, told apart by `part`; columns are null where they do not apply. Without any pair, no row.

    `epoch`: one row per (pair of collections, split, epoch), of the rows of `nested` at which both stand at one
    epoch; `accuracy`: of its rows at which they are equally accurate (`matched`); `bin`: the rows of
    `only_stronger`. `weaker` and `stronger`: the architectures; other columns: see `measures.nested`.
    """
    if not nested:
        return pl.DataFrame(schema=[*pairs.PAIR, "part"])
    every = pl.concat(pairs.named(nested))
    parts = {
        "epoch": every.filter(pl.col("epoch_weaker") == pl.col("epoch_stronger")),
        "accuracy": every.filter("matched"),
        "bin": pl.concat(pairs.named(only_stronger)),
    }
    leading = (*pairs.PAIR, "weaker", "stronger")
    return pl.concat(
        (
            rows.select(*leading, pl.lit(part).alias("part"), pl.exclude(*leading, "matched"))
            for part, rows in parts.items()
        ),
        how="diagonal",
    )


def draw(table: pl.DataFrame) -> Figure:
    """A row per pair; a column per part."""
    if table.is_empty():
        return style.nothing("no two architectures on one dataset")
    # All pairs have bins.
    drawn = table.filter(part="bin", split=SPLIT).unique(pairs.PAIR, maintain_order=True)
    both = [pairs.collections(pair) for pair in drawn.select(pairs.PAIR).rows()]
    called = names.short((name for collections in both for name in collections), at_chance.names(table))
    looks = style.looks(architecture for _, architecture, _ in called)
    figure = Figure(figsize=(style.PAGE_WIDTH_IN, 0.9 + 1.4 * len(drawn)), layout="constrained")
    grid = figure.subplots(len(drawn), len(PANELS), sharex="col", sharey=True, squeeze=False)
    for panels, pair, collections in zip(grid, drawn.iter_rows(named=True), both, strict=True):
        rows = table.filter(split=SPLIT, **{name: pair[name] for name in pairs.PAIR})
        of = {who: looks[pair[who]]["color"] for who in ("weaker", "stronger")} | {"": style.INDEPENDENT}
        for axes, part in zip(panels, PANELS, strict=True):
            _panel(axes, rows.filter(part=part), part, of)
        weaker, stronger = sorted(collections, key=lambda name: name[1] != pair["weaker"])
        networks = f"{pair['networks_weaker']} and {pair['networks_stronger']} networks"
        label = f"{pair['dataset']}\nW: {called[weaker]}\nS: {called[stronger]}\n{networks}"
        panels[0].set_ylabel(label, fontsize=7)
    for first, last, (title, _, label, _, _) in zip(grid[0], grid[-1], PANELS.values(), strict=True):
        first.set_title(title)
        last.set_xlabel(label)
        last.xaxis.set_major_locator(MaxNLocator(5))
    figure.supylabel("share of answers")
    entries = [Line2D([], [], color="0.35", markersize=4, **LINES[name][1]) for name in (*GIVEN, *KNOWN)]
    figure.legend(handles=entries, loc="outside upper center", ncols=2, frameon=False)
    return figure


def _panel(axes: Axes, rows: pl.DataFrame, part: str, colours: Mapping[str, tuple]) -> None:
    """One part of one pair."""
    _, column, _, lines, nothing = PANELS[part]
    axes.set_ylim(-0.04, 1.04)
    axes.spines[["top", "right"]].set_visible(False)
    if rows.is_empty():
        # Its axes stay: the first of a row has the names of the pair.
        axes.text(0.5, 0.5, nothing, transform=axes.transAxes, ha="center", va="center", fontsize=style.SMALL)
    for name in lines:
        known = rows.drop_nulls(name).sort(column)
        value, low, high = (known[f"{name}{end}"].to_numpy() for end in ("", "_low", "_high"))
        whose, look = LINES[name]
        axes.errorbar(
            known[column].to_numpy(),
            value,
            [value - low, high - value],
            color=colours[whose],
            ecolor=to_rgba(colours[whose], PALE),
            **{"elinewidth": 0.7, "linewidth": 1, "markersize": 3.5} | look,
        )
