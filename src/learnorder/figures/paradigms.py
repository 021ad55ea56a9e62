"""Other learners beside networks: do boosting and its like learn the same examples at the same time."""

import math
from collections.abc import Mapping

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learnorder import paper
from learnorder.figures import at_chance, beta, names, style
from learnorder.figures.dots import CEILING, dot
from learnorder.figures.pairs import Pair, correlations
from learnorder.figures.reported import CORRELATION
from learnorder.figures.stacked import COLLECTION, stacked
from learnorder.tables import Names

ABOUT = {
    "shows": "Other learners, such as boosting and forests, compared with networks.",
    "claims": ("paradigms", "boosting"),
    "needs": "a learner of scikit-learn, and networks on its dataset",
    "collections": "learners_beside_networks",
    "tables": ("epochs",),
    "pairs": "learners_beside_networks",
    "pair_tables": ("correlation",),
}

CAPTION = (
    "Learners that are no networks (dashed, open markers) beside networks (filled) on the test examples of one "
    "dataset. Left: relative bimodality β against mean accuracy: whether the members of one collection share an "
    "order. Right: Pearson correlation of the accessibility of each learner with that of each network, and "
    "below the line of networks with one another, with intervals over the members of both; the tick beside a "
    "point is the ceiling that the noise of these two collections allows, a triangle the paper's correlation. "
    "That another paradigm may learn in another order is supported where its points lie well below their ticks "
    "and below those of networks with one another; it is contradicted where they reach both."
)
NUMBERS = {CORRELATION: ("correlation", pl.col("part") == "correlation")}
"""What the caption reports of the table: a column and the rows of which."""
LIBRARY = "scikit-learn"
"""Where all learners come from that are no networks."""
STATISTICS = ("correlation", "correlation_low", "correlation_high", "ceiling")
LEAST_IN = 1.8
"""Height of a row."""
SLOT_IN = 0.12
"""Height of a correlation."""
GAP = 0.7
"""Between those of one collection and the next, in slots."""


def table(
    epochs: Mapping[Names, pl.DataFrame],
    correlation: Mapping[Pair, pl.DataFrame],
    about: Mapping[str, Mapping[str, Mapping]],
) -> pl.DataFrame:
    """Two parts, of the test split; what a part has no use for is null.

    `bimodality`: one row per (collection, epoch): `accuracy` and `relative_bimodality` of `networks` networks,
    or members of another learner, with intervals over them `_low`, `_high`; `epoch` counts rounds for a learner.

    `correlation`: one row per pair of a collection and a network of another architecture,
    `second_architecture` and `second_recipe`: the Pearson `correlation` of their accessibility with its interval
    over both, and its `ceiling`, what their noise allows.

    `paper_correlation`: what the paper reports of AdaBoost on such a dataset and st-VGG, on the learner's rows.

    `learner`: whether the (first) collection is of a learner that is no network.
    """
    libraries = {name: entry.get("library") for name, entry in about["architectures"].items()}
    learners = [name for name, library in libraries.items() if library == LIBRARY]
    learner, second = pl.col("architecture").is_in(learners), pl.col("second_architecture").is_in(learners)
    points = stacked(epochs).select(
        *COLLECTION,
        *("split", "epoch", "networks", "examples"),
        *beta.COLUMNS,
        part=pl.lit("bimodality"),
        learner=learner,
    )
    found = correlations(correlation, ("examples", *STATISTICS)).filter(
        pl.col("architecture") != pl.col("second_architecture"), ~(learner & second)
    )
    # A learner stands first, whichever way round the pair was taken.
    turned = [
        pl.when(second).then(other).otherwise(one).alias(one)
        for first, latter in (("architecture", "second_architecture"), ("recipe", "second_recipe"))
        for one, other in ((first, latter), (latter, first))
    ]
    found = found.with_columns(*turned, part=pl.lit("correlation"), learner=learner | second).with_columns(
        pl.struct("dataset", "architecture", "split")
        .map_elements(lambda row: paper.value("E10", "correlation", *row.values()), pl.Float64)
        .alias("paper_correlation")
    )
    return (
        pl.concat([points, found], how="diagonal_relaxed").filter(split="test").select("part", pl.exclude("part"))
    )


