"""The figure of nested learning, from frames made by hand."""

import numpy as np
import polars as pl
import pytest

from learnorder import tables
from learnorder.figures import nested_learning, style

SPLITS = pl.Enum(["train", "test"])
SHARES = {"accuracy_weaker": 0.5, "accuracy_stronger": 0.6, "right_given_right": 0.8, "right_given_wrong": 0.4}
KNOWN = {"weaker_right": 0.5, "stronger_right": 0.7, "only_stronger": 0.25}


def with_intervals(shares: dict[str, float], intervals: bool) -> dict[str, float | None]:
    ends = (("_low", -0.04), ("_high", 0.06))
    return shares | {f"{k}{end}": v + by if intervals else None for k, v in shares.items() for end, by in ends}


def nested(weaker: str, stronger: str, matched: dict[tuple, bool], intervals: bool = True) -> pl.DataFrame:
    """A row per split and pair of epochs, of which some are matched; later points are a little better."""
    rows = []
    for split in ("train", "test"):
        for (first, second), same in matched.items():
            more = 0.01 * first + (0.1 if split == "train" else 0)
            row = {"split": split, "epoch_weaker": first, "epoch_stronger": second}
            row |= {"networks_weaker": 3, "networks_stronger": 5, "examples": 50}
            row |= with_intervals({name: share + more for name, share in SHARES.items()}, intervals)
            rows.append(row | {"matched": same, "weaker": weaker, "stronger": stronger})
    floats = [name for name in rows[0] if name.endswith(("_low", "_high"))]
    return pl.DataFrame(rows, schema_overrides={"split": SPLITS} | dict.fromkeys(floats, pl.Float64))


def only_stronger(weaker: str, stronger: str, intervals: bool = True) -> pl.DataFrame:
    """Two bins of each split."""
    rows = []
    for split in ("train", "test"):
        for number, accessibility in ((0, 0.2), (7, 0.9)):
            row = {"split": split, "bin": number, "networks_weaker": 3, "networks_stronger": 5, "examples": 25}
            row |= {"accessibility_weaker": accessibility}
            row |= with_intervals({name: share + number / 100 for name, share in KNOWN.items()}, intervals)
            rows.append(row | {"weaker": weaker, "stronger": stronger})
    floats = [name for name in rows[0] if name.endswith(("_low", "_high"))]
    return pl.DataFrame(rows, schema_overrides={"split": SPLITS} | dict.fromkeys(floats, pl.Float64))


POINTS = {(2.0, 2.0): False, (2.0, 1.0): True, (1.0, 1.0): True, (1.0, 2.0): False}
# The second architecture of the pair is the weaker one.
PAIR = ("digits", "cnn", "sgd", "linear", "sgd")
FRAMES = {
    "nested": {PAIR: nested("linear", "cnn", POINTS)},
    "only_stronger": {PAIR: only_stronger("linear", "cnn")},
}


@pytest.fixture
def draw(tmp_path):
    """Draw from the file that a table leaves."""
    style.apply()

    def from_csv(nested, only_stronger):
        tables.write_csv(tmp_path / "table.csv", nested_learning.table(nested, only_stronger))
        return nested_learning.draw(tables.read_csv(tmp_path / "table.csv"))

    return from_csv


def curves(axes) -> list[np.ndarray]:
    """The points of each line, without the bars of intervals."""
    return [line.get_xydata() for line in axes.lines]


def test_the_parts_are_the_same_epochs_the_matched_points_and_the_bins():
    table = nested_learning.table(**FRAMES)
    keys = ("epoch_weaker", "epoch_stronger")
    of_test = {part: rows for (part,), rows in table.filter(split="test").group_by("part")}
    assert sorted(of_test["epoch"].select(keys).rows()) == [(1, 1), (2, 2)]
    assert sorted(of_test["accuracy"].select(keys).rows()) == [(1, 1), (2, 1)]
    assert of_test["bin"]["bin"].to_list() == [0, 7]
    assert of_test["bin"]["right_given_right"].null_count() == 2
    assert table.filter(split="train").height == table.filter(split="test").height
    assert table["weaker"].unique().to_list() == ["linear"]


