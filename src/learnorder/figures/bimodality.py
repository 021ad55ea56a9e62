"""Relative bimodality against accuracy: how far from independent networks are while they learn."""

from collections.abc import Mapping

import polars as pl
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from learnorder.figures import style
from learnorder.figures.collections import COLLECTION, labels, stacked

DASHES = {"train": "", "test": (2, 1.5)}
MOST_DRAWN = 2.0
HEADINGS = ("collection", "split")
LEGEND_COLUMNS = 3
MARKERS = {"train": "o", "test": "s"}


def table(epochs: Mapping[tuple[str, str, str], pl.DataFrame]) -> pl.DataFrame:
    """One row per (collection, split, epoch): accuracy and relative bimodality, with intervals over networks.

    `null_relative_bimodality`: mean of the permutation null, with its central interval `null_low`, `null_high`.
    """
    scale = 2 - 2 / pl.col("networks")
    return stacked(epochs).select(
        *COLLECTION,
        *("split", "epoch", "networks", "examples"),
        *("accuracy", "accuracy_low", "accuracy_high"),
        *("relative_bimodality", "relative_bimodality_low", "relative_bimodality_high"),
        (pl.col("null_bimodality") / scale).alias("null_relative_bimodality"),
        null_low=pl.col("null_low") / scale,
        null_high=pl.col("null_high") / scale,
        p_value="p_value",
    )


def draw(table: pl.DataFrame) -> Figure:
    """A panel per dataset, a line per collection and split, a point per evaluation point with its interval."""
    names = labels(table)
    drawn = table.drop_nulls("relative_bimodality").with_columns(
        collection=pl.struct(COLLECTION).map_elements(lambda c: names[tuple(c.values())], return_dtype=pl.String)
    )
    datasets = table["dataset"].unique(maintain_order=True).to_list()
    architectures = style.colours([architecture for _, architecture, _ in names])
    colour = {label: architectures[name[1]] for name, label in names.items()}
    width = style.COLUMN_WIDTH_IN if len(datasets) == 1 else style.PAGE_WIDTH_IN
    legend_rows = (len(colour) + len(DASHES)) / LEGEND_COLUMNS
    figure = Figure(figsize=(width, 2.7 + 0.15 * legend_rows), layout="constrained")
    panels = figure.subplots(1, len(datasets), sharey=True, squeeze=False)[0]
    entries: dict[str, Artist] = {}
    for axes, dataset in zip(panels, datasets, strict=True):
        rows = drawn.filter(dataset=dataset).sort("epoch")
        axes.axhline(1, color=style.INDEPENDENT, linewidth=0.8, linestyle=":")
        axes.axhline(0, color=style.INDEPENDENT, linewidth=0.8)
        for (collection, _), line in rows.group_by("collection", "split", maintain_order=True):
            _intervals(axes, line, colour[collection])
        sns.lineplot(
            rows.to_pandas(),
            x="accuracy",
            y="relative_bimodality",
            hue="collection",
            style="split",
            palette=colour,
            dashes=DASHES,
            markers=MARKERS,
            markersize=4,
            sort=False,
            estimator=None,
            ax=axes,
        )
        entries |= {text: handle for handle, text in zip(*axes.get_legend_handles_labels(), strict=True)}
        if axes.get_legend():
            axes.get_legend().remove()
        axes.set(title=dataset, xlabel="mean accuracy", ylabel="relative bimodality β")
        axes.spines[["top", "right"]].set_visible(False)
    # Intervals may reach past the frame, and so may the points of a few wrong examples, where β is unstable.
    highest = min(MOST_DRAWN, max(1.25, 1.1 * (drawn["relative_bimodality"].max() or 0)))
    panels[0].set_ylim(-0.1, highest)
    for height, text in ((1, "no shared\norder"), (0, "one shared\norder")):
        # Beside the frame, where no line passes.
        panels[-1].text(1.02, height, text, transform=panels[-1].get_yaxis_transform(), va="center", fontsize=6.5)
    # The splits last, since every collection has them.
    shown = [text for text in entries if text not in (*HEADINGS, *DASHES)] + [
        text for text in DASHES if text in entries
    ]
    figure.legend(
        [entries[text] for text in shown],
        shown,
        loc="outside upper center",
        ncols=LEGEND_COLUMNS,
        frameon=False,
        columnspacing=1,
    )
    beyond = (drawn["relative_bimodality"] > highest).sum()
    if beyond:
        panels[-1].text(
            0.02, 0.99, f"{beyond} points above", transform=panels[-1].transAxes, va="top", fontsize=6.5
        )
    return figure


def _intervals(axes, line: pl.DataFrame, colour: tuple) -> None:
    x, y = line["accuracy"].to_numpy(), line["relative_bimodality"].to_numpy()
    for values, low, high, draw in (
        (x, "accuracy_low", "accuracy_high", "xerr"),
        (y, "relative_bimodality_low", "relative_bimodality_high", "yerr"),
    ):
        reach = [values - line[low].to_numpy(), line[high].to_numpy() - values]
        axes.errorbar(x, y, **{draw: reach}, fmt="none", ecolor=colour, elinewidth=0.7, alpha=0.6)