def draw(table: pl.DataFrame) -> Figure:
    """A row of two panels per dataset that a learner learned."""
    if table.is_empty():
        return style.nothing(style.NO_NETWORK)
    with_learner = table.filter("learner")["dataset"].unique(maintain_order=True).to_list()
    if not with_learner:
        return style.nothing("no learner beside networks")
    looks = _looks(table)
    drawn = table.filter(pl.col("dataset").is_in(with_learner))
    points, pairs = (drawn.filter(part=part) for part in ("bimodality", "correlation"))
    shown = {
        looks[name]["label"]: looks[name] for name in points.select(COLLECTION).unique(maintain_order=True).rows()
    }
    entries = [Line2D([], [], **look) for look in shown.values()]
    entries.append(Line2D([], [], **CEILING, label="ceiling by noise"))
    columns = style.legend_columns([entry.get_label() for entry in entries], style.PAGE_WIDTH_IN)
    heights = [
        max(LEAST_IN, 0.5 + SLOT_IN * (len(rows) + GAP * rows.select("architecture", "recipe").n_unique()))
        for rows in (pairs.filter(dataset=dataset) for dataset in with_learner)
    ]
    size = style.PAGE_WIDTH_IN, 0.4 + sum(heights) + 0.15 * math.ceil(len(entries) / columns)
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(len(with_learner), 2, squeeze=False, sharex="col", height_ratios=heights)
    top = beta.highest(points)
    lowest = min(0, pairs["correlation_low"].min() or 0, pairs["correlation"].min() or 0)
    for (left, right), dataset in zip(grid, with_learner, strict=True):
        of_dataset = points.filter(dataset=dataset)
        for name, collection in of_dataset.group_by(COLLECTION, maintain_order=True):
            beta.line(left, collection.sort("epoch"), "accuracy", **looks[name])
        beta.frame(left, of_dataset, top)
        beta.explain(left)
        left.set(title=f"{dataset}, {names.networks(of_dataset['networks'])} each", ylabel="relative bimodality β")
        _correlations(right, pairs.filter(dataset=dataset), looks)
        right.set_xlim(lowest - 0.02, 1.02)
    grid[-1, 0].set_xlabel("mean accuracy")
    grid[-1, 1].set_xlabel("correlation of accessibility with a network")
    figure.legend(handles=entries, loc="outside upper center", ncols=columns, frameon=False)
    return figure


def _looks(table: pl.DataFrame) -> dict[Names, dict]:
    """How each collection is drawn and what it is called: colour by architecture, dashed and open for learners."""
    # Of a collection without a point, as all its networks diverged, only pairs know.
    second = table.drop_nulls("second_architecture").select(
        "dataset", architecture="second_architecture", recipe="second_recipe", learner=pl.lit(False)
    )
    collections = pl.concat([table.select(*COLLECTION, "learner"), second])
    learner = dict(collections.select("architecture", "learner").rows())
    called = names.short(collections.select(COLLECTION).rows(), at_chance.names(table))
    looks = style.collections(called)
    return {
        name: {
            "label": label,
            **looks[label],
            **({"linestyle": "--", "fillstyle": "none"} if learner[name[1]] else {"linestyle": "-"}),
        }
        for name, label in called.items()
    }


def _correlations(axes: Axes, pairs: pl.DataFrame, looks: Mapping[Names, Mapping]) -> None:
    """Each collection's correlations with networks below its name, those of learners first."""
    if pairs.is_empty():
        style.blank(axes, "no pair of a learner and a network")
        return
    slot, ticks = 0.0, {}
    for learner, of_kind in sorted(pairs.group_by("learner"), reverse=True):
        for (dataset, *name), rows in of_kind.group_by(COLLECTION, maintain_order=True):
            ticks[slot + (len(rows) - 1) / 2] = looks[dataset, *name]["label"]
            for row in rows.rows(named=True):
                look = looks[dataset, row["second_architecture"], row["second_recipe"]]
                dot(axes, slot, row, "correlation", "ceiling", **look)
                if row["paper_correlation"] is not None:
                    axes.plot(row["paper_correlation"], slot, "^", color=style.INDEPENDENT, markersize=4)
                slot += 1
            slot += GAP
        if learner == (True,) and len(of_kind) < len(pairs):
            axes.axhline(slot - (1 + GAP) / 2, color=style.INDEPENDENT, linewidth=0.6)
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.set_ylim(slot - GAP, -1)
    axes.spines[["top", "right"]].set_visible(False)
