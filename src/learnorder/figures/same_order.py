"""Distribution of TP-agreement over training: whether networks learn the same examples at the same time."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from learnorder.figures import at_chance, evenly, names, style
from learnorder.figures.reported import BETA, MIDWAY
from learnorder.figures.stacked import COLLECTION, stacked

ABOUT = {
    "shows": "Distribution of TP-agreement: do all networks learn the same examples first?",
    "claims": ("shared_order",),
    "needs": "a collection of networks on a real dataset",
    "collections": "real",
    "tables": ("distribution", "epochs"),
    "at_few_epochs": True,
}

POINTS = 4
BINS = 21
DIRECTION = {"train": 1, "test": -1}
SHADE = {"train": 1.0, "test": 0.55}

CAPTION = (
    "How TP-agreement is distributed over the examples at four evaluation points of each collection: bars "
    "upwards for train, downwards for test examples; the line is what independent networks of the same "
    "accuracies would give. Bars at both ends and nothing between them speak for a shared order, since all "
    "networks then know the same examples; bars under the line speak against it. β is the bimodality over that "
    "of independent networks: 0 for one shared order, 1 for none."
)
NUMBERS = {BETA: ("relative_bimodality", MIDWAY)}
"""What the caption reports of the table: a column and the rows of which."""


def table(
    distribution: Mapping[tuple[str, str, str], pl.DataFrame],
    epochs: Mapping[tuple[str, str, str], pl.DataFrame],
    about: Mapping[str, Any] = MappingProxyType({}),
) -> pl.DataFrame:
    """One row per (collection, split, epoch, right) at four evaluation points, first to last, evenly chosen.

    `about["epochs"]`: in their place the points that a study's `style` lists, if it lists any.

    `share`: of the split's examples that `right` networks classify correctly; `independent`: the share if
    networks of the same accuracies were independent; `tp_agreement`: right / networks; `accuracy`,
    `relative_bimodality`: of the collection on the split at that point; `at_chance`: whether that accuracy is
    within chance of always one class.
    """
    listed = list(map(float, about.get("epochs", ())))
    return stacked({name: _chosen(distribution[name], epochs[name], listed) for name in distribution})


def _chosen(distribution: pl.DataFrame, epochs: pl.DataFrame, listed: Sequence[float]) -> pl.DataFrame:
    """The rows of one collection."""
    points = epochs["epoch"].unique().sort()
    chosen = points.filter(points.is_in(listed)) if listed else points[evenly.places(len(points), POINTS)]
    about = epochs.select("split", "epoch", "networks", "examples", "accuracy", "at_chance", "relative_bimodality")
    of_points = distribution.filter(pl.col("epoch").is_in(chosen.implode()))
    return of_points.join(about, on=["split", "epoch"], maintain_order="left")


def draw(table: pl.DataFrame) -> Figure:
    """A row per collection, a column per point; train upwards, test downwards, independent networks as a line."""
    if table.is_empty():
        return style.nothing(style.NO_NETWORK)
    called = names.short(table.select(COLLECTION).rows(), at_chance.names(table))
    looks = style.looks(architecture for _, architecture, _ in called)
    figure = Figure(figsize=(style.PAGE_WIDTH_IN, 1.0 + 1.25 * len(called)), layout="constrained")
    columns = table.group_by(COLLECTION).agg(pl.col("epoch").n_unique())["epoch"].max()
    grid = figure.subplots(len(called), columns, sharex=True, sharey="row", squeeze=False)
    above: list[float] = []
    for panels, (name, collection) in zip(grid, table.group_by(COLLECTION, maintain_order=True), strict=True):
        above = row(panels, collection, looks[name[1]]["color"], above)
        panels[0].set_ylabel(f"{name[0]}\n{called[name]}\n← test   train →")
    figure.supxlabel(f"TP-agreement: share of the {names.networks(table['networks'])} that are right")
    figure.supylabel("share of examples")
    figure.legend(handles=legend(), loc="outside upper center", ncols=3, frameon=False)
    return figure


def row(
    panels: Sequence[Axes], collection: pl.DataFrame, colour: tuple, above: Sequence[float], apart: str = ", "
) -> list[float]:
    """The evaluation points of one collection, a panel each; gives back their epochs.

    These are written over the panels unless they are those of the row `above`. `apart`: what stands between
    the accuracy and β that are written in a panel.
    """
    points = collection["epoch"].unique().sort().to_list()
    for axes in panels[len(points) :]:
        axes.set_visible(False)
    for axes, epoch in zip(panels, points, strict=False):
        _panel(axes, collection.filter(epoch=epoch), colour, apart)
        axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        if points != above:
            axes.set_title(f"epoch {epoch:g}", pad=3)
    top = max(abs(limit) for limit in panels[0].get_ylim())
    # Room for the words above and below the bars.
    room = 1.3 + 0.2 * apart.count("\n")
    panels[0].set_ylim(-room * top, room * top)
    panels[0].yaxis.set_major_formatter(lambda share, _: f"{abs(share):.2g}")
    return points


def legend() -> list[Artist]:
    """Entries of a legend that say what stands in a panel."""
    return [
        Patch(color="0.35", label="train examples (up)"),
        Patch(color="0.35", alpha=SHADE["test"], label="test examples (down)"),
        Line2D([], [], color=style.INDEPENDENT, label="independent networks of the same accuracies"),
    ]


def _panel(axes: Axes, point: pl.DataFrame, colour: tuple, apart: str) -> None:
    """One evaluation point of one collection."""
    for (split,), rows in point.group_by("split", maintain_order=True):
        sign = DIRECTION[split]
        centres, shares, independent = _binned(rows)
        width = centres[1] - centres[0]
        axes.bar(centres, sign * shares, width=0.9 * width, color=colour, alpha=SHADE[split], linewidth=0)
        axes.plot(centres, sign * independent, color=style.INDEPENDENT, linewidth=0.9)
        accuracy, beta = rows["accuracy"][0], rows["relative_bimodality"][0]
        said = "at chance" if rows["at_chance"][0] else "β undefined" if beta is None else f"β {beta:.2f}"
        axes.text(
            0.5,
            0.97 if sign > 0 else 0.03,
            f"accuracy {accuracy:.2f}{apart}{said}",
            transform=axes.transAxes,
            ha="center",
            va="top" if sign > 0 else "bottom",
            fontsize=style.SMALL,
        )
    axes.axhline(0, color="black", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


def _binned(rows: pl.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centres and sums of at most `BINS` bins: with many networks, one bar each would be too thin to see."""
    values = rows["tp_agreement"].to_numpy()
    bins = min(BINS, len(values))
    place = np.minimum((values * (bins - 1) + 0.5).astype(int), bins - 1)
    shares, independent = (
        np.bincount(place, weights=rows[name].to_numpy(), minlength=bins) for name in ("share", "independent")
    )
    return np.arange(bins) / (bins - 1), shares, independent
