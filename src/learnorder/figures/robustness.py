"""Other recipes beside a reference: does the order depend on how networks are trained."""

import textwrap
from collections.abc import Mapping
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learnorder.figures import at_chance, names, style
from learnorder.figures.dots import CEILING, dot, frame, name_rows
from learnorder.figures.pairs import Pair, correlations
from learnorder.figures.reported import CORRELATION

ABOUT = {
    "shows": "Correlation of accessibility between recipes.",
    "claims": ("robustness",),
    "needs": "an architecture that is trained on one dataset by two recipes",
    "pairs": "variants",
    "pair_tables": ("correlation",),
}

CAPTION = (
    "Pearson correlation of the accessibility of examples for networks trained by a reference recipe with that "
    "for networks of the same architecture, on the same dataset, trained by a recipe that differs in what the row "
    "says; with intervals over the networks of both. Filled: over all examples. Open: within classes, which "
    "leaves out that some classes are easier than others. Ticks: the ceiling that the noise of the two "
    "collections allows. That the order is robust is supported where dots lie at their ticks; it is contradicted "
    "where a dot and its interval lie well below."
)
NUMBERS = {CORRELATION: ("correlation", pl.lit(True))}
"""What the caption reports of the table: a column and the rows of which."""
SPLITS = ("test", "train")
NETWORKS = ("networks_first", "networks_second")
STATISTICS = {
    "correlation": {"color": "0.1", "marker": "o", "label": "all examples"},
    "within_class": {"color": "0.1", "marker": "s", "fillstyle": "none", "label": "within classes"},
}
CEILINGS = ("ceiling", "within_class_ceiling")
ROW = ("dataset", "architecture", "recipe", "second_recipe", "changed")
DODGE = 0.4
"""Distance of either kind of dot from the middle of its row, in lines of text, as all heights here."""
GAP = 0.7
LINE_IN = 0.13
LABEL_LETTERS = 34
FIXED_SPACE = "\N{NO-BREAK SPACE}"
ONLY_OF_SGD = ("momentum", "nesterov")
UNSEEN = ("description", "record")
"""Settings that change nothing about the networks."""
LONGEST_LIST = 3


def table(
    correlation: Mapping[Pair, pl.DataFrame], about: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> pl.DataFrame:
    """One row per (pair of recipes of one dataset and architecture, split): is what they learn early the same.

    `recipe` is the reference, the first of the pair, and `second_recipe` the other; `changed`: the settings in
    which that one differs, or its name. `correlation`: Pearson's, of the accessibility of the `examples` for
    `networks_first` and `networks_second` networks, with its interval over both `_low`, `_high`, and its
    `ceiling`, what their noise allows; `within_class`: the same less the means of classes, with
    `within_class_ceiling`; `p_value`: share of shuffles within classes that correlate as much.
    """
    numbers = (
        *NETWORKS,
        "examples",
        *(f"{name}{end}" for name in STATISTICS for end in ("", "_low", "_high")),
        *CEILINGS,
        "p_value",
    )
    rows = correlations(correlation, numbers).filter(
        pl.col("architecture") == pl.col("second_architecture"), pl.col("recipe") != pl.col("second_recipe")
    )
    recipes = about["recipes"]
    changed_by = {
        (one, other): changed(recipes.get(one, {}), recipes.get(other, {})) or other
        for one, other in rows.select("recipe", "second_recipe").unique().rows()
    }
    settings = [changed_by[pair] for pair in rows.select("recipe", "second_recipe").rows()]
    return rows.select(
        *ROW[:-1],
        pl.Series("changed", settings, dtype=pl.String),
        *("split", *numbers),
    ).cast(dict.fromkeys((*NETWORKS, "examples"), pl.Int64))


def changed(reference: Mapping[str, Any], recipe: Mapping[str, Any]) -> str:
    """Settings of a recipe that are not those of the reference, in short words; empty if there are none."""
    leave_out = UNSEEN if recipe.get("optimiser") == "sgd" else (*UNSEEN, *ONLY_OF_SGD)
    return ", ".join(
        _setting(name, value)
        for name, value in recipe.items()
        if reference and name not in leave_out and reference.get(name) != value
    )


def _setting(name: str, value: Any) -> str:
    if value is True:
        return name
    if value is False or value == []:
        return f"no {name}"
    if isinstance(value, list):
        return f"{name} {' '.join(map(str, value))}" if len(value) <= LONGEST_LIST else f"other {name}"
    return f"{name} {value}"


def draw(table: pl.DataFrame) -> Figure:
    """Test and train side by side; below each dataset, architecture and reference its other recipes."""
    if table.is_empty():
        return style.nothing("no two recipes of one dataset and architecture")
    heights, headings, lowest = _places(table)
    figure = Figure(figsize=(style.PAGE_WIDTH_IN, 1.1 + LINE_IN * (lowest + 1)), layout="constrained")
    panels = figure.subplots(1, len(SPLITS), sharey=True, sharex=True)
    for axes, split in zip(panels, SPLITS, strict=True):
        rows = table.filter(split=split)
        axes.set(title=f"{split} examples", ylim=(lowest, -1))
        for row in rows.rows(named=True):
            _pair(axes, heights[tuple(row[name] for name in ROW)], row)
        if rows.is_empty():
            style.blank(axes, f"no {split} examples")
        frame(axes, heights.values())
    marked = at_chance.names(table)
    labels = {
        height: "\n".join(_wrapped(row)) + at_chance.MARK * ((*row[:2], row[3]) in marked)
        for row, height in heights.items()
    }
    name_rows(panels[0], labels, headings)
    # Room for a correlation that is just 1.
    panels[0].set_xlim(min(0, panels[0].get_xlim()[0]), 1.02)
    networks = names.networks(pl.concat([table[name].rename("networks") for name in NETWORKS]))
    figure.supxlabel(f"correlation of accessibility with the reference recipe, of {networks}")
    entries = [Line2D([], [], linestyle="none", **look) for look in STATISTICS.values()]
    entries.append(Line2D([], [], **CEILING, label="ceiling by noise"))
    figure.legend(handles=entries, loc="outside upper center", ncols=3, frameon=False)
    return figure


def _places(table: pl.DataFrame) -> tuple[dict[tuple, float], dict[float, str], float]:
    """Height of each row in lines of text, the headings by theirs, and the height below all."""
    heights, headings, line = {}, {}, 0.0
    marked = at_chance.names(table)
    for (dataset, architecture, reference), rows in table.group_by(ROW[:3], maintain_order=True):
        mark = at_chance.MARK * ((dataset, architecture, reference) in marked)
        headings[line] = f"{dataset}, {architecture}; reference {reference}{mark}"
        line += 1
        for row in rows.select(ROW).unique(maintain_order=True).rows():
            lines = max(2, len(_wrapped(row)))
            heights[row] = line + (lines - 1) / 2
            line += lines
        line += GAP
    return heights, headings, line - GAP


def _wrapped(row: tuple) -> list[str]:
    """What a row is called, in lines that part no setting from its value."""
    return textwrap.wrap(str(row[-1]).replace(" ", FIXED_SPACE).replace(f",{FIXED_SPACE}", ", "), LABEL_LETTERS)


def _pair(axes: Axes, middle: float, row: Mapping) -> None:
    """Both correlations of a pair of recipes."""
    for (name, look), side, ceiling in zip(STATISTICS.items(), (-1, 1), CEILINGS, strict=True):
        dot(axes, middle + side * DODGE, row, name, ceiling, **look, linestyle="none")
