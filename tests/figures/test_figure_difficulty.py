import numpy as np
import polars as pl
import pytest
from conftest import simulated

from learnorder import tables
from learnorder.figures import difficulty, style
from learnorder.measures.examples import examples
from learnorder.measures.trained import as_trained

NAME = ("noisy", "cnn", "sgd")


@pytest.fixture(autouse=True)
def theme():
    style.apply()


def scored(order=(0, 1, 2, 3, 4), networks=20):
    """Part of a table of examples, in which accessibility and margin fall in this order."""
    order = np.array(order, dtype=float)
    return pl.DataFrame(
        {
            "split": pl.Series(["train"] * len(order), dtype=pl.Enum(["train", "test"])),
            "example": np.arange(len(order), dtype=np.uint32),
            "label": np.zeros(len(order), dtype=np.uint8),
            "networks": np.full(len(order), networks),
            "accessibility": 1 - order / 10,
            "first_learned": [1.0, 2.0, 2.5, 4.0, None],
            "never_learned": np.zeros(len(order)),
            "variability": -order,
        }
    )


def on_disk(wrong=(), examples=5):
    """Table of a dataset whose train examples `wrong` have their label redrawn."""
    trained = [int(example in wrong) for example in range(examples)]
    return pl.DataFrame(
        {
            "split": pl.Series(["train"] * examples + ["test"] * 3, dtype=pl.Categorical),
            "example": pl.Series([*range(examples), 0, 1, 2], dtype=pl.UInt32),
            "label": [0] * (examples + 3),
            "trained_label": [*trained, 0, 0, 0],
        }
    )


def frames(collections, networks=20):
    """What the figure needs, of collections by name, each with its wrong labels."""
    return {
        "examples_as_trained": dict.fromkeys(collections, scored(networks=networks)),
        "dataset": {(name[0],): on_disk(wrong) for name, wrong in collections.items()},
    }


def redrawn(folder, **measures):
    """Figure of the table as the file gives it back."""
    tables.write_csv(folder / "table.csv", difficulty.table(**measures))
    return difficulty.draw(tables.read_csv(folder / "table.csv"))


def test_the_table_has_correlations_and_curves():
    table = difficulty.table(**frames({NAME: (3, 4)}))
    assert table.columns == list(difficulty.SCHEMA)
    assert set(table.select("dataset", "architecture", "recipe", "networks", "examples", "wrong").rows()) == {
        (*NAME, 20, 5, 0.4)
    }
    pairs = table.drop_nulls("other")
    assert len(pairs) == 16
    assert pairs["recall"].null_count() == 16
    found = {(one, other): value for one, other, value in pairs.select("score", "other", "spearman").rows()}
    assert found["accessibility", "first_learned"] == pytest.approx(1)
    assert found["accessibility", "variability"] == pytest.approx(-1)
    assert found["accessibility", "never_learned"] is None
    curves = table.drop_nulls("recall")
    assert curves["other"].null_count() == len(curves)
    averages = dict(curves.select("score", "average_precision").iter_rows())
    # Variability calls 0 the hardest: the wrong 3 and 4 come fourth and fifth.
    assert averages == pytest.approx(
        {"accessibility": 1, "first_learned": 1, "never_learned": 0.4, "variability": (1 / 4 + 2 / 5) / 2}
    )
    signs = dict(table.select("score", "sign").iter_rows())
    assert signs == {"accessibility": -1, "first_learned": 1, "never_learned": 1, "variability": 1}


def test_wrong_labels_are_those_of_their_own_examples():
    measures = frames({NAME: (0, 1)})
    measures["dataset"][NAME[:1]] = on_disk((0, 1)).sort("example", descending=True)
    averages = dict(difficulty.table(**measures).select("score", "average_precision").iter_rows())
    assert averages["variability"] == pytest.approx(1)


def test_two_collections_of_each_kind():
    noisy = {("noisy", f"net {number}", "sgd"): (1,) for number in range(5)}
    clean = {("clean", f"net {number}", "sgd"): () for number in range(5)}

    def drawn(collections):
        return (
            difficulty.table(**frames(collections))
            .select("dataset", "architecture")
            .unique(maintain_order=True)
            .rows()
        )

    assert drawn(clean | noisy) == [("noisy", "net 0"), ("noisy", "net 1"), ("clean", "net 0"), ("clean", "net 1")]
    assert drawn(clean) == [("clean", f"net {number}") for number in range(4)]
    one = dict(list(clean.items())[:1])
    assert drawn(noisy | one) == [("noisy", "net 0"), ("noisy", "net 1"), ("noisy", "net 2"), ("clean", "net 0")]


