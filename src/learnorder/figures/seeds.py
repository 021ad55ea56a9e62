"""Which seed moves the order, and how many networks it takes to know it."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle
from typing import Any

import polars as pl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import NullLocator

from learnorder.figures import beta, names, style
from learnorder.figures.stacked import COLLECTION, stacked
from learnorder.tables import Names

ABOUT = {
    "shows": "Effect of each random stream alone, and how many networks are enough.",
    "needs": "a recipe of which not all random streams `vary`, beside another recipe",
    "collections": "streams",
    "tables": ("epochs", "reliability"),
}

CAPTION = (
    "Networks of one architecture on one dataset, on the test examples, whose recipes differ in what each "
    "network's seed draws anew: initialisation, order of the mini-batches, augmentation, or all three. Left: "
    "relative bimodality β against mean accuracy, with intervals over networks. A seed that moves the order alone "
    "gives the line of all three; the lower its line lies, the less it does. Right: correlation of the "
    "accessibility found by two disjoint random sets of n networks, with its standard deviation over draws (band) "
    "and what Spearman and Brown's formula predicts from single networks (dashed). That the order is shared by "
    "all networks and is not their seeds' is supported where all lines on the left lie low and those on the right "
    "come near 1 with few networks; it is contradicted where the line of all three lies far above the others. "
    "Collections without such recipes are on the right alone, by their architecture."
)
NUMBERS = {"Correlations of two disjoint sets of networks": ("correlation", pl.col("part") != "bimodality")}
"""What the caption reports of the table: a column and the rows of which."""
STREAMS = ("initialisation", "order", "augmentation")
NOT_COMPARED = ("vary", "description")
COLOURS = "viridis"
"""Of what varies: another palette than that of architectures."""
GREY = "0.35"
BAND = 0.2
PREDICTED = {"linestyle": "--", "linewidth": 0.8}
ROW_IN = 1.85


def table(
    epochs: Mapping[Names, pl.DataFrame],
    reliability: Mapping[Names, pl.DataFrame],
    about: Mapping[str, Mapping[str, Mapping[str, Any]]],
) -> pl.DataFrame:
    """Two parts, of the test split; what a part has no use for is null.

    Of each dataset and architecture the collections whose recipes differ in `vary` alone are taken; where none
    do, all of them; `compared` says which. `varies`: what each network's seed draws anew; null of learners, and
    of what was not trained here.

    `bimodality`: one row per (collection, epoch): `accuracy` and `relative_bimodality` of `networks` networks,
    with intervals over them `_low`, `_high`.

    `reliability`: one row per (collection, set_size): `correlation` of the accessibility of two disjoint random
    sets of `set_size` networks, mean over draws, with its deviation `correlation_sd`; `spearman_brown`, what is
    predicted from single networks.
    """
    recipes = about["recipes"]
    kept = _compared(list(epochs), recipes)
    of_epochs = stacked({name: epochs[name] for name in kept}).select(
        *COLLECTION,
        *("split", "epoch", "networks", "examples"),
        *beta.COLUMNS,
        part=pl.lit("bimodality"),
    )
    of_sizes = stacked({name: reliability[name] for name in kept}).select(
        *(*COLLECTION, "split", "correlation", "correlation_sd", "spearman_brown"),
        part=pl.lit("reliability"),
        set_size="networks",
    )
    described = pl.DataFrame(
        [(*name, compared, _words(recipes.get(name[2], {}).get("vary"))) for name, compared in kept.items()],
        schema=dict.fromkeys(COLLECTION, pl.String) | {"compared": pl.Boolean, "varies": pl.String},
        orient="row",
    )
    both = pl.concat([of_epochs, of_sizes], how="diagonal").filter(split="test")
    rows = described.join(both, on=COLLECTION, maintain_order="left_right")
    return rows.select("part", pl.exclude("part")).sort("part", maintain_order=True)


def _compared(collections: Iterable[Names], recipes: Mapping[str, Mapping[str, Any]]) -> dict[Names, bool]:
    """Of each dataset and architecture those whose recipes differ in `vary` alone; all of them where none do."""
    alike, together = defaultdict(list), defaultdict(list)
    for name in collections:
        settings = recipes.get(name[2], {"name": name[2]})
        rest = {key: value for key, value in settings.items() if key not in NOT_COMPARED}
        alike[*name[:2], json.dumps(rest, sort_keys=True)].append(name)
        together[name[:2]].append(name)
    several = {name for names in alike.values() if len(names) > 1 for name in names}
    return {
        name: name in several
        for names in together.values()
        for name in names
        if name in several or several.isdisjoint(names)
    }


def _words(vary: Sequence[str] | None) -> str | None:
    if vary is None:
        return None
    return "all three" if len(vary) == len(STREAMS) else " and ".join(vary)


def draw(table: pl.DataFrame) -> Figure:
    """A row per dataset and architecture that is compared, and one for the others of each dataset."""
    if table.is_empty():
        return style.nothing("no test examples")
    looks = _looks(table)
    entries = [Line2D([], [], **look) for look in {look["label"]: look for look in looks.values()}.values()]
    entries.append(Line2D([], [], **PREDICTED, color=GREY, label="Spearman–Brown"))
    entries.append(Patch(color=GREY, alpha=BAND, linewidth=0, label="sd over draws"))
    columns = style.legend_columns([entry.get_label() for entry in entries], style.PAGE_WIDTH_IN)
    together = table.with_columns(row=pl.when("compared").then("architecture"))
    rows = list(together.group_by("dataset", "row", maintain_order=True))
    height = 0.2 + ROW_IN * len(rows) + 0.15 * math.ceil(len(entries) / columns)
    figure = Figure(figsize=(style.PAGE_WIDTH_IN, height), layout="constrained")
    top = beta.highest(table.filter("compared"))
    for (left, right), (name, of_row) in zip(figure.subplots(len(rows), 2, squeeze=False), rows, strict=True):
        points, sizes = (of_row.filter(part=part) for part in ("bimodality", "reliability"))
        left.set_title(", ".join([*filter(None, name), names.networks(points["networks"])]))
        _bimodality(left, points.filter("compared"), top, looks)
        _reliability(right, sizes, looks)
    figure.legend(handles=entries, loc="outside upper center", ncols=columns, frameon=False)
    return figure


def _looks(table: pl.DataFrame) -> dict[Names, dict]:
    """How each collection is drawn: of those that are compared what varies says, of others the architecture."""
    collections = table.select(*COLLECTION, "varies", "compared").unique(maintain_order=True)
    compared, others = (collections.filter(pl.col("compared") == kind) for kind in (True, False))
    numbers = Counter(compared.select("dataset", "architecture", "varies").rows())
    labels = {
        (*name, recipe): varies if numbers[*name, varies] == 1 else f"{recipe}: {varies}"
        for *name, recipe, varies, _ in compared.rows()
    }
    unique = list(dict.fromkeys(labels.values()))
    colours = dict(zip(unique, sns.color_palette(COLOURS, len(unique)), strict=True))
    looks = {
        label: {"color": colour, "marker": marker}
        for (label, colour), marker in zip(colours.items(), cycle(style.MARKERS))
    }
    labels |= (called := names.short(others.select(COLLECTION).rows()))
    looks |= style.collections(called)
    return {name: {"label": label} | looks[label] for name, label in labels.items()}


def _bimodality(axes: Axes, points: pl.DataFrame, top: float, looks: Mapping[Names, Mapping]) -> None:
    if points.is_empty():
        style.blank(axes, "no recipes that differ only\nin what their seeds move")
        return
    for name, rows in points.group_by(COLLECTION, maintain_order=True):
        beta.line(axes, rows.sort("epoch"), "accuracy", **looks[name])
    beta.frame(axes, points, top)
    beta.explain(axes)
    axes.set(xlabel="mean accuracy", ylabel="relative bimodality β")


def _reliability(axes: Axes, sizes: pl.DataFrame, looks: Mapping[Names, Mapping]) -> None:
    known = sizes.drop_nulls("correlation").sort("set_size")
    if known.is_empty():
        style.blank(axes, "no reliability")
        return
    for name, rows in known.group_by(COLLECTION, maintain_order=True):
        look, n = looks[name], rows["set_size"].to_numpy()
        value, sd = rows["correlation"].to_numpy(), rows["correlation_sd"].to_numpy()
        axes.fill_between(n, value - sd, value + sd, color=look["color"], alpha=BAND, linewidth=0)
        axes.plot(n, rows["spearman_brown"].to_numpy(), color=look["color"], **PREDICTED)
        axes.plot(n, value, markersize=3.5, linewidth=1, **look)
    lowest = min(0, known["correlation"].min())
    axes.set(xlabel="networks n in each of two sets", ylabel="reliability (correlation)")
    axes.set(xscale="log", ylim=(lowest - 0.02, 1.02))
    ticks = known["set_size"].unique().sort().to_list()
    axes.set_xticks(ticks, [f"{n}" for n in ticks], minor=False)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.spines[["top", "right"]].set_visible(False)
