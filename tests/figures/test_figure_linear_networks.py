"""Linear networks beside others: what the table holds, and where the paper's values stand."""

import polars as pl
import pytest

from learnorder import tables
from learnorder.figures import linear_networks, style

ABOUT = {
    "architectures": {
        "st_vgg": {"model": "st_vgg"},
        "linear_st_vgg": {"model": "st_vgg", "options": {"activation": "linear"}},
        "linear": {"model": "linear"},
    }
}


def measured(accuracy, bimodality, at_chance=(False, False)):
    """Part of a table `epochs`, at two points of test and one of train."""
    rows = [
        {"split": split, "epoch": 1.0 + place, "networks": 10, "examples": 50, "at_chance": at_chance[place]}
        | {f"{name}{end}": of[place] for name, of in values.items() for end in ("", "_low", "_high")}
        for values in [{"accuracy": accuracy, "bimodality": bimodality}]
        for split, place in (("test", 0), ("test", 1), ("train", 1))
    ]
    return pl.DataFrame(rows)


@pytest.fixture
def table():
    style.apply()
    epochs = {
        ("small_mammals", "st_vgg", "r"): measured((0.3, 0.5), (0.7, 0.2), (True, False)),
        ("small_mammals", "linear_st_vgg", "r"): measured((0.3, 0.4), (0.3, 0.1)),
        ("digits", "linear", "sgd"): measured((0.5, 0.9), (0.5, 0.4)),
    }
    return linear_networks.table(epochs, ABOUT)


def test_only_test_examples_and_which_networks_are_linear(table):
    assert table["split"].unique().to_list() == ["test"]
    kinds = dict(table.select("architecture", "linear").unique().rows())
    assert kinds == {"st_vgg": False, "linear_st_vgg": True, "linear": True}


def test_the_papers_values_stand_beside_its_own_collections_alone(table):
    reported = table.select("architecture", "paper_accuracy", "paper_bimodality").unique(maintain_order=True)
    assert reported.rows() == [("st_vgg", 0.56, 0.22), ("linear_st_vgg", 0.43, 0.06), ("linear", None, None)]


def test_a_dashed_line_for_linear_ones_and_no_b_at_chance(table, tmp_path):
    tables.write_csv(tmp_path / "table.csv", table)
    figure = linear_networks.draw(tables.read_csv(tmp_path / "table.csv"))
    accuracy, bimodality = figure.axes[:2]
    lines = {line.get_linestyle(): list(line.get_ydata()) for line in accuracy.lines if line.get_marker() != "<"}
    assert lines == {"-": [0.3, 0.5], "--": [0.3, 0.4]}
    marks = [list(line.get_ydata()) for line in bimodality.lines if line.get_marker() == "<"]
    assert marks == [[0.22], [0.06]]
    assert [0.2] in [list(line.get_ydata()) for line in bimodality.lines]
    assert [text.get_text() for text in figure.legends[0].get_texts()][-1] == "in the paper"


def test_without_linear_networks_it_says_so(table):
    figure = linear_networks.draw(table.clear())
    assert figure.axes[0].texts[0].get_text() == "no linear network beside others"
