"""Majority votes at equal accuracy: shares of examples, and where the weaker has converged."""

import polars as pl
import pytest

from learnorder import tables
from learnorder.figures import majority_vote, style
from learnorder.measures.majority import SHARES

PAIR = ("digits", "linear", "sgd", "cnn", "sgd")


def measured(points=((0.4, False), (0.6, False), (0.8, True))):
    rows = [
        {"split": split, "epoch_weaker": 1.0, "epoch_stronger": accuracy, "accuracy_stronger": accuracy}
        | {"networks_weaker": 5, "networks_stronger": 5, "examples": 40, "converged": converged}
        | {"weaker": "linear", "stronger": "cnn"}
        | {f"{share}{end}": 0.25 for share in SHARES for end in ("", "_low", "_high", "_independent")}
        for split in ("train", "test")
        for accuracy, converged in points
    ]
    return pl.DataFrame(rows)


def test_a_row_per_pair_with_what_each_is(tmp_path):
    style.apply()
    table = majority_vote.table({PAIR: measured()})
    tables.write_csv(tmp_path / "table.csv", table)
    figure = majority_vote.draw(tables.read_csv(tmp_path / "table.csv"))
    train, test = figure.axes
    assert train.get_ylabel() == "digits\nstronger cnn\nweaker linear"
    assert [axes.get_title() for axes in (train, test)] == ["train examples", "test examples"]
    # Four shares and what independent votes give of each.
    assert [list(line.get_xdata()) for line in test.lines] == [[0.4, 0.6, 0.8]] * 8
    [ended] = test.patches
    assert ended.get_x() == pytest.approx(0.7)


def test_what_is_nowhere_equally_accurate_says_so():
    style.apply()
    only = majority_vote.table({PAIR: measured().filter(split="test")})
    assert majority_vote.draw(only).axes[0].texts[0].get_text() == "nowhere equally accurate on train"
    nowhere = majority_vote.draw(only.clear())
    assert nowhere.axes[0].texts[0].get_text() == "no two architectures that are equally accurate somewhere"
    assert majority_vote.table({}).is_empty()


def test_pairs_without_a_match_leave_the_others():
    nowhere = ("digits", "mlp", "sgd", "cnn", "sgd")
    table = majority_vote.table({nowhere: measured().clear(), PAIR: measured()})
    assert table["architecture"].unique().to_list() == ["linear"]
