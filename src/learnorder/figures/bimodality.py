"""Relative bimodality against accuracy: how far from independent networks are while they learn."""

from collections.abc import Mapping

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learnorder.figures import beta, names, style
from learnorder.figures.reported import BETA, MIDWAY
from learnorder.figures.stacked import COLLECTION, stacked

ABOUT = {
    "shows": "Relative bimodality β at each accuracy: 0 is one shared order, 1 is none.",
    "claims": ("shared_order",),
    "needs": "a collection of networks on a real dataset",
    "collections": "real",
    "tables": ("epochs",),
}

SPLITS = {
    "train": {"linestyle": "-", "fillstyle": "full"},
    "test": {"linestyle": "--", "fillstyle": "none"},
}
PANELS = 4
"""In a row."""

CAPTION = (
    "Relative bimodality β of TP-agreement against mean accuracy, a point per evaluation point of a collection, "
    "with intervals over networks. β is 1 for networks that are right independently of each other and 0 for "
    "networks that share one order; compare collections where their accuracy is the same. Low β speaks for a "
    "shared order, β near 1 against it; near accuracy 0 or 1 few examples decide, and β is unstable."
)
NUMBERS = {BETA: ("relative_bimodality", MIDWAY)}
"""What the caption reports of the table: a column and the rows of which."""


def table(epochs: Mapping[tuple[str, str, str], pl.DataFrame]) -> pl.DataFrame:
    """One row per (collection, split, epoch): accuracy and relative bimodality, with intervals over networks.

    `at_chance`: whether the accuracy is within chance of always one class, where β is not drawn.
    `null_relative_bimodality`: mean of the permutation null, with its central interval `null_low`, `null_high`.
    """
    scale = 2 - 2 / pl.col("networks")
    return stacked(epochs).select(
        *COLLECTION,
        *("split", "epoch", "networks", "examples"),
        *beta.COLUMNS,
        (pl.col("null_bimodality") / scale).alias("null_relative_bimodality"),
        null_low=pl.col("null_low") / scale,
        null_high=pl.col("null_high") / scale,
        p_value="p_value",
    )


def draw(table: pl.DataFrame) -> Figure:
    """A panel per dataset, a line per collection and split, a point per evaluation point with its interval."""
    if table.is_empty():
        return style.nothing(style.NO_NETWORK)
    called = names.short(table.select(COLLECTION).rows())
    looks = style.collections(called)
    datasets = table["dataset"].unique(maintain_order=True).to_list()
    columns = min(PANELS, len(datasets))
    rows = -(-len(datasets) // columns)
    width = style.COLUMN_WIDTH_IN if len(datasets) == 1 else style.PAGE_WIDTH_IN
    entries = [Line2D([], [], label=label, markersize=4, **look) for label, look in looks.items()] + splits()
    legend_columns = style.legend_columns([entry.get_label() for entry in entries], width)
    legend_rows = -(-len(entries) // legend_columns)
    figure = Figure(figsize=(width, 0.2 + 2.4 * rows + 0.15 * legend_rows), layout="constrained")
    grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
    top = beta.highest(table)
    for axes, dataset in zip(grid.flat, datasets, strict=False):
        of_dataset = table.filter(dataset=dataset)
        for name, points in of_dataset.group_by(COLLECTION, maintain_order=True):
            lines(axes, points, looks[called[name]])
        beta.frame(axes, of_dataset, top)
        axes.set(title=dataset, xlabel="mean accuracy")
    for axes in grid.flat[len(datasets) :]:
        axes.set_visible(False)
    for row in grid:
        row[0].set_ylabel("relative bimodality β")
    beta.explain(grid[0, -1])
    figure.legend(handles=entries, loc="outside upper center", ncols=legend_columns, frameon=False)
    return figure


def lines(axes: Axes, collection: pl.DataFrame, look: Mapping) -> None:
    """β of one collection against its accuracy, a line per split, in the collection's colour and marker."""
    for (split,), points in collection.group_by("split", maintain_order=True):
        beta.line(axes, points.sort("epoch"), "accuracy", **look, **SPLITS[split])


def splits() -> list[Line2D]:
    """Entries of a legend that say how the splits are told apart."""
    grey = {"color": "0.35", "marker": "o", "markersize": 4}
    return [Line2D([], [], label=split, **grey, **look) for split, look in SPLITS.items()]
