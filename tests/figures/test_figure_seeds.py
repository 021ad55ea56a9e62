import numpy as np
import polars as pl
import pytest

from learnorder import tables
from learnorder.figures import seeds, style

SPLITS = pl.Enum(["train", "test"])
ACCURACY = (0.5, 0.7, 0.9)
ALL = ["initialisation", "order", "augmentation"]
SGD = {"optimiser": "sgd", "learning_rate": 0.01, "vary": ALL}
ABOUT = {
    "datasets": {},
    "architectures": {},
    "recipes": {
        "sgd": SGD,
        "order": SGD | {"vary": ["order"], "description": "One seed alone."},
        "two": SGD | {"vary": ["initialisation", "order"]},
        "adam": SGD | {"optimiser": "adam"},
        "adam_order": SGD | {"optimiser": "adam", "vary": ["order"]},
        "rounds": {"clock": "rounds", "evaluate_at": [1, 2]},
    },
}


@pytest.fixture(autouse=True)
def theme():
    style.apply({"forest": {"marker": "D"}, "theirs": {"marker": "^"}})


def split(columns, name):
    return pl.DataFrame(columns).select(pl.lit(name).cast(SPLITS).alias("split"), pl.all())


def epochs(*relative_bimodality):
    """Table of a collection with these values on the test split; on the train split they are 9."""
    parts = []
    for name, values in (("train", [9.0] * len(ACCURACY)), ("test", relative_bimodality)):
        beta, accuracy = pl.Series(values, dtype=pl.Float64), pl.Series(ACCURACY)
        columns = {"epoch": np.arange(len(ACCURACY), dtype=float), "networks": [20] * len(ACCURACY)}
        columns |= {"examples": [100] * len(ACCURACY), "at_chance": [False] * len(ACCURACY)}
        columns |= {"accuracy": accuracy, "accuracy_low": accuracy - 0.01, "accuracy_high": accuracy + 0.01}
        columns |= {"relative_bimodality": beta, "relative_bimodality_low": beta - 0.1}
        parts.append(split(columns | {"relative_bimodality_high": beta + 0.1}, name))
    return pl.concat(parts)


def reliability(*correlation):
    """Table of a collection whose sets of 1, 2, 5, … networks correlate so on the test split, by 1 on train."""
    parts = []
    for name, values in (("train", [1.0] * len(correlation)), ("test", correlation)):
        found = pl.Series(values, dtype=pl.Float64)
        columns = {"networks": pl.Series([1, 2, 5, 10][: len(found)], dtype=pl.UInt32), "correlation": found}
        columns |= {"correlation_sd": [0.05] * len(found), "spearman_brown": found + 0.01}
        parts.append(split(columns, name))
    return pl.concat(parts)


@pytest.fixture
def frames():
    return {
        "epochs": {
            ("digits", "cnn", "sgd"): epochs(0.5, 0.6, 0.7),
            ("digits", "cnn", "order"): epochs(0.2, 0.3, None),
            ("digits", "cnn", "adam"): epochs(0.1, 0.1, 0.1),
            ("digits", "forest", "rounds"): epochs(0.3, 0.3, 1.9),
        },
        "reliability": {
            ("digits", "cnn", "sgd"): reliability(0.5, 0.7, 0.8),
            ("digits", "cnn", "order"): reliability(0.6, 0.8, 0.9),
            ("digits", "cnn", "adam"): reliability(0.1, 0.2, 0.3),
            ("digits", "forest", "rounds"): reliability(0.4, 0.5),
        },
    }


@pytest.fixture
def table(frames):
    return seeds.table(**frames, about=ABOUT)


def draw(frames, *names):
    kept = {what: {name: of[name] for name in names} for what, of in frames.items()}
    return seeds.draw(seeds.table(**kept, about=ABOUT))


def marked(axes):
    return {line.get_marker(): line.get_xydata().tolist() for line in axes.lines if line.get_marker() != "None"}


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_recipes_that_differ_in_their_seeds_alone_are_compared_and_others_kept_where_none_do(table):
    collections = table.select("architecture", "recipe", "compared", "varies").unique(maintain_order=True)
    assert collections.rows() == [
        ("cnn", "sgd", True, "all three"),
        ("cnn", "order", True, "order"),
        ("forest", "rounds", False, None),
    ]
    assert table.filter(part="bimodality", recipe="sgd")["relative_bimodality"].to_list() == [0.5, 0.6, 0.7]
    sizes = table.filter(part="reliability", recipe="order").select("set_size", "correlation").rows()
    assert sizes == [(1, 0.6), (2, 0.8), (5, 0.9)]
    assert table["networks"].drop_nulls().unique().to_list() == [20]


