"""Random labels: do networks still share an order where there is nothing to generalise."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learnorder import paper
from learnorder.figures import beta, names, style
from learnorder.figures.reported import BETA, MIDWAY
from learnorder.figures.stacked import COLLECTION, stacked
from learnorder.measures.bimodality import MOST_ACCURATE
from learnorder.study.fit import wrong_share

ABOUT = {
    "shows": "Bimodality when some or all train labels are wrong or shuffled.",
    "claims": ("random_labels", "smallest_b", "smallest_b_on_test"),
    "needs": "a dataset with `label_noise` or shuffled `labels`, beside itself without",
    "collections": "noisy_beside_true",
    "tables": ("epochs", "epochs_as_trained"),
}

CAPTION = (
    "Above: relative bimodality β against mean accuracy, with intervals over networks, where one architecture "
    "learned the same examples by one recipe with true labels (filled) or with a share of wrong ones (open): on "
    "the left of train examples by the labels trained on, on the right of test examples by the true ones. That "
    "the shared order goes with generalisation is supported where, at one accuracy, β on the train examples "
    "lies nearer to 1 for labels that say nothing (of k classes, 1 − 1/k are wrong) than for true ones; it is "
    "contradicted where the lines coincide. A small share of wrong labels may lower β, since to learn right "
    "labels before wrong ones is a shared order too. Below: Pearson's bimodality b over training; marks on the "
    "right are the smallest b that the paper reports."
)
NUMBERS = {
    f"{BETA}, with wrong labels": ("relative_bimodality", MIDWAY & (pl.col("label_noise") > 0)),
    "With true labels": ("relative_bimodality", MIDWAY & (pl.col("label_noise") == 0)),
}
"""What the caption reports of the table: a column and the rows of which."""
CUTS = ("origin", "architecture", "recipe")
"""What a table of more than a page is cut by: a dataset stands beside those with its labels redrawn."""
SPLITS = {
    "train": "mean accuracy on train examples\n(by the labels trained on)",
    "test": "mean accuracy on test examples",
}
BIMODALITY = ("bimodality", "bimodality_low", "bimodality_high")
DASHES = ("-", "--", "-.", ":")
GREY = "0.35"
MOST_B = 3
"""Upper end of the axis of b."""
# What may differ between two entries of one family: the same examples, their labels redrawn or not.
BESIDE_EXAMPLES = ("description", "label_noise", "label_noise_seed", "labels")
# A part that says no more of what it keeps keeps everything.
WHOLE = {"reader", "of", "seed"}

Frames = Mapping[tuple[str, str, str], pl.DataFrame]


def table(epochs: Frames, epochs_as_trained: Frames, about: Mapping[str, Mapping[str, Mapping]]) -> pl.DataFrame:
    """One row per (collection, split, epoch): collections on redrawn labels, and those beside them on true ones.

    Beside them stand the collections of the same architecture and recipe on a dataset of the same examples: one
    whose entry differs in `label_noise` alone, or of which the noisy one is a part that keeps everything.
    `origin`: name of the dataset with the true labels, where it is known; `label_noise`: share of the train labels
    that are wrong, 0 of true ones, 1 - 1/k of shuffled ones of k classes. `accuracy`, `relative_bimodality`: of
    `networks` networks on the `examples` of the split, with intervals over networks `_low`, `_high`; on `train` a
    network is right where it predicts the label that it was trained on, on `test` the true one. `bimodality`:
    Pearson's; `p_value`: share of the permutation null that is at most as bimodal; `paper_smallest_b`: what the
    paper reports of such a collection.
    """
    described = _described(list(epochs), about["datasets"])
    train, test = stacked(epochs_as_trained), stacked(epochs).filter(split="test")
    return (
        pl.concat([train, test])
        .join(described, on=COLLECTION, maintain_order="left")
        .select(
            *COLLECTION,
            *("origin", "label_noise", "split", "epoch", "networks", "examples"),
            *(*beta.COLUMNS, *BIMODALITY, "p_value"),
        )
        .with_columns(
            pl.struct("dataset", "architecture", "split")
            .map_elements(lambda row: paper.value("E9", "smallest b", *row.values()), pl.Float64)
            .alias("paper_smallest_b")
        )
    )


def _described(collections: list[tuple[str, str, str]], datasets: Mapping[str, Mapping]) -> pl.DataFrame:
    """`origin` and `label_noise` of each collection that has redrawn labels, or true ones beside such."""
    noise = {dataset: wrong_share(datasets, dataset) for dataset, _, _ in collections}
    rows = []
    for dataset, architecture, recipe in collections:
        family = [
            other
            for other, *learned_by in collections
            if learned_by == [architecture, recipe] and _examples(other, datasets) == _examples(dataset, datasets)
        ]
        if any(noise[other] for other in family):
            true = [other for other in family if not noise[other]]
            origin = (true or [datasets[dataset].get("of", dataset)])[0]
            rows.append((dataset, architecture, recipe, origin, noise[dataset]))
    schema = dict.fromkeys((*COLLECTION, "origin"), pl.String) | {"label_noise": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _examples(dataset: str, datasets: Mapping[str, Mapping]) -> Mapping[str, Any]:
    """What says which examples a dataset has, its labels aside."""
    if dataset not in datasets:
        return {"name": dataset}
    entry = {key: value for key, value in datasets[dataset].items() if key not in BESIDE_EXAMPLES}
    return _examples(entry["of"], datasets) if "of" in entry and entry.keys() <= WHOLE else entry


def draw(table: pl.DataFrame) -> Figure:
    """A row per dataset, architecture and recipe: train examples, then test; a line per share of wrong labels."""
    if table.is_empty():
        return style.nothing("no collection on random labels")
    families = table.partition_by("origin", "architecture", "recipe", as_dict=True)
    called = names.short(families)
    looks = style.looks(architecture for _, architecture, _ in families)
    noises = table["label_noise"].unique().sort().to_list()
    legend_columns = style.legend_columns([_words(noise) for noise in noises], style.PAGE_WIDTH_IN)
    legend_rows = -(-len(noises) // legend_columns)
    size = style.PAGE_WIDTH_IN, 0.65 + 0.15 * legend_rows + 3.6 * len(families)
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(2 * len(families), len(SPLITS), sharey="row", squeeze=False)
    top = beta.highest(table)
    for row, below, (name, collections) in zip(grid[::2], grid[1::2], families.items(), strict=True):
        for axes, under, split in zip(row, below, SPLITS, strict=True):
            points = collections.filter(split=split).sort("label_noise", "epoch")
            if points.is_empty():
                style.blank(axes, f"no {split} examples")
                style.blank(under, "")
                continue
            beta.frame(axes, points, top)
            axes.set_xlabel(SPLITS[split])
            for (noise, _), line in points.group_by("label_noise", "dataset", maintain_order=True):
                look = _look(looks[name[1]]["color"], noises.index(noise), noise)
                beta.line(axes, line, "accuracy", **look)
                _over_training(under, line, look)
        row[0].set_title(f"{name[0]}, {called[name]}, {names.networks(collections['networks'])}", loc="left")
        row[0].set_ylabel("relative bimodality β")
        below[0].set_ylabel("bimodality b")
        beta.explain(row[-1])
    figure.legend(
        handles=[
            Line2D([], [], label=_words(noise), **_look(GREY, place, noise)) for place, noise in enumerate(noises)
        ],
        loc="outside upper center",
        ncols=legend_columns,
        frameon=False,
    )
    return figure


def _over_training(axes: Axes, points: pl.DataFrame, look: Mapping[str, Any]) -> None:
    """Pearson's b of one collection and split over training, and the smallest that the paper reports."""
    known = points.filter(pl.col("accuracy") <= MOST_ACCURATE).drop_nulls("bimodality")
    axes.plot(known["epoch"], known["bimodality"], **look)
    ends = (known[name].cast(pl.Float64) for name in BIMODALITY[1:])
    axes.fill_between(known["epoch"], *ends, color=look["color"], alpha=0.15, linewidth=0)
    if (reported := points["paper_smallest_b"][0]) is not None:
        across = axes.get_yaxis_transform()
        axes.plot(1, reported, "<", color="0.35", transform=across, clip_on=False, markersize=5)
    axes.set(xlabel="epoch", ylim=(0, MOST_B))
    axes.spines[["top", "right"]].set_visible(False)


def _look(colour: tuple | str, place: int, noise: float) -> dict:
    """Of a line by the place of its share among all: true labels are filled and solid, wrong ones open."""
    look = {
        "color": colour,
        "linestyle": DASHES[place % len(DASHES)],
        "marker": style.MARKERS[place % len(style.MARKERS)],
    }
    return look | {"markersize": 3.5, "linewidth": 1} | ({"markerfacecolor": "white"} if noise else {})


def _words(noise: float) -> str:
    return f"{100 * noise:.3g}% of train labels wrong" if noise else "true labels"
