"""Majority votes of two architectures at equal accuracy: who learns what first."""

from collections.abc import Mapping

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from learnorder.figures import at_chance, pairs, style
from learnorder.measures.majority import SHARES

ABOUT = {
    "shows": "What the majority votes of two architectures have right at equal accuracy.",
    "claims": ("majority_vote",),
    "needs": "two architectures on one real dataset",
    "pairs": "real",
    "pair_tables": ("majority",),
}
CAPTION = (
    "Shares of the examples that the majority votes of two architectures have right, over the training of the "
    "stronger: both, only the weaker, only the stronger, neither; with intervals over the networks of both. At "
    "each point the weaker is taken where its mean accuracy is nearest, within 0.01; past its best (shaded), at "
    "its end. Dashed: what independent votes of the same accuracies would give. That the architectures learn the "
    "same examples first is supported where few examples are right for one alone, far fewer than dashed; it is "
    "contradicted where these lines meet."
)
ALONE = ~pl.col("converged")
NUMBERS = {
    "Examples that only the weaker has right at equal accuracy": ("only_weaker", ALONE),
    "Only the stronger": ("only_stronger", ALONE),
    "Only the weaker, of independent votes": ("only_weaker_independent", ALONE),
}
"""What the caption reports of the table: a column and the rows of which."""
COLOURS = dict(zip(SHARES, ("0.1", *style.PALETTE[:2], "0.6"), strict=True))
MARKERS = dict(zip(SHARES, "os^D", strict=True))
SPLITS = ("train", "test")
AROUND = "0.93"


def table(majority: Mapping[pairs.Pair, pl.DataFrame]) -> pl.DataFrame:
    """One row per (pair of collections, split, epoch_stronger): see `measures.majority.majority`.

    `weaker`, `stronger`: the architectures.
    """
    named = [frame for frame in pairs.named(majority) if len(frame)] or pairs.named(majority)[:1]
    return pl.concat(named) if named else pl.DataFrame(schema=[*pairs.PAIR, "split", "converged", *SHARES])


def draw(table: pl.DataFrame) -> Figure:
    """A row per pair: train, then test."""
    if table.is_empty():
        return style.nothing("no two architectures that are equally accurate somewhere")
    compared = table.partition_by(pairs.PAIR, as_dict=True)
    figure = Figure(figsize=(style.PAGE_WIDTH_IN, 0.5 + 1.75 * len(compared)), layout="constrained")
    grid = figure.subplots(len(compared), len(SPLITS), squeeze=False, sharey=True)
    for panels, (pair, rows) in zip(grid, compared.items(), strict=True):
        for axes, split in zip(panels, SPLITS, strict=True):
            points = rows.filter(split=split).sort("accuracy_stronger")
            if points.is_empty():
                style.blank(axes, f"nowhere equally accurate on {split}")
                continue
            _panel(axes, points)
        ends = {name[1]: at_chance.MARK for name in at_chance.names(rows)}
        both = (f"{kind} {(name := rows[kind][0])}{ends.get(name, '')}" for kind in ("stronger", "weaker"))
        panels[0].set_ylabel("\n".join([pair[0], *both]))
    for axes, split in zip(grid[0], SPLITS, strict=True):
        axes.set_title(f"{split} examples")
    figure.supylabel("share of examples")
    for axes in grid[-1]:
        axes.set_xlabel("mean accuracy of the stronger")
    entries = [
        Line2D(
            [], [], color=COLOURS[share], marker=MARKERS[share], markersize=3, label=share.replace("_", " the ")
        )
        for share in SHARES
    ]
    entries += [
        Line2D([], [], color=style.INDEPENDENT, linestyle="--", linewidth=0.8, label="independent votes"),
        Patch(color=AROUND, label="weaker at its end"),
    ]
    figure.legend(handles=entries, loc="outside upper center", ncols=len(entries), frameon=False)
    return figure


def _panel(axes: Axes, points: pl.DataFrame) -> None:
    accuracy = points["accuracy_stronger"]
    ended = points.filter("converged")["accuracy_stronger"]
    if len(ended):
        before = points.filter(~pl.col("converged"))["accuracy_stronger"]
        left = ended.min() if before.is_empty() else (before.max() + ended.min()) / 2
        axes.axvspan(left, ended.max() + 0.005, color=AROUND, linewidth=0, zorder=0)
    for share, colour in COLOURS.items():
        axes.plot(accuracy, points[share], color=colour, marker=MARKERS[share], markersize=2.5, linewidth=1)
        axes.plot(accuracy, points[f"{share}_independent"], color=colour, linestyle="--", linewidth=0.6)
        ends = (points[f"{share}_{end}"].cast(pl.Float64) for end in ("low", "high"))
        axes.fill_between(accuracy, *ends, color=colour, alpha=0.15, linewidth=0)
    axes.set_ylim(0, 1)
    axes.spines[["top", "right"]].set_visible(False)
