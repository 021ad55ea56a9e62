"""Bimodality over a sweep of each hyper-parameter: does the shared order depend on how networks are trained."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learnorder.figures import beta, names, style
from learnorder.figures.reported import BETA
from learnorder.measures.matched import midmost, usable
from learnorder.study.collection import Collection
from learnorder.study.hyper_parameters import hyper_parameter, setting
from learnorder.tables import Names

ABOUT = {
    "shows": "β for each value of each hyper-parameter.",
    "claims": ("hyper_parameters",),
    "needs": "a model that is trained on one dataset with two settings",
    "collections": "swept",
    "tables": ("epochs",),
}
CAPTION = (
    "Relative bimodality β of networks that differ from the reference (shaded) in one hyper-parameter, with "
    "intervals over networks: above where their accuracy is nearest to the middle of those that are looked at, "
    "below at the end of training; b, on the right, is Pearson's bimodality of as many networks. A learning rate "
    "that belongs to an optimiser or to a size of mini-batches is changed with it. That the shared order survives "
    "all settings is supported where β is low for all values, contradicted where it is near 1. A point is missing "
    "where networks never reach such an accuracy, all diverge, or have too few wrong examples."
)
NUMBERS = {
    f"{BETA}, at the middle": ("relative_bimodality", pl.col("at") == "middle"),
    "β at the end of training": ("relative_bimodality", pl.col("at") == "end"),
}
"""What the caption reports of the table: a column and the rows of which."""
CUTS = ("dataset", "model")
"""What a table of more than a page is cut by: the collections of a sweep stand beside each other."""
KEYS = ("dataset", "architecture", "recipe", "model", "hyper_parameter", "value", "at", "split")
MEASURED = (
    *("networks", "examples", "epoch", "accuracy", "accuracy_low", "accuracy_high", "at_chance"),
    *(f"{name}{end}" for name in ("bimodality", "relative_bimodality") for end in ("", "_low", "_high")),
)
ROWS = {"middle": "near accuracy\n{:.2g}", "end": "at the end\nof training"}
LOOKS = {
    "train": {"marker": "o", "color": "0.1"},
    "test": {"marker": "s", "color": "0.1", "fillstyle": "none"},
}
BESIDE = {"train": -0.12, "test": 0.12}
AROUND = "0.9"


def table(epochs: Mapping[Names, pl.DataFrame], about: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
    """One row per (collection, hyper-parameter, split, at), with the numbers of a table of epochs at one point.

    The first collection of a `model` on a dataset is the reference, and stands under each hyper-parameter; another
    one under that in which it differs, with its `value`. `at`: `middle`, the point at which claims look, or `end`,
    the last one. `reference`: whether it is that. `middle`: of the accuracies that are looked at.
    """
    config, between = about, about["settings"]["accuracies"]
    rows = []
    for model, reference, others in _sweeps(epochs, config):
        under = [(hyper_parameter(config, reference, other), other) for other in others]
        for name in dict.fromkeys(name for name, _ in under if name):
            for each in [reference, *(other for key, other in under if key == name)]:
                about_it = (each.dataset, each.architecture, each.recipe, model, name)
                value = str(setting(config, each, name))
                for at, split, row in _points(epochs[each.dataset, each.architecture, each.recipe], between):
                    keys = dict(zip(KEYS, (*about_it, value, at, split), strict=True))
                    measured = {key: row[key] for key in MEASURED}
                    rows.append(keys | {"reference": each == reference, "middle": sum(between) / 2} | measured)
    types = dict.fromkeys(KEYS, pl.String) | {"reference": pl.Boolean, "middle": pl.Float64}
    types |= dict.fromkeys(MEASURED, pl.Float64) | {
        "networks": pl.Int64,
        "examples": pl.Int64,
        "at_chance": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=types)


def _sweeps(
    collections: Mapping[Names, Any], config: Mapping[str, Any]
) -> Iterator[tuple[str, Collection, list[Collection]]]:
    """Model, reference and all others on one dataset."""
    found: dict[tuple[str, str], list[Collection]] = {}
    for dataset, architecture, recipe in collections:
        if architecture not in config["architectures"] or recipe not in config["recipes"]:
            continue
        model = config["architectures"][architecture]["model"]
        found.setdefault((dataset, model), []).append(Collection(dataset, architecture, recipe, 0))
    for (_, model), (reference, *others) in found.items():
        yield model, reference, others


def _points(epochs: pl.DataFrame, between: tuple[float, float]) -> Iterator[tuple[str, str, dict]]:
    last = epochs.filter(pl.col("epoch") == pl.col("epoch").max())
    for split in LOOKS:
        if (row := midmost(usable(epochs, split), between)) is not None:
            yield "middle", split, row
        for row in last.filter(pl.col("split").cast(pl.String) == split).rows(named=True):
            yield "end", split, row


def draw(table: pl.DataFrame) -> Figure:
    """Two rows per dataset and model, a panel per hyper-parameter."""
    if table.is_empty():
        return style.nothing("no model with two settings")
    sweeps = table.select("dataset", "model").unique(maintain_order=True).rows()
    columns = table.group_by("dataset", "model").agg(pl.col("hyper_parameter").n_unique())["hyper_parameter"].max()
    size = style.PAGE_WIDTH_IN, 0.4 + 3.3 * len(sweeps)
    figure = Figure(figsize=size, layout="constrained")
    for part, (dataset, model) in zip(figure.subfigures(len(sweeps), 1, squeeze=False)[:, 0], sweeps, strict=True):
        of_sweep = table.filter(dataset=dataset, model=model)
        swept = of_sweep["hyper_parameter"].unique(maintain_order=True).to_list()
        grid = part.subplots(len(ROWS), columns, squeeze=False, sharey=True, sharex="col")
        top = beta.highest(of_sweep)
        part.suptitle(f"{dataset}, {model}, {names.networks(of_sweep['networks'])}")
        for (at, words), panels in zip(ROWS.items(), grid, strict=True):
            for axes, name in zip(panels, swept, strict=False):
                rows = of_sweep.filter(hyper_parameter=name)
                _panel(axes, rows, at, top)
                if at == "end":
                    axes.set_xlabel(name.replace("_", " "))
            for axes in panels[len(swept) :]:
                axes.set_visible(False)
            panels[0].set_ylabel(f"β {words.format(of_sweep['middle'][0])}")
            _bimodality(panels[len(swept) - 1], of_sweep["networks"].max())
    entries = [
        Line2D([], [], linestyle="none", label=f"{split} examples", **look) for split, look in LOOKS.items()
    ]
    figure.legend(handles=entries, loc="outside upper center", ncols=2, frameon=False)
    return figure


def _panel(axes: Axes, rows: pl.DataFrame, at: str, top: float) -> None:
    """One hyper-parameter: its values side by side, in their order where they are numbers."""
    values = sorted(rows["value"].unique(), key=_order)
    reference = rows.filter("reference")["value"][0]
    axes.axvspan(values.index(reference) - 0.5, values.index(reference) + 0.5, color=AROUND, linewidth=0, zorder=0)
    drawn = rows.filter(at=at)
    beta.frame(axes, drawn, top)
    for (split,), points in drawn.group_by("split", maintain_order=True):
        place = [values.index(value) + BESIDE[split] for value in points["value"]]
        points = points.select(
            pl.exclude("accuracy_low", "accuracy_high"), place=pl.Series(place, dtype=pl.Float64)
        )
        beta.line(axes, points, "place", **LOOKS[split], linestyle="none")
    axes.set(xlim=(-0.6, len(values) - 0.4))
    axes.set_xticks(range(len(values)), values, rotation=60, ha="right", rotation_mode="anchor")


def _order(value: str) -> tuple[bool, float, str]:
    try:
        return False, float(value), value
    except ValueError:
        return True, 0, value


def _bimodality(axes: Axes, networks: int) -> None:
    """On the right of the panel, b."""
    scale = 2 - 2 / networks
    right = axes.secondary_yaxis("right", functions=(lambda value: scale * value, lambda b: b / scale))
    right.set_ylabel(f"b ({networks} networks)")
