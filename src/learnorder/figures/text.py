"""Collections of texts: the distribution of TP-agreement over training, and its bimodality against accuracy."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import polars as pl
from matplotlib.figure import Figure

from learnorder.figures import at_chance, beta, bimodality, names, same_order, style
from learnorder.figures.reported import BETA, MIDWAY
from learnorder.figures.stacked import COLLECTION

ABOUT = {
    "shows": "TP-agreement and β on text datasets.",
    "claims": ("shared_order",),
    "needs": "a collection on texts",
    "collections": "text",
    "tables": ("distribution", "epochs"),
    "at_few_epochs": True,
}

BIMODALITY_WIDTH = 1.9
"""Of a panel of β, in widths of a panel of a distribution."""

CAPTION = (
    "Collections on texts: on the left the distribution of TP-agreement over the examples at four evaluation "
    "points, upwards for train, downwards for test examples, with a line for independent networks of the same "
    "accuracies; on the right relative bimodality β against mean accuracy, with intervals over networks. "
    "Bars at both ends and β near 0 speak for one order, as on images; bars under the line and β near 1 speak "
    "against it."
)
NUMBERS = {BETA: ("relative_bimodality", MIDWAY)}
"""What the caption reports of the table: a column and the rows of which."""


def table(
    distribution: Mapping[tuple[str, str, str], pl.DataFrame],
    epochs: Mapping[tuple[str, str, str], pl.DataFrame],
    about: Mapping[str, Any] = MappingProxyType({}),
) -> pl.DataFrame:
    """The rows of the figures `same_order` and `bimodality`, told apart by `part`; null where not applicable.

    `part` is `distribution`, with one row per (collection, split, epoch, right), or `bimodality`, with one row per
    (collection, split, epoch). The other columns are those of the two figures. All collections that are given
    are drawn. Without any, the table has no row.
    """
    if not epochs:
        return pl.DataFrame(schema=[*COLLECTION, "part"])
    parts = {
        "distribution": same_order.table(distribution, epochs, about),
        "bimodality": bimodality.table(epochs),
    }
    return pl.concat(
        (
            rows.select(*COLLECTION, pl.lit(part).alias("part"), pl.exclude(COLLECTION))
            for part, rows in parts.items()
        ),
        how="diagonal",
    )


def draw(table: pl.DataFrame) -> Figure:
    """A row per collection: its distributions at four points, and β against accuracy."""
    if table.is_empty():
        return style.nothing("no collection on a dataset of texts")
    called = names.short(table.select(COLLECTION).rows(), at_chance.names(table))
    looks = style.looks(architecture for _, architecture, _ in called)
    distributions, points = (table.filter(part=part) for part in ("distribution", "bimodality"))
    columns = distributions.group_by(COLLECTION).agg(pl.col("epoch").n_unique())["epoch"].max()
    figure = Figure(figsize=(style.PAGE_WIDTH_IN, 1.0 + 1.35 * len(called)), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[columns, BIMODALITY_WIDTH])
    grid = left.subplots(len(called), columns, sharex=True, sharey="row", squeeze=False)
    beside = right.subplots(len(called), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    top = beta.highest(points)
    above: list[float] = []
    for panels, axes, name in zip(grid, beside, called, strict=True):
        mine = dict(zip(COLLECTION, name, strict=True))
        above = same_order.row(panels, distributions.filter(**mine), looks[name[1]]["color"], above, apart="\n")
        panels[0].set_ylabel(f"{name[0]}\n{called[name]}\n← test   train →")
        bimodality.lines(axes, points.filter(**mine), looks[name[1]])
        beta.frame(axes, points.filter(**mine), top)
    beside[0].set_title("all points", pad=3)
    beta.explain(beside[0])
    networks = names.networks(table["networks"])
    left.supxlabel(f"TP-agreement: share of the {networks} that are right")
    left.supylabel("share of examples")
    right.supxlabel("mean accuracy")
    right.supylabel("relative bimodality β")
    entries = same_order.legend() + bimodality.splits()
    figure.legend(
        handles=entries, loc="outside upper center", ncols=len(entries), columnspacing=1.2, frameon=False
    )
    return figure
