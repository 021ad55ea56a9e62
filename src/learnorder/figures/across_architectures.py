"""Whether architectures learn in the same order: correlations of the accessibility of examples."""

from collections.abc import Mapping

import numpy as np
import polars as pl
import polars.selectors as cs
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from learnorder.figures import at_chance, evenly, names, pairs, style
from learnorder.figures.reported import CORRELATION
from learnorder.tables import Names

ABOUT = {
    "shows": "Correlation of accessibility between architectures.",
    "claims": ("across_architectures",),
    "needs": "two architectures on one real dataset",
    "collections": "real",
    "tables": ("learned",),
    "pairs": "real",
    "pair_tables": ("correlation",),
}

POINTS = 1000
SPLITS = ("test", "train")
COLOURS = sns.light_palette("#4c94c9", as_cmap=True)
"""At its darkest still light enough for black text."""
CELL_IN, SMALLEST_IN, LARGEST_IN = 0.55, 1.6, 3.5
"""Side of a cell of the matrix, unless that makes the whole matrix smaller or larger than this."""
BESIDE_IN, BELOW_IN = 1.0, 0.75
"""Room beside a matrix for the names of collections, and below it for those and a title."""

CAPTION = (
    "Correlation of the accessibility of the same examples for networks of different architectures, with "
    "intervals over networks: Pearson's above the diagonal, Spearman's (of ranks) below; beside it the examples "
    "themselves, for the first two. On the diagonal (framed) is the reliability of each collection, its "
    "correlation with as many new networks of its kind (of two such collections, the paper has 0.99): noise "
    "lets two collections correlate up to the root of the product of theirs, the ceiling. Correlations near the "
    "ceiling speak for one order across architectures, correlations near 0 against it."
)
NUMBERS = {CORRELATION: ("correlation", pl.col("method") == "pearson")}
"""What the caption reports of the table: a column and the rows of which."""


def table(correlation: Mapping[pairs.Pair, pl.DataFrame], learned: Mapping[Names, pl.DataFrame]) -> pl.DataFrame:
    """Two parts, told apart by `part`; columns are null where they do not apply. Without any pair, no row.

    `correlation`: one row per (pair of collections, split, method), with the columns of `correlation.correlate`,
    `examples`, `networks_first` and `networks_second`.
    `scatter`: one row per (split, example) of the first pair of each dataset, of up to 1,000 examples of a split,
    evenly spaced by number; `accessibility` of the first and `second_accessibility` of the second collection.
    """
    if not correlation:
        return pl.DataFrame(schema=[*pairs.PAIR, "part"])
    drawn: dict[str, pairs.Pair] = {}
    for pair in correlation:
        drawn.setdefault(pair[0], pair)
    scatter = {
        pair: _scatter(*(learned[collection] for collection in pairs.collections(pair))) for pair in drawn.values()
    }
    return pl.concat(
        (
            rows.select(*pairs.PAIR, pl.lit(part).alias("part"), pl.exclude(pairs.PAIR))
            for part, frames in (("correlation", correlation), ("scatter", scatter))
            for rows in pairs.named(frames)
        ),
        how="diagonal",
    )


