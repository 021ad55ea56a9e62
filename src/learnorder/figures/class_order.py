"""In which order classes are learned, and how sure that order is over networks."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learnorder.figures import at_chance, evenly, names, style
from learnorder.figures.stacked import COLLECTION, stacked
from learnorder.tables import Names

ABOUT = {
    "shows": "In which order classes are learned.",
    "claims": ("class_order",),
    "needs": "a collection of networks on a real dataset",
    "collections": "real",
    "tables": ("classes", "class_order"),
}
CAPTION = (
    "Order of classes, train examples, or test examples where there are no others. Left: of the examples that all "
    "networks have right (TP-agreement 1), the share of each class; middle: of all examples, by the class that "
    "most networks predict. Right: rank of each class by its accessibility, 1 the first learned, with intervals "
    "over networks; W is Kendall's concordance of the networks' ranks, 1 for one order, near 0 for none. That "
    "classes come one after the other is supported where few classes fill the left panel at first, and W is near "
    "1; it is contradicted where all classes are there from the start, and W is near 0."
)
NUMBERS = {"Kendall's W": ("concordance", (pl.col("part") == "order") & (pl.col("rank") == pl.col("rank").min()))}
"""What the caption reports of the table: a column and the rows of which."""
MOST = 20
"""Classes beyond which a panel names none."""
TICKS = 5


def table(
    classes: Mapping[Names, pl.DataFrame],
    class_order: Mapping[Names, pl.DataFrame],
    about: Mapping[str, Mapping[str, Any]],
) -> pl.DataFrame:
    """Two parts, told apart by `part`; columns are null where they do not apply.

    `points`: one row per (collection, split, epoch, class), see `measures.classes.classes`. `order`: one row per
    (collection, split, class), see `measures.classes.class_order`. `class`: its name, or its number where the
    configuration names none.
    """
    parts = {"points": classes, "order": class_order}
    return pl.concat(
        [
            stacked(
                {name: _named(frame, name[0], about["datasets"]) for name, frame in frames.items()}
            ).with_columns(part=pl.lit(part))
            for part, frames in parts.items()
        ],
        how="diagonal_relaxed",
    )


def _named(frame: pl.DataFrame, dataset: str, datasets: Mapping[str, Mapping]) -> pl.DataFrame:
    known = dict(enumerate(_classes(dataset, datasets)))
    called = [str(known.get(number, number)) for number in frame["class"]]
    return frame.with_columns(pl.Series("class", called, dtype=pl.String))


def _classes(dataset: str, datasets: Mapping[str, Mapping]) -> list[str]:
    entry = datasets.get(dataset, {})
    if "superclass" in entry:
        return entry.get("superclasses", {}).get(entry["superclass"], [])
    return entry["classes"] if "classes" in entry else _classes(entry["of"], datasets) if "of" in entry else []


def draw(table: pl.DataFrame) -> Figure:
    """A row per collection: classes of what all know, of what most predict, and their ranks."""
    if table.is_empty():
        return style.nothing(style.NO_NETWORK)
    called = names.short(table.select(COLLECTION).rows(), at_chance.names(table))
    collections = table.partition_by(COLLECTION, as_dict=True)
    heights = [max(1.7, 0.5 + 0.11 * min(MOST, rows["class"].n_unique())) for rows in collections.values()]
    figure = Figure(figsize=(style.PAGE_WIDTH_IN, 0.3 + sum(heights)), layout="constrained")
    grid = figure.subplots(len(collections), 3, squeeze=False, height_ratios=heights)
    for panels, (name, rows) in zip(grid, collections.items(), strict=True):
        split = "train" if "train" in rows["split"] else "test"
        points, order = (rows.filter(split=split, part=part) for part in ("points", "order"))
        order = order.sort("rank", "class")
        first_to_last = order["class"].to_list()
        colours = dict(zip(first_to_last, sns.color_palette("viridis", len(order)), strict=True))
        for axes, column in zip(panels, ("of_known", "of_predictions"), strict=False):
            _areas(axes, points, column, colours)
        _ranks(panels[2], order, colours)
        panels[0].set_ylabel(f"{name[0]}, {split}\n{called[name]}\nshare of examples")
        panels[0].set_title("that all networks have right")
        panels[1].set_title("by their commonest prediction")
    for axes in grid[-1, :2]:
        axes.set_xlabel("epoch")
    grid[-1, 2].set_xlabel("rank, 1 the first learned")
    return figure


def _areas(axes: Axes, points: pl.DataFrame, column: str, colours: Mapping[str, tuple]) -> None:
    """Shares of the classes over training, one above the other; nothing where no example is known."""
    wide = points.pivot("class", index="epoch", values=column).sort("epoch")
    shares = [wide[name].to_list() for name in colours]
    if all(share is None for share in shares[0]):
        style.blank(axes, "no example that all networks know")
        return
    values = [[float("nan") if share is None else share for share in of_class] for of_class in shares]
    axes.stackplot(wide["epoch"], values, colors=list(colours.values()), linewidth=0, step="post")
    axes.set(ylim=(0, 1), xlim=(wide["epoch"][0], wide["epoch"][-1]))
    # Most happens in the first epochs.
    axes.set_xscale("log")
    ticks = wide["epoch"].gather(evenly.places(len(wide), TICKS)).to_list()
    axes.set_xticks(ticks, [f"{epoch:g}" for epoch in ticks])
    axes.minorticks_off()
    axes.spines[["top", "right"]].set_visible(False)


def _ranks(axes: Axes, order: pl.DataFrame, colours: Mapping[str, tuple]) -> None:
    for place, row in enumerate(order.rows(named=True)):
        reach = (
            None
            if row["rank_low"] is None
            else [[row["rank"] - row["rank_low"]], [row["rank_high"] - row["rank"]]]
        )
        axes.errorbar(
            row["rank"], place, xerr=reach, marker="o", color=colours[row["class"]], markersize=4, elinewidth=0.8
        )
    if len(order) <= MOST:
        axes.set_yticks(range(len(order)), order["class"])
    else:
        axes.set_yticks([])
    axes.set(ylim=(len(order) - 0.5, -0.5), xlim=(0.5, len(order) + 0.5))
    concordance, low, high = (order[f"concordance{end}"][0] for end in ("", "_low", "_high"))
    interval = "" if low is None else f" ({low:.2f} to {high:.2f})"
    axes.set_title("W undefined" if concordance is None else f"W = {concordance:.2f}{interval}")
    axes.spines[["top", "right"]].set_visible(False)
