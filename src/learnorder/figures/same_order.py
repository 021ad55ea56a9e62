"""Distribution of TP-agreement over training: whether networks learn the same examples at the same time."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from learnorder.figures import style
from learnorder.figures.collections import COLLECTION, labels, stacked

POINTS = 4
BINS = 21
DIRECTION = {"train": 1, "test": -1}
SHADE = {"train": 1.0, "test": 0.55}


def table(
    distribution: Mapping[tuple[str, str, str], pl.DataFrame], epochs: Mapping[tuple[str, str, str], pl.DataFrame]
) -> pl.DataFrame:
    """One row per (collection, split, epoch, right) at four evaluation points, first to last, evenly chosen.

    `share`: of the split's examples that `right` networks classify correctly; `independent`: the share if
    networks of the same accuracies were independent; `tp_agreement`: right / networks; `accuracy`,
    `relative_bimodality`: of the collection on the split at that point.
    """
    of_point = stacked(epochs).select(
        *COLLECTION, "split", "epoch", "networks", "examples", "accuracy", "relative_bimodality"
    )
    chosen = of_point.group_by(COLLECTION, maintain_order=True).agg(_evenly(pl.col("epoch").unique().sort()))
    return (
        stacked(distribution)
        .join(chosen.explode("epoch"), on=[*COLLECTION, "epoch"], how="semi", maintain_order="left")
        .join(of_point, on=[*COLLECTION, "split", "epoch"], maintain_order="left")
    )


def _evenly(points: pl.Expr) -> pl.Expr:
    """At most `POINTS` of the sorted points, with the first and the last, the same number of points apart."""
    places = (pl.int_range(POINTS) * (points.len() - 1) / (POINTS - 1)).round().cast(pl.UInt32).unique()
    return points.gather(places.sort())


def draw(table: pl.DataFrame) -> Figure:
    """A row per collection, a column per point; train upwards, test downwards, independent networks as a line."""
    names = labels(table)
    colour = style.colours([architecture for _, architecture, _ in names])
    figure = Figure(figsize=(style.PAGE_WIDTH_IN, 1.0 + 1.25 * len(names)), layout="constrained")
    columns = table.group_by(COLLECTION).agg(pl.col("epoch").n_unique())["epoch"].max()
    grid = figure.subplots(len(names), columns, sharex=True, sharey="row", squeeze=False)
    above: list[float] = []
    for row, (name, collection) in zip(grid, table.group_by(COLLECTION, maintain_order=True), strict=True):
        points = collection["epoch"].unique().sort()
        for axes in row[len(points) :]:
            axes.set_visible(False)
        for axes, epoch in zip(row, points, strict=False):
            _panel(axes, collection.filter(epoch=epoch), colour[name[1]])
            if points.to_list() != above:
                axes.set_title(f"epoch {epoch:g}", pad=3)
        above = points.to_list()
        row[0].set_ylabel(f"{name[0]}, {names[name]}\n← test   train →")
        top = max(abs(limit) for limit in row[0].get_ylim())
        # Room for the words above and below the bars.
        row[0].set_ylim(-1.3 * top, 1.3 * top)
        row[0].yaxis.set_major_formatter(lambda share, _: f"{abs(share):.1g}")
    for axes in grid[-1]:
        axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    networks = table["networks"].unique().sort()
    figure.supxlabel(f"TP-agreement: share of the {_range(networks)} networks that are right", fontsize=8)
    figure.supylabel("share of examples", fontsize=8)
    figure.legend(
        handles=[
            Patch(color="0.35", label="train examples (up)"),
            Patch(color="0.35", alpha=SHADE["test"], label="test examples (down)"),
            Line2D([], [], color=style.INDEPENDENT, label="independent networks of the same accuracies"),
        ],
        loc="outside upper center",
        ncols=3,
        frameon=False,
    )
    return figure


def _panel(axes: Axes, point: pl.DataFrame, colour: tuple) -> None:
    """One evaluation point of one collection."""
    for (split,), rows in point.group_by("split", maintain_order=True):
        sign = DIRECTION[split]
        centres, shares, independent = _binned(rows)
        width = centres[1] - centres[0]
        axes.bar(centres, sign * shares, width=0.9 * width, color=colour, alpha=SHADE[split], linewidth=0)
        axes.plot(centres, sign * independent, color=style.INDEPENDENT, linewidth=0.9)
        accuracy, beta = rows["accuracy"][0], rows["relative_bimodality"][0]
        said = "β undefined" if beta is None else f"β {beta:.2f}"
        axes.text(
            0.5,
            0.97 if sign > 0 else 0.03,
            f"accuracy {accuracy:.2f}, {said}",
            transform=axes.transAxes,
            ha="center",
            va="top" if sign > 0 else "bottom",
            fontsize=6.5,
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


def _range(numbers: pl.Series) -> str:
    return f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"