def _scatter(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    keys = ["split", "example"]
    both = first.select(*keys, accessibility=_mean(first)).join(
        second.select(*keys, second_accessibility=_mean(second)), on=keys, maintain_order="left"
    )
    return pl.concat(
        split[evenly.places(len(split), POINTS)] for _, split in both.group_by("split", maintain_order=True)
    )


def _mean(learned: pl.DataFrame) -> pl.Expr:
    """Mean accessibility of each example; undefined where all networks diverged."""
    networks = learned.select(cs.starts_with("seed_")).columns
    return pl.mean_horizontal(pl.col(networks).cast(pl.Float64)).round(6) if networks else pl.lit(None, pl.Float64)


def draw(table: pl.DataFrame) -> Figure:
    """A row per dataset and split: the matrix of its collections, and the scatter of the first two."""
    if table.is_empty():
        return style.nothing("no two architectures on one dataset")
    part = table.partition_by("part", as_dict=True)
    correlations, scatter = part["correlation",], part["scatter",]
    called = names.short(
        (collection for pair in correlations.select(pairs.PAIR).rows() for collection in pairs.collections(pair)),
        at_chance.names(table),
    )
    rows = [
        (dataset, split)
        for dataset in correlations["dataset"].unique(maintain_order=True)
        for split in SPLITS
        if len(correlations.filter(dataset=dataset, split=split))
    ]
    most = max(sum(name[0] == dataset for name in called) for dataset, _ in rows)
    side = min(max(CELL_IN * most, SMALLEST_IN), LARGEST_IN)
    figure = Figure(figsize=(style.PAGE_WIDTH_IN, 0.4 + len(rows) * (side + BELOW_IN)), layout="constrained")
    beside = style.PAGE_WIDTH_IN - side - BESIDE_IN
    grid = figure.subplots(len(rows), 2, squeeze=False, width_ratios=[side + BESIDE_IN, beside])
    for (matrix, points), (dataset, split) in zip(grid, rows, strict=True):
        of_split = correlations.filter(dataset=dataset, split=split)
        _matrix(matrix, of_split, {name: label for name, label in called.items() if name[0] == dataset})
        matrix.set_title(f"{dataset}: {of_split['examples'][0]} {split} examples")
        _points(points, scatter.filter(dataset=dataset, split=split), of_split, called)
    figure.suptitle("above the diagonal Pearson's r, below it Spearman's ρ; framed: reliability (Pearson)")
    return figure


def _matrix(axes: Axes, correlations: pl.DataFrame, called: Mapping[Names, str]) -> None:
    """Correlations of the collections of one split, Pearson's above the diagonal and Spearman's below."""
    place = {name: number for number, name in enumerate(called)}
    values = np.full((len(place), len(place)), np.nan)
    words = np.full(values.shape, "–", dtype=object)
    intervals = np.full(values.shape, "", dtype=object)
    for row in correlations.iter_rows(named=True):
        first, second = (place[name] for name in pairs.collections(tuple(row[name] for name in pairs.PAIR)))
        cell = (first, second) if row["method"] == "pearson" else (second, first)
        values[cell] = np.nan if row["correlation"] is None else row["correlation"]
        words[cell] = _said(row["correlation"])
        if row["correlation_low"] is not None:
            intervals[cell] = f"{_said(row['correlation_low'])}–{_said(row['correlation_high'])}"
        if row["method"] == "pearson":
            words[first, first] = _said(row["first_reliability"])
            words[second, second] = _said(row["second_reliability"])
    axes.imshow(values, COLOURS, vmin=0, vmax=1)
    for (y, x), word in np.ndenumerate(words):
        for text, size, rise in ((word, 7, 3 if intervals[y, x] else 0), (intervals[y, x], 5, -5)):
            at = {"xytext": (0, rise), "textcoords": "offset points", "ha": "center", "va": "center"}
            axes.annotate(text, (x, y), fontsize=size, **at)
        if x == y:
            frame = Rectangle((x - 0.42, y - 0.42), 0.84, 0.84, fill=False, edgecolor="0.25", linestyle=":")
            axes.add_patch(frame)
    axes.set_xticks(range(len(place)), called.values(), rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(place)), called.values())
    axes.tick_params(length=0, pad=2)
    axes.spines[:].set_visible(False)


def _points(axes: Axes, scatter: pl.DataFrame, correlations: pl.DataFrame, called: Mapping[Names, str]) -> None:
    """The examples of one split for the first pair of collections."""
    pair = scatter.row(0, named=True)
    about = correlations.filter(method="pearson", **{name: pair[name] for name in pairs.PAIR}).row(0, named=True)
    axes.axline((0, 0), slope=1, color=style.INDEPENDENT, linewidth=0.6, linestyle=":")
    axes.scatter(
        scatter["accessibility"],
        scatter["second_accessibility"],
        s=5,
        color="0.25",
        alpha=0.25,
        linewidth=0,
        rasterized=True,
    )
    axes.set_aspect("equal")
    first, second = (called[name] for name in pairs.collections(tuple(pair[name] for name in pairs.PAIR)))
    axes.set_xlabel(f"{first}\naccessibility (N = {about['networks_first']})")
    axes.set_ylabel(f"{second}\naccessibility (N = {about['networks_second']})")
    axes.set(xlim=(-0.05, 1.05), ylim=(-0.05, 1.05), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    some = f"{len(scatter)} of them\n" if len(scatter) < about["examples"] else ""
    found, ceiling = (_said(about[name], "undefined") for name in ("correlation", "ceiling"))
    axes.set_title(f"{some}r = {found}, ceiling {ceiling}")
    axes.spines[["top", "right"]].set_visible(False)


def _said(correlation: float | None, undefined: str = "–") -> str:
    """A correlation as it is written in a narrow cell: two decimals, no zero before them."""
    if correlation is None:
        return undefined
    return f"{correlation:.2f}".replace("0.", ".").replace("-", "−")
