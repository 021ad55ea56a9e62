"""Learning order: which examples are known to how many networks, at every evaluation point."""

from collections.abc import Mapping

import polars as pl
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from learnorder.figures import at_chance, evenly, style
from learnorder.figures.names import networks, short
from learnorder.figures.reported import LAST
from learnorder.figures.stacked import COLLECTION, stacked

ABOUT = {
    "shows": "Examples sorted by accessibility, and the share of networks that are right, over training.",
    "claims": ("shared_order",),
    "needs": "a collection of networks on a real dataset",
    "collections": "real",
    "tables": ("agreement", "examples", "epochs"),
}

EXAMPLES = 120
SPLITS = ("train", "test")
COLOURS = "viridis"
MARKS = 5
"""Examples of a panel whose accessibility is written beside it, from the first to the last."""
MOST_EPOCHS = 9
"""Evaluation points of a panel that are written below it."""

CAPTION = (
    "Each row of a panel is an example, the most accessible on top, each column an evaluation point; the colour "
    "is the share of the networks that are right about it at that point. Where networks share one order, "
    "the bright part grows downwards behind a sharp edge: above it all networks are right, below it none. A broad "
    "band of middle colours, or rows that grow dark again, speak against one order."
)
NUMBERS = {"Accessibility of the examples": ("accessibility", LAST)}
"""What the caption reports of the table: a column and the rows of which."""


def table(
    agreement: Mapping[tuple[str, str, str], pl.DataFrame],
    examples: Mapping[tuple[str, str, str], pl.DataFrame],
    epochs: Mapping[tuple[str, str, str], pl.DataFrame],
) -> pl.DataFrame:
    """One row per (collection, split, example, epoch), of up to 120 examples of each split, by rank and epoch.

    They are evenly spaced by `rank` of their `accessibility` in the split, from 0, the most accessible, to the
    least; equals stand by their number. `networks`: of the collection; `tp_agreement`: the share of them that are
    right about the example at that point.
    """
    return stacked({name: _chosen(agreement[name], examples[name], epochs[name]) for name in agreement})


def _chosen(agreement: pl.DataFrame, examples: pl.DataFrame, epochs: pl.DataFrame) -> pl.DataFrame:
    """The rows of one collection."""
    ranked = examples.sort("accessibility", "example", descending=[True, False])
    chosen = pl.concat(
        split.with_row_index("rank")[evenly.places(len(split), EXAMPLES)] for _, split in ranked.group_by("split")
    )
    return (
        epochs.select("split", "epoch", "networks")
        .join(chosen, on="split")
        .join(agreement, on=["split", "epoch", "example"])
        .sort("split", "rank", "epoch")
        .select("networks", "split", "rank", "example", "accessibility", "epoch", "tp_agreement")
    )


def draw(table: pl.DataFrame) -> Figure:
    """A row of panels per collection, a column per split; in a panel a row per example, a column per point."""
    if table.is_empty():
        return style.nothing(style.NO_NETWORK)
    called = short(table.select(COLLECTION).rows(), at_chance.names(table))
    height = 1.1 + 1.4 * len(called)
    figure = Figure(figsize=(style.PAGE_WIDTH_IN, height), layout="constrained")
    grid = figure.subplots(len(called), len(SPLITS), squeeze=False)
    for row, (name, collection) in zip(grid, table.group_by(COLLECTION, maintain_order=True), strict=True):
        for axes, split in zip(row, SPLITS, strict=True):
            rows = collection.filter(split=split)
            style.blank(axes, f"no {split} examples") if rows.is_empty() else _panel(axes, rows)
        # A blank panel has no axis to stand beside.
        left = next(axes for axes in row if axes.axison)
        left.set_ylabel(f"{name[0]}\n{called[name]}\n{networks(collection['networks'])}")
    for axes, split in zip(grid[0], SPLITS, strict=True):
        axes.set_title(f"{split} examples")
    figure.supxlabel("evaluation point, in epochs")
    figure.supylabel("examples, by accessibility")
    shown = ScalarMappable(Normalize(0, 1), COLOURS)
    bar = figure.colorbar(shown, ax=grid, location="top", shrink=0.6, aspect=40, pad=0.15 / height)
    bar.set_label("TP-agreement: share of the networks that are right")
    return figure


def _panel(axes: Axes, rows: pl.DataFrame) -> None:
    """One split of one collection."""
    epochs = rows["epoch"].unique().sort()
    accessibility = rows.unique("rank", maintain_order=True)["accessibility"]
    shares = rows["tp_agreement"].to_numpy().reshape(len(accessibility), len(epochs))
    axes.imshow(shares, COLOURS, aspect="auto", interpolation="nearest", vmin=0, vmax=1)
    columns = evenly.places(len(epochs), MOST_EPOCHS)
    axes.set_xticks(columns, [f"{epochs[column]:g}" for column in columns])
    marks = evenly.places(len(accessibility), MARKS)
    axes.set_yticks(marks, [f"{accessibility[mark]:.2f}" for mark in marks])
    axes.tick_params(length=2, pad=2)
