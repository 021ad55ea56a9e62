"""Agreement on other datasets: do networks say the same of images that are none of their classes."""

from collections.abc import Mapping

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learnorder.figures import at_chance, evenly, names, style
from learnorder.figures.reported import LAST
from learnorder.figures.stacked import COLLECTION, stacked

ABOUT = {
    "shows": "Agreement on images of other datasets.",
    "claims": ("other_images",),
    "needs": "a collection with `also_predict`",
    "collections": "others_predicted",
    "tables": ("others",),
}

CAPTION = (
    "Agreement over training on test examples and on those of other datasets, which have no right answer: of each "
    "example the largest share of networks that predict one class, its mean over the examples, with intervals "
    "over networks. Dashed: networks that prefer the same classes as often, but on other examples (each network's "
    "predictions shuffled over the examples). That networks agree on images from unrelated classes too is "
    "supported where a solid line lies far above its dashed one; it is contradicted where the two meet."
)
NUMBERS = {
    "Agreement at the last evaluation points, other datasets": (
        "agreement",
        LAST & (pl.col("split") != "test"),
    ),
    "Test examples": ("agreement", LAST & (pl.col("split") == "test")),
}
"""What the caption reports of the table: a column and the rows of which."""
REFERENCE = "test"
PANELS = 3
"""In a row."""
TICKS = 4
GREY = "0.35"


def table(others: Mapping[tuple[str, str, str], pl.DataFrame]) -> pl.DataFrame:
    """One row per (collection, split, epoch): collections that also predicted other datasets.

    `split`: `test`, or the name of another dataset, of `examples` examples; `networks`: N of the collection;
    `agreement`: mean over the examples of the largest share of networks that predict one class, in [1/N, 1], with
    its interval over networks `_low`, `_high`; `agreement_independent`: its mean when each network's predictions
    are shuffled over the examples, with the central interval of the shuffles `_low`, `_high`; `p_value`: share of
    the shuffles that agree at least as much as was found.
    """
    return stacked(others).select(
        *COLLECTION,
        *("split", "epoch", "networks", "examples"),
        *("agreement", "agreement_low", "agreement_high"),
        *("agreement_independent", "agreement_independent_low", "agreement_independent_high", "p_value"),
    )


def draw(table: pl.DataFrame) -> Figure:
    """A panel per collection, a line per dataset that it predicted, independent networks dashed."""
    if table.is_empty():
        return style.nothing("no other dataset was predicted")
    collections = table.partition_by(COLLECTION, as_dict=True, include_key=False)
    called = names.short(collections, at_chance.names(table))
    looks = style.looks(architecture for _, architecture, _ in collections)
    splits = sorted(table["split"].unique(maintain_order=True), key=lambda split: split != REFERENCE)
    columns = min(PANELS, len(collections))
    rows = -(-len(collections) // columns)
    width = style.COLUMN_WIDTH_IN if columns == 1 else style.PAGE_WIDTH_IN
    figure = Figure(figsize=(width, 0.6 + 1.75 * rows), layout="constrained")
    grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
    for axes in grid.flat[len(collections) :]:
        axes.set_visible(False)
    for axes, (name, points) in zip(grid.flat, collections.items(), strict=False):
        _panel(axes, points, looks[name[1]]["color"], splits)
        axes.set_title(f"{name[0]}, {names.networks(points['networks'])}\n{called[name]}")
    grid[0, 0].set_ylim(top=1.02)
    for row in grid:
        row[0].set_ylabel("mean agreement")
    entries = [
        Line2D([], [], label=_called(table, split), **_look(GREY, position))
        for position, split in enumerate(splits)
    ]
    entries.append(
        Line2D([], [], color=style.INDEPENDENT, linestyle="--", linewidth=0.9, label="independent networks")
    )
    figure.legend(handles=entries, loc="outside upper center", ncols=columns + 1, frameon=False, columnspacing=1)
    return figure


def _panel(axes: Axes, points: pl.DataFrame, colour: tuple, splits: list[str]) -> None:
    """One collection."""
    for position, split in enumerate(splits):
        line = points.filter(split=split).sort("epoch")
        if line.is_empty():
            continue
        epochs, look = line["epoch"].to_numpy(), _look(colour, position)
        agreement, low, high = (line[name].to_numpy() for name in ("agreement", "agreement_low", "agreement_high"))
        axes.errorbar(epochs, agreement, yerr=[agreement - low, high - agreement], elinewidth=0.7, **look)
        least, mean, most = (line[f"agreement_independent{end}"].to_numpy() for end in ("_low", "", "_high"))
        axes.plot(epochs, mean, color=style.INDEPENDENT, linewidth=0.9, linestyle="--", zorder=1.5)
        axes.fill_between(epochs, least, most, color=style.INDEPENDENT, alpha=0.2, linewidth=0, zorder=1.5)
        # Which dataset a dashed line is of, at its end.
        axes.plot(epochs[-1], mean[-1], **look | {"color": style.INDEPENDENT, "markersize": 3, "zorder": 1.6})
    # Evaluation points are dense where networks learn most, early on; 0 is the untrained network.
    epochs = points["epoch"].unique().sort()
    axes.set_xscale("symlog", linthresh=epochs.filter(epochs > 0).min() or 1, linscale=0.3)
    ticks = epochs[evenly.places(len(epochs), TICKS)]
    axes.set_xticks(ticks, [f"{epoch:g}" for epoch in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlabel("epoch")
    axes.spines[["top", "right"]].set_visible(False)


def _look(colour: tuple | str, position: int) -> dict:
    """Of a line by the position of its dataset: the reference is filled, the others are open."""
    marker = style.MARKERS[position % len(style.MARKERS)]
    look = {"color": colour, "marker": marker, "markersize": 3.5, "linewidth": 1}
    return look if position == 0 else look | {"markerfacecolor": "white"}


def _called(table: pl.DataFrame, split: str) -> str:
    return "test examples" if split == REFERENCE else split
