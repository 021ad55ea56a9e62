"""What networks predict of an example, worked by hand."""

import polars as pl

from learnorder.measures import votes as module
from learnorder.measures.votes import votes

# Of six networks, at two points: the label is 2, and an example of another dataset has none.
PREDICTED = [[2, 2, 0, 1, 1, 1], [0, 3, 4, 1, 1, 4], [2] * 6, [1] * 6]
OUTCOMES = pl.LazyFrame(
    {
        "split": ["train", "train", "test", "other"],
        "epoch": [1.0, 2.0, 1.0, 1.0],
        "example": [0, 0, 0, 0],
        "label": [2, 2, 2, None],
        **{f"seed_{network:03d}": [row[network] for row in PREDICTED] for network in range(6)},
    }
)


def test_votes_for_the_label_then_for_the_commonest_other_classes():
    found = votes(OUTCOMES, 5)
    assert found.columns[3:] == ["right", "other_1", "votes_1", "other_2", "votes_2", "other_3", "votes_3"]
    assert found.select("split", "epoch", *found.columns[3:]).rows()[:2] == [
        ("train", 1.0, 2, 1, 3, 0, 1, 0, 0),
        ("train", 2.0, 0, 1, 2, 4, 2, 0, 1),  # equals by their number, and a fourth class is left out
    ]
    assert len(found) == 3
    assert found.row(2)[3] == 6
    assert found.select("votes_1", "votes_2", "votes_3").row(2) == (0, 0, 0)


def test_it_does_not_matter_how_many_are_counted_at_once(monkeypatch):
    before = votes(OUTCOMES, 5)
    monkeypatch.setattr(module, "COUNTS_AT_ONCE", 1)
    assert votes(OUTCOMES, 5).equals(before)


def test_without_labels_there_is_no_row():
    assert len(votes(OUTCOMES.filter(split="other"), 5)) == 0
