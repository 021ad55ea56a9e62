"""The heat map of the learning order, from frames made by hand."""

import numpy as np
import polars as pl
import pytest

from learnorder import tables
from learnorder.figures import evenly, learning_order, style

POINTS = (0.5, 2.0, 10.0)


def frames(shares: dict[str, np.ndarray], networks: int = 4) -> dict[str, pl.DataFrame]:
    """The tables of a collection whose TP-agreement by split, examples × points, is given."""
    splits = pl.Enum(["train", "test"])
    agreement, examples, epochs = [], [], []
    for split, values in shares.items():
        number, points = values.shape
        agreement.append(
            pl.DataFrame(
                {
                    "split": [split] * values.size,
                    "epoch": np.repeat(POINTS[:points], number),
                    "example": np.tile(np.arange(number, dtype=np.uint32), points),
                    "tp_agreement": values.T.ravel(),
                    "agreement": np.ones(values.size),
                }
            )
        )
        examples.append(
            pl.DataFrame(
                {
                    "split": [split] * number,
                    "example": np.arange(number, dtype=np.uint32),
                    "accessibility": values.mean(1),
                }
            )
        )
        epochs.append(pl.DataFrame({"split": [split] * points, "epoch": POINTS[:points], "networks": networks}))
    parts = {"agreement": agreement, "examples": examples, "epochs": epochs}
    return {name: pl.concat(part).cast({"split": splits}) for name, part in parts.items()}


def study(collections: dict[tuple, dict[str, np.ndarray]]) -> dict[str, dict[tuple, pl.DataFrame]]:
    """Frames by what they measure, then by collection."""
    by_collection = {name: frames(shares) for name, shares in collections.items()}
    return {
        table: {name: tables_of[table] for name, tables_of in by_collection.items()}
        for table in ("agreement", "examples", "epochs")
    }


TRAIN = np.array([[0, 0.25, 0.5], [0.5, 1, 1], [0, 0, 0.75], [1, 1, 1]])
TEST = np.array([[0, 0, 0.25], [0, 0.5, 0.75]])
CNN = ("digits", "cnn", "sgd")


@pytest.fixture
def table():
    return learning_order.table(**study({CNN: {"train": TRAIN, "test": TEST}}))


@pytest.fixture
def drawn(table, tmp_path):
    """The figure as it is drawn from the file."""
    style.apply()
    tables.write_csv(tmp_path / "table.csv", table)
    return learning_order.draw(tables.read_csv(tmp_path / "table.csv"))


def panels(figure):
    """Axes of pictures, without those of the colour bar."""
    return [axes for axes in figure.axes if axes.images]


def test_examples_stand_by_accessibility_and_equals_by_their_number(table):
    train = table.filter(split="train")
    # Examples 0 and 2 are equally accessible.
    assert train["example"].to_list() == [3, 3, 3, 1, 1, 1, 0, 0, 0, 2, 2, 2]
    assert train["rank"].to_list() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert train["epoch"].to_list() == [*POINTS] * 4
    assert train["tp_agreement"].to_list() == TRAIN[[3, 1, 0, 2]].ravel().tolist()
    assert train["accessibility"].unique(maintain_order=True).to_list() == pytest.approx([1, 2.5 / 3, 0.25])
    assert table["networks"].unique().to_list() == [4]
    assert table.columns[:4] == ["dataset", "architecture", "recipe", "networks"]


def test_at_most_120_examples_are_evenly_spaced_by_rank():
    shares = np.linspace(0, 1, 1000)[:, np.newaxis] * np.ones(2)
    table = learning_order.table(**study({CNN: {"train": shares, "test": shares[:50]}}))
    ranks = table.filter(split="train")["rank"].unique(maintain_order=True).to_numpy()
    assert len(ranks) == 120
    assert (ranks[0], ranks[-1]) == (0, 999)
    assert set(np.diff(ranks)) == {8, 9}
    # The most accessible example is the last one.
    assert table.filter(split="train", rank=0)["example"].unique().to_list() == [999]
    assert table.filter(split="test")["rank"].n_unique() == 50


def test_a_row_of_the_picture_is_an_example_and_a_column_a_point(drawn):
    train, test = panels(drawn)
    assert np.array_equal(train.images[0].get_array(), TRAIN[[3, 1, 0, 2]])
    assert np.array_equal(test.images[0].get_array(), TEST[[1, 0]])
    assert test.images[0].get_clim() == (0, 1)
    assert train.images[0].origin == "upper"
    assert [text.get_text() for text in train.get_xticklabels()] == ["0.5", "2", "10"]
    assert train.get_xticks().tolist() == [0, 1, 2]
    assert [text.get_text() for text in train.get_yticklabels()] == ["1.00", "0.83", "0.25", "0.25"]
    assert (train.get_title(), test.get_title()) == ("train examples", "test examples")
    assert train.get_ylabel() == "digits\ncnn\n4 networks"


def test_a_row_of_panels_per_collection_whose_points_differ():
    half = {"train": TRAIN[:, :2], "test": TEST[:, :2]}
    whole = {"train": TRAIN, "test": TEST}
    names = [("letters", "mlp", "sgd"), CNN, ("digits", "cnn", "adam")]
    figure = learning_order.draw(
        learning_order.table(**study(dict(zip(names, (half, whole, whole), strict=True))))
    )
    pictures = panels(figure)
    assert [axes.images[0].get_array().shape for axes in pictures] == [(4, 2), (2, 2), *[(4, 3), (2, 3)] * 2]
    assert [axes.get_ylabel().split("\n")[:2] for axes in pictures[::2]] == [
        ["letters", "mlp"],
        ["digits", "cnn, sgd"],
        ["digits", "cnn, adam"],
    ]


def test_a_panel_writes_some_of_many_points_and_examples():
    many = np.tile(np.linspace(1, 0, 101)[:, np.newaxis], 3)
    figure = learning_order.draw(learning_order.table(**study({CNN: {"train": many, "test": many}})))
    assert [text.get_text() for text in panels(figure)[0].get_yticklabels()] == [
        "1.00",
        "0.75",
        "0.50",
        "0.25",
        "0.00",
    ]
    assert panels(figure)[0].get_yticks().tolist() == [0, 25, 50, 75, 100]
    places = evenly.places(30, learning_order.MOST_EPOCHS)
    assert (len(places), places[0], places[-1]) == (9, 0, 29)


def test_a_collection_without_a_split_says_so():
    figure = learning_order.draw(learning_order.table(**study({CNN: {"test": TEST}})))
    assert [text.get_text() for text in figure.axes[0].texts] == ["no train examples"]
    assert panels(figure)[0].get_ylabel() == "digits\ncnn\n4 networks"
