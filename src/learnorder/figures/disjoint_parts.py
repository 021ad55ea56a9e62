"""Networks that are trained on disjoint parts of one train set, and the examples of their common test set."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learnorder.figures import evenly, names, style
from learnorder.tables import Names

ABOUT = {
    "shows": "Correlation of accessibility between networks that are trained on disjoint parts of a dataset.",
    "claims": ("disjoint_parts",),
    "needs": "a dataset that is cut into `parts`",
    "collections": "on_parts",
    "tables": ("examples",),
    "of_all_datasets": True,
}
CAPTION = (
    "Collections of one architecture and recipe, each trained on another part of one train set; parts share no "
    "example. All predict one test set. Left: Pearson correlation of the accessibility of the test examples for "
    "every pair of parts; middle: how these are distributed, and the same within classes. Right: each test "
    "example by its mean accessibility over the parts with odd numbers and over those with even numbers. That "
    "the order does not depend on the train examples is supported where correlations are near 1; it is "
    "contradicted where they are near 0. Few networks per part lower them."
)
NUMBERS = {
    "Correlations of accessibility between two parts": ("correlation", pl.col("part") == "pair"),
    "Within classes": ("within_class", pl.col("part") == "pair"),
    "Between the mean of the odd parts and that of the even ones": ("correlation", pl.col("part") == "halves"),
}
"""What the caption reports of the table: a column and the rows of which."""
KEYS = ("dataset", "architecture", "recipe", "part", "split", "networks", "examples")
NUMBER_KEYS = ("first", "second", "correlation", "within_class", "odd", "even")
SPLIT = "test"
TICKS = 5


def table(examples: Mapping[Names, pl.DataFrame], about: Mapping[str, Mapping[str, Mapping]]) -> pl.DataFrame:
    """Three parts, told apart by `part`; columns are null where they do not apply. All on the test split.

    `pair`: one row per pair of parts, `first` and `second` by their numbers, with the Pearson `correlation` of the
    accessibility of the test examples, and that `within_class`, of what is left without each class's mean.
    `halves`: the same between the mean over the parts with `odd` numbers and that over the `even` ones. `example`:
    these two means of each example. `dataset`: what the parts are parts of; `networks`: the fewest of a part.
    """
    whole: dict[Names, dict[int, pl.DataFrame]] = {}
    for (dataset, *names_), frame in examples.items():
        entry = about["datasets"][dataset]
        of_test = frame.filter(pl.col("split").cast(pl.String) == SPLIT).sort("example")
        if of_test["accessibility"].null_count() < len(of_test):
            whole.setdefault((entry["of"], *names_), {})[entry["part"]["number"]] = of_test
    rows = [row for of, parts in whole.items() if len(parts) > 1 for row in _rows(of, parts)]
    schema = dict.fromkeys(KEYS[:5], pl.String) | dict.fromkeys(KEYS[5:], pl.Int64)
    return pl.DataFrame(rows, schema=schema | dict.fromkeys(NUMBER_KEYS, pl.Float64))


def _rows(of: Names, parts: Mapping[int, pl.DataFrame]) -> Iterator[dict[str, Any]]:
    """The rows of the parts of one dataset, by their numbers."""
    labels = next(iter(parts.values()))["label"].to_numpy()
    known = {number: part["accessibility"].to_numpy() for number, part in sorted(parts.items())}
    same = dict(zip(KEYS[:3], of, strict=True)) | {"split": SPLIT, "examples": len(labels)}
    same["networks"] = min(part["networks"].min() for part in parts.values())
    for first, second in combinations(known, 2):
        found = _correlations(known[first], known[second], labels)
        yield same | {"part": "pair", "first": first, "second": second} | found
    halves = [[values for number, values in known.items() if number % 2 == odd] for odd in (1, 0)]
    if all(halves):
        odd, even = (np.mean(half, axis=0).round(6) for half in halves)
        yield same | {"part": "halves"} | _correlations(odd, even, labels)
        yield from (same | {"part": "example", "odd": a, "even": b} for a, b in zip(odd, even, strict=True))


def _correlations(one: np.ndarray, other: np.ndarray, labels: np.ndarray) -> dict[str, float | None]:
    """Pearson's, over all examples and within classes; None where nothing varies."""
    counts = np.maximum(np.bincount(labels), 1)
    within = [values - (np.bincount(labels, values) / counts)[labels] for values in (one, other)]
    pairs = {"correlation": (one, other), "within_class": within}
    return {name: _pearson(*of) for name, of in pairs.items()}


