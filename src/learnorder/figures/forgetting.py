"""TP-agreement of single examples over training: what networks know together, do they forget together."""

from collections.abc import Mapping

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learnorder.figures import at_chance, evenly, names, style
from learnorder.figures.stacked import COLLECTION, stacked
from learnorder.measures.forgotten import KNOWN, UNKNOWN
from learnorder.tables import Names

ABOUT = {
    "shows": "TP-agreement of single examples over training: how many are known, then forgotten.",
    "claims": ("forgetting",),
    "needs": "a collection of networks on a real dataset",
    "collections": "real",
    "tables": ("agreement", "forgotten"),
}
CAPTION = (
    "Left: TP-agreement of single test examples over training, of evenly chosen ones (grey), and of up to 20 of "
    "those that rise above 0.9 and later fall below 0.1 (coloured). Right: shares of the examples that are known "
    "(TP-agreement above 0.9 at some point), and of those that later fall below 0.5 or below 0.1, with intervals "
    "over networks; crosses are what independent networks of the same accuracies give. That networks rarely "
    "forget together is supported where the last two are near 0, contradicted where they reach the crosses of "
    "many known."
)
NUMBERS = {
    "Share that rises above TP-agreement 0.9, later falls below 0.1": ("forgotten", pl.col("part") == "shares"),
    "Share that rises above 0.9": ("known", pl.col("part") == "shares"),
}
"""What the caption reports of the table: a column and the rows of which."""
EXAMPLES, FORGOTTEN = 40, 20
"""Most examples of each kind that are drawn."""
SHARES = {"known": "rise above 0.9", "halved": "fall below 0.5", "forgotten": "fall below 0.1"}
LOOKS = {
    "train": {"marker": "o", "color": "0.1"},
    "test": {"marker": "s", "color": "0.1", "fillstyle": "none"},
}
BESIDE = {"train": -0.12, "test": 0.12}


def table(agreement: Mapping[Names, pl.DataFrame], forgotten: Mapping[Names, pl.DataFrame]) -> pl.DataFrame:
    """Two parts, told apart by `part`; columns are null where they do not apply.

    `shares`: one row per (collection, split), see `measures.forgotten.forgotten`. `example`: one row per
    (collection, epoch, example) of some test examples, with their `tp_agreement`; `lost`: whether it rises above
    0.9 and later falls below 0.1.
    """
    shares = stacked(forgotten).with_columns(part=pl.lit("shares"))
    examples = stacked({name: _chosen(frame) for name, frame in agreement.items()})
    return pl.concat([shares, examples.with_columns(part=pl.lit("example"))], how="diagonal_relaxed")


def _chosen(agreement: pl.DataFrame) -> pl.DataFrame:
    """Rows of the examples that are drawn."""
    test = agreement.filter(pl.col("split").cast(pl.String) == "test").sort("epoch", "example")
    known = (pl.col("tp_agreement") > KNOWN).cum_sum() > 0
    fell = (known & (pl.col("tp_agreement") < UNKNOWN)).any()
    lost = test.group_by("example", maintain_order=True).agg(lost=fell)
    every, gone = lost["example"], lost.filter("lost")["example"]
    kept = {*every[evenly.places(len(every), EXAMPLES)], *gone[evenly.places(len(gone), FORGOTTEN)]}
    return (
        test.select("split", "epoch", "example", "tp_agreement")
        .filter(pl.col("example").is_in(kept))
        .join(lost, on="example", how="left", maintain_order="left")
    )


def draw(table: pl.DataFrame) -> Figure:
    """A row per collection."""
    if table.is_empty():
        return style.nothing(style.NO_NETWORK)
    called = names.short(table.select(COLLECTION).rows(), at_chance.names(table))
    looks = style.looks([architecture for _, architecture, _ in called])
    size = style.PAGE_WIDTH_IN, 0.5 + 1.6 * len(called)
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(len(called), 2, squeeze=False, width_ratios=[1.6, 1], sharey="col")
    for (left, right), (name, rows) in zip(grid, table.group_by(COLLECTION, maintain_order=True), strict=True):
        shares = rows.filter(part="shares")
        _examples(left, rows.filter(part="example"), looks[name[1]]["color"])
        _shares(right, shares)
        left.set_title(f"{name[0]}, {called[name]}, {names.networks(shares['networks'])}", loc="left")
        left.set_ylabel("TP-agreement")
    grid[-1, 0].set_xlabel("epoch")
    entries = [
        Line2D([], [], linestyle="none", label=f"{split} examples", **look) for split, look in LOOKS.items()
    ]
    entries.append(
        Line2D([], [], linestyle="none", marker="x", color=style.INDEPENDENT, label="independent networks")
    )
    figure.legend(handles=entries, loc="outside upper center", ncols=3, frameon=False)
    return figure


def _examples(axes: Axes, rows: pl.DataFrame, colour: tuple) -> None:
    for (_, lost), points in rows.group_by("example", "lost", maintain_order=True):
        look = {"color": colour, "linewidth": 0.8, "zorder": 3} if lost else {"color": "0.6", "linewidth": 0.4}
        axes.plot(points["epoch"], points["tp_agreement"], **look)
    for level in (KNOWN, UNKNOWN):
        axes.axhline(level, color=style.INDEPENDENT, linestyle=":", linewidth=0.6)
    axes.set_ylim(-0.02, 1.02)
    axes.spines[["top", "right"]].set_visible(False)


def _shares(axes: Axes, rows: pl.DataFrame) -> None:
    for row in rows.rows(named=True):
        for place, share in enumerate(SHARES):
            value, low, high = (row[f"{share}{end}"] for end in ("", "_low", "_high"))
            reach = None if low is None else [[value - low], [high - value]]
            x = place + BESIDE[row["split"]]
            axes.errorbar(
                x, value, yerr=reach, linestyle="none", markersize=4, elinewidth=0.7, **LOOKS[row["split"]]
            )
            axes.plot(x, row[f"{share}_independent"], "x", color=style.INDEPENDENT, markersize=4)
    axes.set_xticks(range(len(SHARES)), SHARES.values())
    axes.set(ylim=(-0.02, 1.02), xlim=(-0.5, len(SHARES) - 0.5), ylabel="share of examples")
    axes.spines[["top", "right"]].set_visible(False)
