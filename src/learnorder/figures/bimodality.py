"""Relative bimodality against accuracy: how far from independent networks are while they learn."""

from collections.abc import Mapping

import polars as pl
import seaborn as sns
from matplotlib.figure import Figure

from learnorder.figures import style
from learnorder.figures.collections import COLLECTION, labels, stacked

DASHES = {"train": "", "test": (2, 1.5)}
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
    figure = Figure(
        figsize=(max(style.COLUMN_WIDTH_IN, min(style.PAGE_WIDTH_IN, 3 * len(datasets))), 3.1),
        layout="constrained",
    )
    panels = figure.subplots(1, len(datasets), sharey=True, squeeze=False)[0]
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
            legend=axes is panels[-1],
            ax=axes,
        )
        axes.set(title=dataset, xlabel="mean accuracy", ylabel="relative bimodality β")
        axes.spines[["top", "right"]].set_visible(False)
    # Early intervals may reach past the frame: the points matter more than the ends of those.
    panels[0].set_ylim(-0.1, max(1.25, 1.1 * drawn["relative_bimodality"].max()))
    for height, text in ((1, "no shared order"), (0, "one shared order")):
        panels[0].text(0.01, height, text, transform=panels[0].get_yaxis_transform(), va="bottom", fontsize=6.5)
    handles, texts = panels[-1].get_legend_handles_labels()
    panels[-1].get_legend().remove()
    figure.legend(handles, texts, loc="outside right center", frameon=False)
    return figure


def _intervals(axes, line: pl.DataFrame, colour: tuple) -> None:
    x, y = line["accuracy"].to_numpy(), line["relative_bimodality"].to_numpy()
    for values, low, high, draw in (
        (x, "accuracy_low", "accuracy_high", "xerr"),
        (y, "relative_bimodality_low", "relative_bimodality_high", "yerr"),
    ):
        reach = [values - line[low].to_numpy(), line[high].to_numpy() - values]
        axes.errorbar(x, y, **{draw: reach}, fmt="none", ecolor=colour, elinewidth=0.7, alpha=0.6)
