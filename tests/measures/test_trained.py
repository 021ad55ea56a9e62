import numpy as np
import polars as pl
import pytest
from conftest import simulated

from learnorder.measures.agreement import counts
from learnorder.measures.epochs import epochs
from learnorder.measures.examples import examples
from learnorder.measures.trained import as_trained


def outcomes(redrawn=True):
    """Two networks at two points; of the train examples 0, 1, 2 the last has its label redrawn from 2 to 0."""
    columns = {
        "split": pl.Series(["train"] * 6 + ["test"] * 2, dtype=pl.Enum(["train", "test"])),
        "epoch": [1.0] * 3 + [2.0] * 3 + [1.0, 2.0],
        "example": pl.Series([0, 1, 2] * 2 + [0, 0], dtype=pl.UInt32),
        "label": [0, 1, 2] * 2 + [1, 1],
        "trained_label": [0, 1, 0] * 2 + [1, 1],
        "seed_000": [0, 1, 2, 0, 1, 0, 1, 1],
        "seed_001": [0, 1, 0, 0, 1, 0, 1, 0],
    }
    frame = pl.DataFrame(columns)
    return (frame if redrawn else frame.drop("trained_label")).lazy()


def test_memorised_labels_are_right_as_trained_and_wrong_in_truth():
    rows = examples(as_trained(outcomes()))
    assert rows["split"].unique().to_list() == ["train"]
    assert rows["label"].to_list() == [0, 1, 0]
    assert rows["accessibility"].to_list() == [1, 1, 0.75]
    assert rows["first_learned"].to_list() == [1, 1, 1.5]
    truth = examples(outcomes()).filter(split="train")
    assert truth["accessibility"].to_list() == [1, 1, 0.25]
    assert truth["forgetting_events"].to_list() == [0, 0, 0.5]


def test_accuracy_as_trained():
    table = epochs(counts(as_trained(outcomes())), 0.95, 99)
    assert table.select("split", "epoch").rows() == [("train", 1), ("train", 2)]
    assert table["accuracy"].to_list() == pytest.approx([5 / 6, 1])
    truth = epochs(counts(outcomes()), 0.95, 99).filter(split="train")
    assert truth["accuracy"].to_list() == pytest.approx([5 / 6, 2 / 3])


def test_without_redrawn_labels_nothing_changes():
    clean = outcomes(redrawn=False)
    assert as_trained(clean).collect().equals(clean.filter(split="train").collect())
    assert examples(as_trained(clean)).equals(examples(clean).filter(split="train"))


def test_predictions_of_a_test_split_alone_have_no_row():
    test = simulated(np.ones((5, 2, 4), dtype=bool), epochs=(1.0, 2.0))
    assert examples(as_trained(test)).is_empty()
    table = epochs(counts(as_trained(test)), 0.95, 99)
    assert table.is_empty()
    assert table.columns == epochs(counts(test), 0.95, 99).columns
