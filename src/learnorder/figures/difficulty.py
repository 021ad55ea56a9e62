"""Scores of difficulty from one set of outcomes: do they mean the same, and which find wrong labels."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learnorder.figures import at_chance, names, style
from learnorder.figures.stacked import COLLECTION
from learnorder.measures.difficulty import SCORES, correlations, detection, harder

ABOUT = {
    "shows": "Difficulty scores: how they correlate, and how well they find wrong labels.",
    "needs": "a recipe that records scores, or a dataset with `label_noise`",
    "collections": "scored",
    "tables": ("examples_as_trained",),
    "dataset_tables": ("examples",),
}

CAPTION = (
    "Matrices: Spearman's rank correlation, over the train examples, of scores of difficulty that follow from "
    "the same outcomes, by the labels trained on and signed so that large means hard; 1 says that two scores "
    "order the examples alike. Curves: of the examples that a score calls hardest, the share whose label was "
    "made wrong on purpose (precision), against the share of these wrong labels that is among them (recall). A "
    "score finds wrong labels where its line stays near 1, and says nothing of them where it follows the dotted "
    "one. Which labels a dataset had wrong before is not known."
)
NUMBERS = {
    "Rank correlations of two scores": ("spearman", pl.col("score") != pl.col("other")),
    "Average precision of finding wrong labels": ("average_precision", pl.lit(True)),
}
"""What the caption reports of the table: a column and the rows of which."""
COLLECTIONS = 4
LETTERS = "abcdefghijklmnopqrstuvwxyz"
COLOURS = "RdBu_r"
DARK = 0.6
"""Size of a correlation from which on its colour is so dark that only white is read on it."""
UNDEFINED = "–"
# Of the outcomes alone: solid; of what a recipe records beside: dashed.
RECORDED = ("aum", "el2n", "confidence", "variability")
MARKED = 5
"""Markers on a line."""
SCHEMA = dict.fromkeys(COLLECTION, pl.String) | {
    "networks": pl.UInt32,
    "examples": pl.UInt32,
    "wrong": pl.Float64,
    "score": pl.String,
    "sign": pl.Int64,
    "other": pl.String,
    "spearman": pl.Float64,
    "average_precision": pl.Float64,
    "recall": pl.Float64,
    "precision": pl.Float64,
}

Frames = Mapping[tuple[str, str, str], pl.DataFrame]


def table(examples_as_trained: Frames, dataset: Mapping[tuple[str], pl.DataFrame]) -> pl.DataFrame:
    """Rows of two kinds for each of up to four collections, of its train examples by the labels trained on.

    - One per (score, other): `spearman`, rank correlation of two scores, in [-1, 1]; null where one is constant.
    - Where some labels are wrong, one per (score, recall), at up to 60 thresholds: `precision`, share of the
      hardest examples by this score whose label is wrong; `recall`, share of the wrong labels that is among them;
      `average_precision`, mean precision over the wrong labels, all in [0, 1].

    Columns of the other kind are null. `score`, `other`: see `measures.difficulty.SCORES`, with their definition
    and source; `sign`: what the score was multiplied by, so that large means hard. `networks`, `examples`: of the
    collection; `wrong`: share of its train labels that are wrong. Of many collections, the first two with wrong
    labels and the first two without are taken. No intervals: one over networks needs every network's own scores.
    """
    wrong = {name: _wrong(frame, dataset, name[0]) for name, frame in examples_as_trained.items() if _has(frame)}
    tables = [pl.DataFrame(schema=SCHEMA)]
    for name in _chosen({name: labels.any() for name, labels in wrong.items()}):
        scores, labels = harder(examples_as_trained[name]), wrong[name]
        about = dict(zip(COLLECTION, name, strict=True)) | {
            "networks": examples_as_trained[name]["networks"][0],
            "examples": len(labels),
            "wrong": labels.mean(),
        }
        rows = pl.concat([correlations(scores), detection(scores, labels.to_numpy())], how="diagonal")
        described = rows.join(SCORES.select("score", "sign"), on="score", maintain_order="left").with_columns(
            pl.lit(value).alias(column) for column, value in about.items()
        )
        tables.append(described.select(pl.col(column).cast(kind) for column, kind in SCHEMA.items()))
    return pl.concat(tables)


def _has(examples: pl.DataFrame) -> bool:
    """Whether there are train examples, and networks that did not diverge."""
    return len(examples) > 0 and examples["networks"][0] > 0


def _wrong(examples: pl.DataFrame, dataset: Mapping[tuple[str], pl.DataFrame], name: str) -> pl.Series:
    """Whether the label that each example is trained on is wrong; of what is not on disk, none is known to be."""
    if (name,) not in dataset:
        return pl.repeat(False, len(examples), eager=True)
    train = dataset[name,].filter(pl.col("split").cast(pl.String) == "train")
    known = train.select("example", wrong=pl.col("label") != pl.col("trained_label"))
    found = examples.select("example").join(known, on="example", how="left", maintain_order="left")
    return found["wrong"].fill_null(False)


def _chosen(noisy: Mapping[tuple[str, str, str], bool]) -> list[tuple[str, str, str]]:
    """The first collections of either kind, half of each unless there are fewer of one."""
    kinds = [[name for name, has in noisy.items() if has == kind] for kind in (True, False)]
    return [
        name
        for kind, other in (kinds, kinds[::-1])
        for name in kind[: max(COLLECTIONS // 2, COLLECTIONS - len(other))]
    ]


def draw(table: pl.DataFrame) -> Figure:
    """A matrix per collection: how its scores correlate; beside it, how well each finds wrong labels.

    Where there are none to find, two matrices share a row.
    """
    if table.is_empty():
        return style.nothing("no train examples")
    collections = table.partition_by(COLLECTION, as_dict=True, include_key=False)
    called = names.short(collections, at_chance.names(table))
    searched = [name for name, rows in collections.items() if rows["recall"].count()]
    clean = [name for name in collections if name not in searched]
    rows = len(searched) + -(-len(clean) // 2)
    alone = clean == [*collections] and rows == len(clean)
    size = style.COLUMN_WIDTH_IN if alone else style.PAGE_WIDTH_IN, 0.2 + 2.45 * rows
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.add_gridspec(rows, 3, width_ratios=[1.1, 1, 0.75])
    halves = slice(None) if alone else 0, slice(1, None)
    places = {name: grid[row, 0] for row, name in enumerate(searched)}
    places |= {name: grid[len(searched) + place // 2, halves[place % 2]] for place, name in enumerate(clean)}
    for name, place in places.items():
        axes = figure.add_subplot(place)
        _matrix(axes, collections[name].drop_nulls("other"))
        axes.set_title(f"{name[0]}, {called[name]}\n{_sizes(collections[name])}")
    for row, name in enumerate(searched):
        axes, beside = (figure.add_subplot(grid[row, column]) for column in (1, 2))
        _curves(axes, collections[name].drop_nulls("recall"))
        beside.set_axis_off()
        beside.legend(
            *axes.get_legend_handles_labels(),
            loc="center left",
            title="average precision",
            title_fontsize=7,
            borderaxespad=0,
            frameon=False,
        )
    return figure


def _sizes(rows: pl.DataFrame) -> str:
    share = f"{100 * rows['wrong'][0]:.3g}%" if rows["wrong"][0] else "none"
    return f"{names.networks(rows['networks'])}, {rows['examples'][0]} train labels, {share} made wrong"


def _matrix(axes: Axes, pairs: pl.DataFrame) -> None:
    """Correlations of every two scores, once each."""
    scores = pairs["score"].unique(maintain_order=True).to_list()
    values = pairs["spearman"].to_numpy().astype(float).reshape(len(scores), len(scores))
    below = np.tri(len(scores), k=-1, dtype=bool)
    axes.imshow(np.ma.masked_array(values, ~below | np.isnan(values)), cmap=COLOURS, vmin=-1, vmax=1)
    for row, column in zip(*np.nonzero(below), strict=True):
        value = values[row, column]
        colour = "white" if abs(value) > DARK else "black"
        written = UNDEFINED if np.isnan(value) else f"{100 * value:.0f}".replace("-", "−")
        axes.text(column, row, written, color=colour, ha="center", va="center", fontsize=6)
    signs = dict(pairs.select("score", "sign").iter_rows())
    letters = LETTERS[: len(scores)]
    axes.set_xticks(range(len(scores)), letters)
    # The last has no other below it.
    axes.set_xlim(-0.5, max(len(scores) - 1.5, 0))
    axes.set_xlabel("100 × rank correlation")
    axes.set_yticks(
        range(len(scores)),
        [f"{_called(score, signs[score])}  {letter}" for score, letter in zip(scores, letters, strict=True)],
    )
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _curves(axes: Axes, found: pl.DataFrame) -> None:
    """A line per score, the best first in the legend; what chance gives, dotted."""
    best = found.sort("average_precision", descending=True, maintain_order=True)
    for (score,), points in best.group_by("score", maintain_order=True):
        place = SCORES["score"].to_list().index(score)
        label = f"{points['average_precision'][0]:.2f}  {_called(score, points['sign'][0])}"
        # A point stands for the labels found since the one before.
        axes.plot(
            [0, *points["recall"]],
            [points["precision"][0], *points["precision"]],
            drawstyle="steps-pre",
            color=style.PALETTE[place % len(style.PALETTE)],
            linestyle="--" if score in RECORDED else "-",
            marker=style.MARKERS[place],
            markersize=3,
            markevery=(place / len(SCORES) / MARKED, 1 / MARKED),
            linewidth=1,
            label=label,
        )
    share = found["wrong"][0]
    axes.axhline(
        share, color=style.INDEPENDENT, linewidth=0.9, linestyle=":", label=f"{share:.2f}  chance", zorder=1
    )
    axes.set(
        xlim=(-0.02, 1.02),
        ylim=(0, 1.03),
        xlabel="recall: share of the wrong labels found",
        ylabel="precision: share that is wrong",
        box_aspect=1,
    )
    axes.spines[["top", "right"]].set_visible(False)


def _called(score: str, sign: int) -> str:
    return ("−" if sign < 0 else "") + score.replace("_", " ")