def test_a_matrix_of_correlations_and_a_line_per_score(tmp_path):
    figure = redrawn(tmp_path, **frames({NAME: (3, 4)}))
    matrix, curves, beside = figure.axes
    image = matrix.images[0].get_array()
    expected = np.array([[np.nan] * 4, [1, np.nan, np.nan, np.nan], [np.nan] * 4, [-1, -1, np.nan, np.nan]])
    assert np.allclose(image.filled(np.nan), expected, equal_nan=True)
    assert matrix.images[0].get_clim() == (-1, 1)
    written = {(*map(float, text.get_position()), text.get_text()) for text in matrix.texts}
    assert written == {
        *((0, 1, "100"), (0, 2, "–"), (1, 2, "–")),
        *((0, 3, "−100"), (1, 3, "−100"), (2, 3, "–")),
    }
    colours = {text.get_text(): text.get_color() for text in matrix.texts}
    assert colours == {"100": "white", "−100": "white", "–": "black"}
    assert matrix.get_xlim() == (-0.5, 2.5)
    assert [label.get_text() for label in matrix.get_yticklabels()] == [
        "−accessibility  a",
        "first learned  b",
        "never learned  c",
        "variability  d",
    ]
    assert matrix.get_title() == "noisy, cnn\n20 networks, 5 train labels, 40% made wrong"
    words = [text.get_text() for text in beside.get_legend().get_texts()]
    assert words == [
        "1.00  −accessibility",
        "1.00  first learned",
        "0.40  never learned",
        "0.33  variability",
        "0.40  chance",
    ]
    lines = dict(zip(words, curves.lines, strict=True))
    assert lines["1.00  −accessibility"].get_ydata().tolist() == [1, 1, 1]
    assert lines["1.00  −accessibility"].get_xdata().tolist() == [0, 0.5, 1]
    assert lines["0.33  variability"].get_ydata() == pytest.approx([1 / 4, 1 / 4, 2 / 5])
    assert lines["0.40  chance"].get_ydata() == pytest.approx([0.4, 0.4])
    assert len({line.get_marker() for line in curves.lines}) == 5
    assert {line.get_drawstyle() for line in curves.lines[:4]} == {"steps-pre"}
    dashes = [line.get_linestyle() for line in curves.lines]
    assert dashes == ["-", "-", "-", "--", ":"]


def test_a_score_looks_the_same_in_every_panel(tmp_path):
    measures = frames({NAME: (3,), ("other", "cnn", "sgd"): (0,)})
    measures["examples_as_trained"]["other", "cnn", "sgd"] = scored((4, 3, 2, 1, 0)).drop("first_learned")
    panels = [axes for axes in redrawn(tmp_path, **measures).axes if axes.get_xlabel().startswith("recall")]
    looks = [
        {line.get_label().split("  ")[1]: (line.get_color(), line.get_marker()) for line in axes.lines}
        for axes in panels
    ]
    assert len(looks[0]) == 5
    assert looks[1].items() <= looks[0].items()


def test_clean_collections_share_rows_and_say_that_no_label_was_redrawn(tmp_path):
    three = {("clean", f"net {number}", "sgd"): () for number in range(3)}
    figure = redrawn(tmp_path, **frames({NAME: (1,)} | three))
    matrices = [axes for axes in figure.axes if axes.images]
    assert [axes.get_subplotspec().rowspan.start for axes in matrices] == [0, 1, 1, 2]
    assert [axes.get_subplotspec().colspan.start for axes in matrices] == [0, 0, 1, 0]
    assert matrices[1].get_title().endswith("5 train labels, none made wrong")
    assert len(figure.axes) == 6


def test_one_clean_collection_takes_a_column(tmp_path):
    figure = redrawn(tmp_path, **frames({NAME: ()}))
    assert figure.get_size_inches()[0] == style.COLUMN_WIDTH_IN
    (matrix,) = figure.axes
    assert list(matrix.get_subplotspec().colspan) == [0, 1, 2]


def test_a_dataset_that_is_not_on_disk_has_no_wrong_labels():
    measures = frames({NAME: (1, 2)}) | {"dataset": {}}
    assert difficulty.table(**measures)["wrong"].unique().to_list() == [0]
    fewer = on_disk((1,), examples=2)
    assert difficulty.table(**measures | {"dataset": {NAME[:1]: fewer}})["wrong"].unique().to_list() == [0.2]


def test_labels_that_are_all_wrong_leave_nothing_to_find(tmp_path):
    figure = redrawn(tmp_path, **frames({NAME: range(5)}))
    assert figure.axes[0].get_title().endswith("100% made wrong")
    assert len(figure.axes) == 1


def test_without_train_examples_it_says_so(tmp_path):
    measures = frames({NAME: (), ("digits", "cnn", "sgd"): ()})
    measures["examples_as_trained"][NAME] = scored().clear()
    assert difficulty.table(**measures)["dataset"].unique().to_list() == ["digits"]
    measures["examples_as_trained"] = {NAME: scored().clear()}
    assert [text.get_text() for text in redrawn(tmp_path, **measures).axes[0].texts] == ["no train examples"]


def test_two_networks_that_learned_everything_at_once(tmp_path):
    outcomes = as_trained(simulated(np.ones((2, 1, 5), dtype=bool), split="train"))
    measures = frames({NAME: (1,)}) | {
        "examples_as_trained": {NAME: examples(outcomes)},
    }
    figure = redrawn(tmp_path, **measures)
    style.save(figure, tmp_path / "figure.pdf", tmp_path / "figure.png")
    assert {text.get_text() for text in figure.axes[0].texts} == {"–"}


def test_the_same_table_gives_the_same_bytes(tmp_path):
    table = difficulty.table(**frames({NAME: (3, 4)}))
    for name in ("one.pdf", "two.pdf"):
        style.save(difficulty.draw(table), tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
