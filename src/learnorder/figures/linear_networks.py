"""Linear networks beside others: which are more accurate, and which share an order more closely."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learnorder import paper
from learnorder.figures import at_chance, names, style
from learnorder.figures.reported import LAST
from learnorder.figures.stacked import COLLECTION, stacked
from learnorder.tables import Names

ABOUT = {
    "shows": "Accuracy and bimodality of linear networks and of others.",
    "claims": ("linear_networks", "accuracy"),
    "needs": "a linear network and another one on a real dataset",
    "collections": "linear_beside_others",
    "tables": ("epochs",),
}
CAPTION = (
    "Mean accuracy and Pearson's bimodality b of TP-agreement over training, of linear networks (dashed) and "
    "others (solid) on the test examples of one dataset, with intervals over networks. A low b speaks for one "
    "shared order that splits examples into known and unknown. Marks on the right are the paper's: the final "
    "accuracy, and the largest b over training. b also depends on accuracy, and is large in the first steps, when "
    "networks predict few classes; where always one class explains the accuracy it is not drawn."
)
NUMBERS = {
    "Final test accuracy, linear": ("accuracy", LAST & pl.col("linear")),
    "Other networks": ("accuracy", LAST & ~pl.col("linear")),
}
"""What the caption reports of the table: a column and the rows of which."""
LINEAR = ("linear", "deep_linear")
PANELS = {"accuracy": "mean test accuracy", "bimodality": "bimodality b"}
STATISTICS = {"accuracy": "accuracy", "bimodality": "largest b"}


def table(epochs: Mapping[Names, pl.DataFrame], about: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
    """One row per (collection, epoch), on test examples: `accuracy` and `bimodality` with intervals over networks.

    `linear`: whether the networks are. `paper_accuracy`, `paper_bimodality`: what the paper reports of them, the
    accuracy at the end and the largest b.
    """
    linear = [name for name, entry in about["architectures"].items() if _is_linear(entry)]
    rows = stacked(epochs).filter(split="test")
    reported = {
        f"paper_{name}": pl.Series(
            [paper.value("E6", what, *row, "test") for row in rows.select("dataset", "architecture").rows()],
            dtype=pl.Float64,
        )
        for name, what in STATISTICS.items()
    }
    return rows.select(
        *COLLECTION,
        *("split", "epoch", "networks", "examples", "at_chance"),
        *(f"{name}{end}" for name in PANELS for end in ("", "_low", "_high")),
        linear=pl.col("architecture").is_in(linear),
    ).with_columns(**reported)


def _is_linear(entry: Mapping[str, Any]) -> bool:
    return entry.get("model") in LINEAR or entry.get("options", {}).get("activation") == "linear"


def draw(table: pl.DataFrame) -> Figure:
    """A row per dataset: accuracy, then b."""
    if table.is_empty():
        return style.nothing("no linear network beside others")
    called = names.short(table.select(COLLECTION).rows(), at_chance.names(table))
    looks = style.looks([architecture for _, architecture, _ in called])
    datasets = table["dataset"].unique(maintain_order=True).to_list()
    labels = {
        called[row[:3]]: looks[row[1]] | {"linestyle": "--" if row[3] else "-"}
        for row in table.select(*COLLECTION, "linear").unique(maintain_order=True).rows()
    }
    columns = style.legend_columns(list(labels), style.PAGE_WIDTH_IN)
    size = style.PAGE_WIDTH_IN, 0.3 + 0.15 * -(-len(labels) // columns) + 1.9 * len(datasets)
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(len(datasets), len(PANELS), squeeze=False)
    for panels, dataset in zip(grid, datasets, strict=True):
        of_dataset = table.filter(dataset=dataset)
        for axes, (column, words) in zip(panels, PANELS.items(), strict=True):
            for name, points in of_dataset.group_by(COLLECTION, maintain_order=True):
                look = labels[called[name]]
                _line(axes, points.sort("epoch"), column, look)
            axes.set(ylabel=words, xlabel="epoch", ylim=(0, None))
            axes.spines[["top", "right"]].set_visible(False)
        panels[0].set_title(f"{dataset}, {names.networks(of_dataset['networks'])}", loc="left")
    entries = [Line2D([], [], label=label, **look) for label, look in labels.items()]
    if table["paper_accuracy"].count():
        entries.append(Line2D([], [], linestyle="none", marker="<", color="0.35", label="in the paper"))
    figure.legend(handles=entries, loc="outside upper center", ncols=columns, frameon=False)
    return figure


def _line(axes: Axes, points: pl.DataFrame, column: str, look: Mapping) -> None:
    known = points.filter(~pl.col("at_chance")) if column == "bimodality" else points
    axes.plot(known["epoch"], known[column], linewidth=1, markersize=2.5, **look)
    axes.fill_between(
        known["epoch"],
        known[f"{column}_low"],
        known[f"{column}_high"],
        color=look["color"],
        alpha=0.2,
        linewidth=0,
    )
    if (reported := points[f"paper_{column}"][0]) is not None:
        across = axes.get_yaxis_transform()
        axes.plot(1, reported, "<", color=look["color"], transform=across, clip_on=False, markersize=5)
