"""The export of every score of every example, from tables made by hand."""

import numpy as np
import polars as pl
import pytest

from learnorder.datasets.canonical import Dataset, Split
from learnorder.measures.scores import is_of, scores

LABELS = {"train": np.array([0, 1, 1]), "test": np.array([1, 0])}
SPLITS = {
    split: Split(np.zeros((len(x), 1, 2, 2)), x, np.array([f"{split}{i}" for i in x]))
    for split, x in LABELS.items()
}
SHAPES = Dataset(SPLITS, ["round", "square"])
MLP, CNN = ("shapes", "mlp", "sgd"), ("shapes", "cnn", "sgd")
TYPES = {"split": pl.Enum(["train", "test"]), "example": pl.UInt32, "label": pl.UInt8}


def examples(splits=("train", "test"), labels=LABELS, networks=3, **more):
    """A collection's table; accessibility falls from 1 by a tenth from example to example."""
    rows = [(split, number, label) for split in splits for number, label in enumerate(labels[split])]
    table = pl.DataFrame(rows, schema=["split", "example", "label"], orient="row").cast(TYPES)
    falling = 1 - pl.int_range(pl.len()) / 10
    return table.with_columns(
        networks=pl.lit(networks, pl.UInt32), accessibility=falling, accessibility_se=pl.lit(0.01), **more
    )


def train(table):
    return table.filter(pl.col("split") == "train")


def test_a_row_per_collection_split_and_example_with_what_it_was_made_from():
    tables = {MLP: examples(), CNN: examples(networks=5, aum=pl.lit(2.0))}
    found = scores(
        tables,
        {names: train(table) for names, table in tables.items()},
        {("shapes",): SHAPES},
    )
    assert found.columns == [
        *("dataset", "architecture", "recipe", "networks", "split", "example", "source", "label", "class"),
        *("accessibility", "accessibility_se", "aum"),
    ]
    assert len(found) == 10
    assert found.row(1) == ("shapes", "mlp", "sgd", 3, "train", 1, "train1", 1, "square", 0.9, 0.01, None)
    assert found.row(8) == ("shapes", "cnn", "sgd", 5, "test", 0, "test1", 1, "square", 0.7, 0.01, 2.0)


def test_where_labels_were_redrawn_also_the_scores_by_the_label_trained_on():
    redrawn = train(examples(labels=LABELS | {"train": np.array([0, 0, 1])})).with_columns(
        accessibility=pl.lit(0.5)
    )
    tables = {MLP: examples(), CNN: examples()}
    as_trained = {MLP: redrawn, CNN: train(tables[CNN])}
    found = scores(tables, as_trained, {})
    assert found["trained_label"].to_list() == [0, 0, 1, None, None] + [None] * 5
    assert found["accessibility_as_trained"].to_list() == [0.5] * 3 + [None] * 7
    assert found["accessibility"].to_list()[:5] == pytest.approx([1, 0.9, 0.8, 0.7, 0.6])
    assert found["source"].null_count() == 10


@pytest.mark.parametrize(
    ("table", "same"),
    [
        (examples(), True),
        (examples(splits=("test",)), True),
        (examples()[::-1], True),
        (examples()[:-1], False),
        (examples(labels=LABELS | {"test": np.array([1, 1])}), False),
    ],
)
def test_examples_are_those_of_a_dataset_if_its_splits_are_whole(table, same):
    assert is_of(table, SHAPES) == same
    assert not is_of(table, None)
    known = scores({MLP: table}, {MLP: train(table)}, {("shapes",): SHAPES})
    assert (known["class"].null_count() == 0) == same
