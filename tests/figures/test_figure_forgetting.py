"""Single examples over training: which are drawn, and what independent networks would forget."""

import polars as pl
import pytest

from learnorder import tables
from learnorder.figures import forgetting, style

NAME = ("digits", "cnn", "sgd")


def agreement(**examples):
    """TP-agreement by example at epochs 1, 2, …, of test and of train."""
    rows = [
        {"split": split, "epoch": 1.0 + place, "example": number, "tp_agreement": value, "agreement": 1.0}
        for split in ("train", "test")
        for number, values in enumerate(examples.values())
        for place, value in enumerate(values)
    ]
    return pl.DataFrame(rows)


def shares(**values):
    numbers = {"known": 0.5, "halved": 0.2, "forgotten": 0.1} | values
    row = {
        f"{name}{end}": value for name, value in numbers.items() for end in ("", "_low", "_high", "_independent")
    }
    rows = [{"split": split, "networks": 10, "examples": 4, "points": 3} | row for split in ("train", "test")]
    return pl.DataFrame(rows)


@pytest.fixture
def table():
    style.apply()
    drawn = agreement(kept=(0.5, 1.0, 1.0), lost=(1.0, 0.5, 0.0), never=(0.0, 0.0, 0.1), back=(0.0, 1.0, 0.2))
    return forgetting.table({NAME: drawn}, {NAME: shares()})


def test_an_example_is_lost_that_rises_above_and_later_falls_below(table):
    lost = table.filter(part="example").group_by("example", maintain_order=True).first()
    assert lost.sort("example")["lost"].to_list() == [False, True, False, False]
    assert table.filter(part="example")["split"].unique().to_list() == ["test"]


def test_the_drawing_has_a_line_per_example_and_a_point_per_share(table, tmp_path):
    tables.write_csv(tmp_path / "table.csv", table)
    left, right = forgetting.draw(tables.read_csv(tmp_path / "table.csv")).axes
    assert left.get_title("left") == "digits, cnn, 10 networks"
    assert len([line for line in left.lines if len(line.get_xdata()) == 3]) == 4
    assert [label.get_text() for label in right.get_xticklabels()] == list(forgetting.SHARES.values())
    crosses = [line for line in right.lines if line.get_marker() == "x"]
    assert len(crosses) == 6


def test_of_many_examples_few_are_drawn():
    style.apply()
    many = agreement(**{f"e{number}": (1.0, 0.0) for number in range(500)})
    kept = forgetting.table({NAME: many}, {NAME: shares()}).filter(part="example")["example"].n_unique()
    assert forgetting.EXAMPLES <= kept <= forgetting.EXAMPLES + forgetting.FORGOTTEN