def test_each_part_has_its_panel(draw):
    epoch, accuracy, last = draw(**FRAMES).axes
    given = [0.8, 0.4, 0.6]
    for curve, share in zip(curves(epoch), given, strict=True):
        assert curve == pytest.approx(np.array([[1, share + 0.01], [2, share + 0.02]]))
    for curve, share in zip(curves(accuracy), given, strict=True):
        assert curve == pytest.approx(np.array([[0.51, share + 0.01], [0.52, share + 0.02]]))
    for curve, share in zip(curves(last), (0.7, 0.5, 0.25), strict=True):
        assert curve == pytest.approx(np.array([[0.2, share], [0.9, share + 0.07]]))
    assert [line.get_linestyle() for line in epoch.lines] == ["-", "-", "--"]
    bars = epoch.collections[0].get_segments()
    assert bars[0] == pytest.approx(np.array([[1, 0.77], [1, 0.87]]))
    assert [axes.get_xlabel() for axes in (epoch, accuracy, last)] == [
        "epoch",
        "mean accuracy of W",
        "accessibility for W",
    ]


def test_lines_have_the_colour_of_the_collection_that_answers(draw):
    figure = draw(**FRAMES)
    colours = {name: look["color"] for name, look in style.looks(["cnn", "linear"]).items()}
    epoch, _, last = figure.axes
    assert [line.get_color() for line in epoch.lines] == [colours["cnn"], colours["cnn"], style.INDEPENDENT]
    assert [line.get_color() for line in last.lines] == [colours["cnn"], colours["linear"], style.INDEPENDENT]
    assert epoch.get_ylabel() == "digits\nW: linear\nS: cnn\n3 and 5 networks"
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == [look["label"] for _, look in nested_learning.LINES.values()]


def test_points_that_are_never_the_same_are_said(draw):
    apart = {PAIR: nested("linear", "cnn", {(1.0, 2.0): False})}
    epoch, accuracy, _ = draw(apart, FRAMES["only_stronger"]).axes
    assert [text.get_text() for text in epoch.texts] == ["no epoch\nin common"]
    assert [text.get_text() for text in accuracy.texts] == ["nowhere\nequally accurate"]
    assert epoch.get_ylabel().startswith("digits")


def test_few_networks_have_no_intervals_and_undefined_shares_no_points(draw, tmp_path):
    few = nested("linear", "cnn", POINTS, intervals=False)
    undefined = few.with_columns(right_given_wrong=pl.lit(None, dtype=pl.Float64))
    figure = draw({PAIR: undefined}, {PAIR: only_stronger("linear", "cnn", intervals=False)})
    assert [len(curve) for curve in curves(figure.axes[0])] == [2, 0, 2]
    style.save(figure, tmp_path / "figure.png")


def test_a_recipe_is_named_with_the_collection_it_belongs_to(draw):
    other = ("digits", "cnn", "adam", "linear", "sgd")
    figure = draw(
        FRAMES["nested"] | {other: nested("linear", "cnn", POINTS)},
        FRAMES["only_stronger"] | {other: only_stronger("linear", "cnn")},
    )
    lines = [axes.get_ylabel().split("\n")[1:3] for axes in figure.axes[::3]]
    assert lines == [["W: linear", "S: cnn, sgd"], ["W: linear", "S: cnn, adam"]]


def test_every_pair_has_a_row(draw):
    names = [(f"set {place}", *PAIR[1:]) for place in range(9)]
    figure = draw(*(dict.fromkeys(names, FRAMES[name][PAIR]) for name in ("nested", "only_stronger")))
    assert [axes.get_ylabel().split("\n")[0] for axes in figure.axes[::3]] == [name[0] for name in names]


def test_without_any_pair_it_says_so(draw):
    figure = draw({}, {})
    assert [text.get_text() for text in figure.axes[0].texts] == ["no two architectures on one dataset"]