def test_bimodality_against_accuracy_and_reliability_against_the_number_of_networks(table):
    figure = seeds.draw(table)
    assert legend(figure) == ["all three", "order", "forest", "Spearman–Brown", "sd over draws"]
    left, right, none, learner = figure.axes
    assert left.get_ylim()[1] == 1.25
    assert left.get_title() == "digits, cnn, 20 networks"
    assert marked(left) == {"o": [[0.5, 0.5], [0.7, 0.6], [0.9, 0.7]], "s": [[0.5, 0.2], [0.7, 0.3]]}
    assert "1 undefined" in {text.get_text() for text in left.texts}
    assert marked(right) == {"o": [[1, 0.5], [2, 0.7], [5, 0.8]], "s": [[1, 0.6], [2, 0.8], [5, 0.9]]}
    assert right.get_xscale() == "log"
    assert [text.get_text() for text in right.get_xticklabels()] == ["1", "2", "5"]
    assert [text.get_text() for text in none.texts] == ["no recipes that differ only\nin what their seeds move"]
    assert marked(learner) == {"D": [[1, 0.4], [2, 0.5]]}


def test_the_deviation_is_a_band_and_the_prediction_dashed(table):
    right = seeds.draw(table).axes[1]
    band = right.collections[0].get_paths()[0].vertices.round(6).tolist()
    assert {tuple(point) for point in band} == {
        (n, round(value + side, 6)) for n, value in ((1, 0.5), (2, 0.7), (5, 0.8)) for side in (-0.05, 0.05)
    }
    dashed = [line.get_ydata().round(6).tolist() for line in right.lines if line.get_linestyle() == "--"]
    assert dashed == [[0.51, 0.71, 0.81], [0.61, 0.81, 0.91]]


def test_recipes_are_named_where_what_varies_does_not_tell_them_apart(frames):
    for what, value in (("epochs", epochs(0.1, 0.2, 0.3)), ("reliability", reliability(0.1, 0.2))):
        frames[what]["digits", "cnn", "adam_order"] = value
        frames[what]["digits", "cnn", "two"] = value
    figure = seeds.draw(seeds.table(**frames, about=ABOUT))
    assert legend(figure)[:5] == [
        "sgd: all three",
        "order: order",
        "adam: all three",
        "adam_order: order",
        "initialisation and order",
    ]


def test_collections_that_are_not_compared_share_a_row_by_their_architecture(frames):
    for what, value in (("epochs", epochs(0.1, 0.2, 0.3)), ("reliability", reliability(0.3, 0.6))):
        frames[what]["digits", "theirs", "paper"] = value
        frames[what]["digits", "theirs", "paper_too"] = value
        frames[what]["letters", "theirs", "paper"] = value
    figure = seeds.draw(seeds.table(**frames, about=ABOUT))
    assert legend(figure)[2:5] == ["forest", "theirs, paper", "theirs, paper_too"]
    titles = [axes.get_title() for axes in figure.axes[::2]]
    assert titles == ["digits, cnn, 20 networks", "digits, 20 networks", "letters, 20 networks"]
    assert len(marked(figure.axes[3])) == 3
    colours = {line.get_marker(): line.get_color() for line in figure.axes[3].lines}
    of_architecture = style.looks(["forest", "theirs"])
    assert {marker: colours[marker] for marker in "D^"} == {
        look["marker"]: look["color"] for look in of_architecture.values()
    }


def test_what_is_undefined_is_said(frames):
    name, other = ("digits", "cnn", "sgd"), ("digits", "cnn", "order")
    for key in (name, other):
        frames["epochs"][key] = epochs(None, None, None)
        frames["reliability"][key] = reliability(None)
    left, right = draw(frames, name, other).axes
    assert "β undefined" in {text.get_text() for text in left.texts}
    assert left.get_xlim()[0] < 0.5 < 0.9 < left.get_xlim()[1]
    assert [text.get_text() for text in right.texts] == ["no reliability"]


def test_without_test_examples_that_is_said(frames):
    train = {
        what: {name: frame.filter(split="train") for name, frame in of.items()} for what, of in frames.items()
    }
    figure = seeds.draw(seeds.table(**train, about=ABOUT))
    assert [text.get_text() for text in figure.axes[0].texts] == ["no test examples"]


def test_a_negative_reliability_is_inside_the_frame(frames):
    frames["reliability"]["digits", "cnn", "sgd"] = reliability(-0.3, 0.1)
    right = draw(frames, ("digits", "cnn", "sgd")).axes[1]
    assert right.get_ylim()[0] < -0.3


@pytest.mark.parametrize("intervals", [True, False])
def test_the_file_alone_redraws_the_same(frames, intervals, tmp_path):
    learner = {what: {name: of[name] for name in of if name[1] == "forest"} for what, of in frames.items()}
    for number, chosen in enumerate((frames, learner)):
        table = seeds.table(**chosen, about=ABOUT)
        if not intervals:
            ends = [name for name in table.columns if name.endswith(("_low", "_high", "_sd", "brown"))]
            table = table.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in ends)
        tables.write_csv(tmp_path / "table.csv", table)
        style.save(seeds.draw(table), tmp_path / f"{number}.png")
        style.save(seeds.draw(tables.read_csv(tmp_path / "table.csv")), tmp_path / f"{number}_again.png")
        assert (tmp_path / f"{number}.png").read_bytes() == (tmp_path / f"{number}_again.png").read_bytes()
