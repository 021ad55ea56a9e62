"""Controls: what else than a shared order would make networks agree, beside what was found."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import polars as pl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D

from learnorder.figures import at_chance, beta, names, style
from learnorder.figures.dots import CEILING, dot, frame, name_rows, say
from learnorder.figures.pairs import PAIR, Pair
from learnorder.figures.pairs import collections as both_of
from learnorder.figures.reported import BETWEEN, CORRELATION
from learnorder.figures.stacked import COLLECTION
from learnorder.measures.from_inputs import from_inputs
from learnorder.measures.matched import compared, usable
from learnorder.tables import Names

ABOUT = {
    "shows": "How much of the agreement classes, inputs and chance explain.",
    "needs": "a collection of networks on a real dataset",
    "collections": "real",
    "tables": ("epochs", "consistency", "learned"),
    "pairs": "real",
    "pair_tables": ("correlation", "consistency_between"),
    "dataset_tables": ("baselines",),
    "also_without_pairs": True,
}

CAPTION = (
    "What else would make networks agree, on test examples, with intervals over networks. (a) Each pair of "
    "collections: correlation of accessibility, the same within classes, and what class means alone would give; "
    "right, error consistency κ of a network of each, at matched accuracy: 0 is what independent errors give. (b) "
    "Each collection: rank correlation of accessibility with scores of the inputs alone. (c) Against mean "
    "accuracy: share of examples that all networks have right or none has, beside that of independent networks "
    "(dashed), filled where the dip test rejects one mode; and κ within the collection. A shared order that is "
    "more than the ease of classes and inputs shows where correlations within classes stay near their ticks, "
    "those with inputs are small, and κ and the lines are far above what independent networks give."
)
NUMBERS = {
    CORRELATION: ("value", pl.col("measure") == "correlation"),
    "Within classes": ("value", pl.col("measure") == "within_class"),
    "Accuracy of the first of a pair where κ is compared": ("accuracy", BETWEEN),
    "Of the second": ("second_accuracy", BETWEEN),
}
"""What the caption reports of the table: a column and the rows of which."""
SIGNIFICANT = 0.05
SCHEMA = (
    dict.fromkeys(("part", *PAIR, "measure"), pl.String)
    | dict.fromkeys(("networks", "second_networks", "examples"), pl.Int64)
    | dict.fromkeys(("epoch", "second_epoch", "accuracy", "second_accuracy"), pl.Float64)
    | dict.fromkeys(("value", "value_low", "value_high", "ceiling", "independent", "dip_p_value"), pl.Float64)
)
# Columns of the table, by those that measures of pairs and of collections have.
OF_PAIR = {"networks": "networks_first", "second_networks": "networks_second", "examples": "examples"}
AT_POINTS = {
    "epoch": "epoch_first",
    "second_epoch": "epoch_second",
    "accuracy": "accuracy_first",
    "second_accuracy": "accuracy_second",
}
AT_POINT = {name: name for name in ("networks", "examples", "epoch", "accuracy")}

# No colours here: those are of architectures.
PAIRS = {
    "correlation": {"color": "0.1", "marker": "o", "label": "correlation"},
    "within_class": {"color": "0.1", "marker": "s", "fillstyle": "none", "label": "within classes"},
    "class_means": {"color": "0.55", "marker": "X", "label": "class means alone"},
}
BETWEEN = {"color": "0.1", "marker": "D"}
INPUTS = {
    "class_mean_distance": {"color": "0.1", "marker": "v", "label": "near its class's mean"},
    "neighbour_purity": {"color": "0.55", "marker": "P", "label": "neighbours of its class"},
    "linear_margin": {"color": "0.1", "marker": "^", "fillstyle": "none", "label": "margin of a linear model"},
}
TITLE = {"fontsize": 8, "fontweight": "bold", "x": 0.01, "ha": "left"}
LANE = 0.27
"""Distance of the dots of one row, in rows."""
ROW_IN, PANEL_IN, AROUND_IN, LEGEND_IN = 0.21, 1.6, 0.95, 0.3
LABEL_LETTERS = 34


def table(
    epochs: Mapping[Names, pl.DataFrame],
    consistency: Mapping[Names, pl.DataFrame],
    learned: Mapping[Names, pl.DataFrame],
    correlation: Mapping[Pair, pl.DataFrame],
    consistency_between: Mapping[Pair, pl.DataFrame],
    baselines: Mapping[tuple[str], pl.DataFrame],
    about: Mapping[str, Mapping[str, Any]],
) -> pl.DataFrame:
    """One row per number of the test split: its `value` and its interval over networks, `value_low`, `value_high`.

    What it is say `part` and `measure`; columns for which one has no use are null.

    - `pair`, of the collection and `second_architecture`, `second_recipe` on one dataset: Pearson `correlation`
      of accessibility; the same `within_class`; `class_means`, what these alone give; with `ceiling`, what noise
      allows. `consistency_between`: mean κ of a network of each, at the points `epoch` and `second_epoch`, equally
      accurate (`accuracy`, `second_accuracy`): see `matched.compared`; no row if they nowhere are.
    - `inputs`, of a collection: rank correlation of accessibility with `class_mean_distance`,
      `neighbour_purity` and `linear_margin`, signed so that large means easy.
    - `clock`, of a collection at an `epoch` of this mean `accuracy`: `all_or_none`, share of the examples that
      all networks have right or none has, with that of `independent` networks of the same accuracies and the
      p-value of the dip test, `dip_p_value`; `consistency`, mean κ of its pairs of networks.
    """
    rows, settings = [pl.DataFrame(schema=SCHEMA)], about["settings"]
    for pair, measured in correlation.items():
        pearson = measured.filter(method="pearson")
        for measure, ceiling in (("correlation", "ceiling"), ("within_class", "within_class_ceiling")):
            rows.append(_rows("pair", measure, pair, pearson, ceiling=ceiling, **OF_PAIR, **_interval(measure)))
        rows.append(_rows("pair", "class_means", pair, pearson, value="class_means", **OF_PAIR))
    for pair, measured in consistency_between.items():
        found = _interval("consistency") | OF_PAIR | AT_POINTS
        both = (epochs[collection] for collection in both_of(pair))
        at = _at_equal_accuracy(measured, *both, settings)
        rows.append(_rows("pair", "consistency_between", pair, at, **found))
    for name, measured in learned.items():
        if name[:1] in baselines:
            inputs = from_inputs(measured, baselines[name[:1]], settings["confidence"])
            sizes = {"networks": "networks", "examples": "examples"}
            rows += [
                _rows("inputs", baseline, name, of_one, **sizes, **_interval("correlation"))
                for (baseline,), of_one in inputs.group_by("baseline", maintain_order=True)
            ]
    for name, measured in epochs.items():
        found = _interval("all_or_none") | AT_POINT | {"dip_p_value": "dip_p_value"}
        rows.append(_rows("clock", "all_or_none", name, measured, independent="all_or_none_independent", **found))
    for name, measured in consistency.items():
        rows.append(_rows("clock", "consistency", name, measured, **AT_POINT, **_interval("consistency")))
    return pl.concat(rows, how="diagonal")


def _rows(part: str, measure: str, name: Names | Pair, measured: pl.DataFrame, **columns: str) -> pl.DataFrame:
    """Test rows of one measure of a collection or a pair, its columns under the names of the table."""
    test = measured.filter(pl.col("split").cast(pl.String) == "test")
    said = {"part": part, "measure": measure} | dict(zip(PAIR, name, strict=False))
    named = test.select(**{column: pl.lit(value) for column, value in said.items()}, **columns)
    return named.cast({column: SCHEMA[column] for column in named.columns})


def _interval(statistic: str) -> dict[str, str]:
    return {f"value{end}": f"{statistic}{end}" for end in ("", "_low", "_high")}


def _at_equal_accuracy(
    measured: pl.DataFrame, first: pl.DataFrame, second: pl.DataFrame, settings: Mapping[str, Any]
) -> pl.DataFrame:
    """Of all pairs of points of two collections that at which they are compared, on test examples."""
    both = (usable(epochs, "test") for epochs in (first, second))
    points = compared(*both, settings["matched_within"], settings["accuracies"])
    if points is None:
        return measured.clear()
    one, other = (point["epoch"] for point in points)
    return measured.filter(pl.col("epoch_first") == one, pl.col("epoch_second") == other)


def draw(table: pl.DataFrame) -> Figure:
    """Pairs above; below them collections and what their inputs say; then a row per dataset over accuracy."""
    if table.is_empty():
        return style.nothing(style.NO_NETWORK)
    pairs, inputs, clock = (table.filter(part=part) for part in ("pair", "inputs", "clock"))
    collections = table.select(COLLECTION).rows()
    collections += pairs.select("dataset", "second_architecture", "second_recipe").rows()
    called = names.short(collections, at_chance.names(table))
    rows = [Rows.of(part, called) for part in (pairs, inputs)]
    heights = [
        *(AROUND_IN + ROW_IN * max(1, len(of_part.names)) for of_part in rows),
        AROUND_IN + LEGEND_IN + PANEL_IN * max(1, clock["dataset"].n_unique()),
    ]
    figure = Figure(figsize=(style.PAGE_WIDTH_IN, sum(heights)), layout="constrained")
    parts = figure.subfigures(3, 1, height_ratios=heights)
    _draw_pairs(parts[0], pairs, rows[0])
    _draw_inputs(parts[1], inputs, rows[1])
    _draw_clock(parts[2], clock, called)
    return figure


class Rows(NamedTuple):
    """Rows of dots: heights of the collections or pairs, names of all rows, and which of them are headings."""

    heights: dict[tuple, int]
    names: dict[int, str]
    headings: dict[int, str]

    @classmethod
    def of(cls, part: pl.DataFrame, called: Mapping[Names, str]) -> "Rows":
        """A heading per dataset, and its collections or pairs below."""
        rows = cls({}, {}, {})
        for (dataset,), of_dataset in part.group_by("dataset", maintain_order=True):
            heading = f"{dataset}, {names.networks(of_dataset['networks'])}"
            rows.headings[len(rows.names)] = rows.names[len(rows.names)] = heading
            for name in of_dataset.select(PAIR).unique(maintain_order=True).rows():
                rows.heights[name] = len(rows.names)
                both = [called[name[:3]], called.get((dataset, *name[3:]), "")]
                joint = "\n– " if sum(map(len, both)) > LABEL_LETTERS else " – "
                rows.names[len(rows.names)] = joint.join(filter(None, both))
        return rows


def _draw_pairs(part: SubFigure, pairs: pl.DataFrame, rows: Rows) -> None:
    part.suptitle("(a) pairs of collections", **TITLE)
    if pairs.is_empty():
        style.blank(part.subplots(), "no pair of collections on one dataset")
        return
    left, right = part.subplots(1, 2, sharey=True, width_ratios=[2, 1])
    between = {_name(row): row for row in pairs.filter(measure="consistency_between").rows(named=True)}
    for name, height in rows.heights.items():
        _dots(left, height, _of(pairs, name), PAIRS)
        if name in between:
            dot(right, height, between[name], "value", **BETWEEN, linestyle="none")
        else:
            say(right, height, "never as accurate")
    _dot_panel(left, rows, "correlation of accessibility")
    name_rows(left, rows.names, rows.headings)
    _dot_panel(right, rows, "κ at equal accuracy")
    ceiling = Line2D([], [], **CEILING, label="ceiling by noise")
    _legend(part, [*(Line2D([], [], linestyle="none", **look) for look in PAIRS.values()), ceiling])


def _draw_inputs(part: SubFigure, inputs: pl.DataFrame, rows: Rows) -> None:
    part.suptitle("(b) what the inputs alone tell", **TITLE)
    axes = part.subplots()
    if inputs.is_empty():
        style.blank(axes, "no baselines of the inputs")
        return
    for name, height in rows.heights.items():
        _dots(axes, height, _of(inputs, name), INPUTS)
    _dot_panel(axes, rows, "rank correlation of accessibility with how easy the inputs are")
    name_rows(axes, rows.names, rows.headings)
    _legend(part, [Line2D([], [], linestyle="none", **look) for look in INPUTS.values()])


def _name(row: Mapping) -> tuple:
    return tuple(row[column] for column in PAIR)


def _of(part: pl.DataFrame, name: tuple) -> dict[str, dict]:
    """Rows of one collection or pair, by their measure."""
    return {row["measure"]: row for row in part.rows(named=True) if _name(row) == name}


def _dots(axes: Axes, height: float, found: Mapping[str, Mapping], looks: Mapping[str, Mapping]) -> None:
    """The three numbers of a row, each in its lane; those that are undefined are said together."""
    known = {measure: row for measure, row in found.items() if row["value"] is not None}
    undefined = [look["label"] for measure, look in looks.items() if measure not in known]
    if undefined:
        say(axes, height, "undefined: " + ", ".join(undefined))
    for lane, (measure, look) in zip((-LANE, 0, LANE), looks.items(), strict=True):
        if measure in known:
            dot(axes, height + lane, known[measure], "value", "ceiling", **look, linestyle="none")


def _dot_panel(axes: Axes, rows: Rows, label: str) -> None:
    frame(axes, rows.heights.values(), lanes=True)
    axes.axvline(0, color=style.INDEPENDENT, linewidth=0.6, zorder=0)
    axes.set(xlabel=label, xlim=(min(-0.04, axes.get_xlim()[0]), 1.02), ylim=(len(rows.names) - 0.4, -0.6))


def _draw_clock(part: SubFigure, clock: pl.DataFrame, called: Mapping[Names, str]) -> None:
    part.suptitle("(c) while networks learn", **TITLE)
    if clock.is_empty():
        style.blank(part.subplots(), "no test examples")
        return
    collections = clock.select(COLLECTION).unique(maintain_order=True).rows()
    looks = style.collections({name: called[name] for name in collections})
    datasets = clock["dataset"].unique(maintain_order=True).to_list()
    grid = part.subplots(len(datasets), 2, squeeze=False, sharex="col", sharey="col")
    for panels, dataset in zip(grid, datasets, strict=True):
        networks = names.networks(clock.filter(dataset=dataset)["networks"])
        for name, rows in clock.filter(dataset=dataset).group_by(COLLECTION, maintain_order=True):
            _all_or_none(panels[0], rows.filter(measure="all_or_none").sort("epoch"), looks[called[name]])
            within = rows.filter(measure="consistency").drop_nulls("value").sort("epoch")
            _line(panels[1], within, **looks[called[name]])
        panels[1].axhline(0, color=style.INDEPENDENT, linewidth=0.8, linestyle="--", zorder=0)
        panels[0].set(
            title=f"{dataset}, {networks}", ylabel="all or none right\n(share of examples)", ylim=(-0.03, 1.03)
        )
        panels[1].set(ylabel="κ of two networks")
        for axes in panels:
            axes.spines[["top", "right"]].set_visible(False)
    for axes in grid[-1]:
        axes.set_xlabel("mean accuracy")
    grey = {"color": "0.35", "marker": "o", "linestyle": "none"}
    entries = [
        *(Line2D([], [], label=label, **look) for label, look in looks.items()),
        Line2D([], [], label=f"dip test: p < {SIGNIFICANT}", **grey),
        Line2D([], [], label=f"p ≥ {SIGNIFICANT} or undefined", fillstyle="none", **grey),
        Line2D([], [], label="independent networks", color="0.35", linestyle="--", linewidth=0.8),
    ]
    _legend(part, entries)


def _all_or_none(axes: Axes, rows: pl.DataFrame, look: Mapping) -> None:
    """Share of unanimous examples, filled where the dip test finds two modes, and that of independent networks."""
    axes.plot(rows["accuracy"], rows["independent"], color=look["color"], linestyle="--", linewidth=0.8)
    _line(axes, rows, color=look["color"])
    rejected = (pl.col("dip_p_value") < SIGNIFICANT).fill_null(False)
    for points, fill in ((rows.filter(rejected), "full"), (rows.filter(~rejected), "none")):
        axes.plot(points["accuracy"], points["value"], linestyle="none", markersize=4, fillstyle=fill, **look)


def _line(axes: Axes, rows: pl.DataFrame, **look) -> None:
    """A number against accuracy, with its interval."""
    reach = [(rows["value"] - rows["value_low"]).to_numpy(), (rows["value_high"] - rows["value"]).to_numpy()]
    axes.errorbar(
        rows["accuracy"].to_numpy(),
        rows["value"].to_numpy(),
        yerr=reach,
        ecolor=to_rgba(look["color"], beta.PALE),
        **{"elinewidth": 0.7, "linewidth": 1, "markersize": 4} | look,
    )


def _legend(part: SubFigure, entries: list[Line2D]) -> None:
    columns = style.legend_columns([entry.get_label() for entry in entries], style.PAGE_WIDTH_IN)
    part.legend(handles=entries, loc="outside lower center", ncols=columns, frameon=False)
