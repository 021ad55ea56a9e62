"""The figure of text collections: the parts of two other figures, beside each other."""

import numpy as np
import polars as pl
import pytest
from conftest import simulated

from learnorder import tables
from learnorder.figures import bimodality, same_order, style, text
from learnorder.measures.collection import measure

EPOCHS = (1.0, 2.0, 3.0, 4.0, 5.0)


def frames(**names: int) -> dict[str, dict[tuple, pl.DataFrame]]:
    """Frames by what they measure, of collections of so many networks that are right independently."""
    by_table: dict[str, dict[tuple, pl.DataFrame]] = {}
    for place, (name, networks) in enumerate(names.items()):
        random = np.random.default_rng(place)
        right = random.random((networks, len(EPOCHS), 40)) < np.linspace(0.3, 0.8, 5)[:, np.newaxis]
        both = pl.concat([simulated(right, epochs=EPOCHS, split=split) for split in ("train", "test")])
        for table, frame in measure(both, 10, 0.95, 9).items():
            # So few examples are soon at chance.
            above = frame.with_columns(at_chance=False) if table == "epochs" else frame
            by_table.setdefault(table, {})["titles", name, "sgd"] = above
    return {table: by_table[table] for table in ("distribution", "epochs")}


@pytest.fixture(scope="module")
def given():
    style.apply()
    return frames(lstm=6, linear=4)


@pytest.fixture
def drawn(given, tmp_path):
    tables.write_csv(tmp_path / "table.csv", text.table(**given))
    return text.draw(tables.read_csv(tmp_path / "table.csv"))


def test_the_table_holds_those_of_both_figures(given):
    table = text.table(**given)
    for part, expected in (
        ("distribution", same_order.table(**given)),
        ("bimodality", bimodality.table(given["epochs"])),
    ):
        rows = table.filter(part=part)
        assert rows.select(expected.columns).equals(expected.cast(dict(rows.select(expected.columns).schema)))
        others = rows.select(pl.exclude("part", *expected.columns))
        assert others.null_count().row(0) == (len(rows),) * others.width


def test_a_row_has_four_distributions_and_a_panel_of_bimodality(given, drawn):
    left, right = drawn.subfigs
    assert [axes.get_title() for axes in left.axes] == ["epoch 1", "epoch 2", "epoch 4", "epoch 5", *[""] * 4]
    assert [axes.get_ylabel().split("\n")[1] for axes in left.axes[::4]] == ["lstm", "linear"]
    distribution = given["distribution"]["titles", "linear", "sgd"].filter(pl.col("epoch") == 4)
    expected = [
        sign * share
        for split, sign in (("train", 1), ("test", -1))
        for share in distribution.filter(pl.col("split") == split)["share"]
    ]
    assert [bar.get_height() for bar in left.axes[6].patches] == pytest.approx(expected)
    for axes, name in zip(right.axes, ("lstm", "linear"), strict=True):
        epochs = given["epochs"]["titles", name, "sgd"]
        lines = [line.get_xydata() for line in axes.lines if len(line.get_xdata()) == len(EPOCHS)]
        for line, split in zip(lines, ("train", "test"), strict=True):
            rows = epochs.filter(pl.col("split") == split).select("accuracy", "relative_bimodality")
            assert line == pytest.approx(rows.to_numpy())
    assert "share of the 4 to 6 networks" in left.get_supxlabel()


def test_a_collection_has_its_colour_in_both_parts(drawn):
    left, right = drawn.subfigs
    colours = {name: look["color"] for name, look in style.looks(["lstm", "linear"]).items()}
    for row, name in enumerate(("lstm", "linear")):
        assert left.axes[4 * row].patches[0].get_facecolor()[:3] == pytest.approx(colours[name])
        assert right.axes[row].lines[0].get_color() == pytest.approx(colours[name])


def test_the_words_in_a_panel_stand_below_each_other(drawn):
    words = {label.get_text() for label in drawn.subfigs[0].axes[0].texts}
    assert all("\nβ " in label for label in words)


def test_two_networks_have_no_intervals(tmp_path):
    tables.write_csv(tmp_path / "table.csv", text.table(**frames(lstm=2)))
    figure = text.draw(tables.read_csv(tmp_path / "table.csv"))
    style.save(figure, tmp_path / "figure.png")
    assert len(figure.subfigs[1].axes) == 1


def test_without_any_collection_of_texts_it_says_so(tmp_path):
    tables.write_csv(tmp_path / "table.csv", text.table(distribution={}, epochs={}))
    figure = text.draw(tables.read_csv(tmp_path / "table.csv"))
    assert [words.get_text() for words in figure.axes[0].texts] == ["no collection on a dataset of texts"]