def _pearson(one: np.ndarray, other: np.ndarray) -> float | None:
    one, other = one - one.mean(), other - other.mean()
    size = np.sqrt((one @ one) * (other @ other))
    return round(float(one @ other / size), 6) if size > 0 else None


def draw(table: pl.DataFrame) -> Figure:
    """A row per dataset, architecture and recipe: the correlation of each pair of parts; the two halves."""
    if table.is_empty():
        return style.nothing("no two parts of one dataset")
    kinds = table.select(KEYS[:3]).unique(maintain_order=True)
    figure = Figure(figsize=(style.PAGE_WIDTH_IN, 0.3 + 2.4 * len(kinds)), layout="constrained")
    grid = figure.subplots(len(kinds), 3, squeeze=False)
    for (matrix, middle, right), kind in zip(grid, kinds.iter_rows(named=True), strict=True):
        rows = table.filter(**kind)
        pairs = rows.filter(part="pair")
        _matrix(matrix, pairs)
        _pairs(middle, pairs)
        _halves(right, rows)
        number = len({*pairs["first"], *pairs["second"]})
        about = f"{number} parts, {names.networks(pairs['networks'])} each,\n{pairs['examples'][0]} test examples"
        matrix.set_title(f"{kind['dataset']}, {kind['architecture']}, {kind['recipe']}:\n{about}", loc="left")
    return figure


def _matrix(axes: Axes, pairs: pl.DataFrame) -> None:
    """The correlation of each part with each other; nothing on the diagonal."""
    numbers = sorted({*pairs["first"], *pairs["second"]})
    places = {number: place for place, number in enumerate(numbers)}
    values = np.full((len(numbers), len(numbers)), np.nan)
    for first, second, correlation in pairs.select("first", "second", "correlation").rows():
        values[places[first], places[second]] = values[places[second], places[first]] = correlation
    shown = axes.imshow(values, cmap="viridis", vmax=1, interpolation="nearest")
    axes.figure.colorbar(shown, ax=axes, shrink=0.6)
    ticks = evenly.places(len(numbers), TICKS)
    axes.set_xticks(ticks, [f"{numbers[place]:g}" for place in ticks])
    axes.set_yticks(ticks, [f"{numbers[place]:g}" for place in ticks])
    axes.set(xlabel="part", ylabel="part")


def _pairs(axes: Axes, pairs: pl.DataFrame) -> None:
    """Histograms of the correlations of all pairs."""
    lowest = min(0.0, *(pairs[name].drop_nulls().min() or 0.0 for name in ("correlation", "within_class")))
    edges = np.linspace(lowest, 1, 61)
    [look] = style.looks(pairs["architecture"]).values()
    axes.hist(pairs["correlation"].drop_nulls(), edges, color=look["color"], alpha=0.6, label="all examples")
    axes.hist(pairs["within_class"].drop_nulls(), edges, histtype="step", color="0.1", label="within classes")
    axes.set(xlabel="correlation between two parts", xlim=(lowest, 1), ylabel="pairs of parts")
    axes.legend(frameon=False, loc="upper left")
    axes.spines[["top", "right"]].set_visible(False)


def _halves(axes: Axes, rows: pl.DataFrame) -> None:
    """Each example by its mean over the odd parts and over the even ones."""
    points, found = rows.filter(part="example"), rows.filter(part="halves")["correlation"]
    axes.axline((0, 0), slope=1, color=style.INDEPENDENT, linewidth=0.6, linestyle=":")
    axes.scatter(points["odd"], points["even"], s=4, color="0.25", alpha=0.25, linewidth=0, rasterized=True)
    axes.set(xlim=(-0.05, 1.05), ylim=(-0.05, 1.05), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1], aspect="equal")
    axes.set(xlabel="mean of the odd parts", ylabel="mean of the even parts")
    known = found.drop_nulls()
    axes.set_title(f"r = {known[0]:.3f}" if len(known) else "r undefined")
