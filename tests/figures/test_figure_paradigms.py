import numpy as np
import polars as pl
import pytest

from learnorder import tables
from learnorder.figures import paradigms, style

SPLITS = pl.Enum(["train", "test"])
ACCURACY = (0.5, 0.7, 0.9)
ABOUT = {
    "datasets": {},
    "architectures": {
        "boosting": {"library": "scikit-learn"},
        "forest": {"library": "scikit-learn"},
        "mlp": {"library": "learnorder"},
        "cnn": {"library": "learnorder"},
    },
    "recipes": {},
}


@pytest.fixture(autouse=True)
def theme():
    style.apply({"mlp": {"marker": "o"}, "cnn": {"marker": "s"}})


def epochs(*relative_bimodality):
    """Table of a collection with these values on the test split; on the train split they are 9."""
    parts = []
    for split, values in (("train", [9.0] * len(ACCURACY)), ("test", relative_bimodality)):
        beta, accuracy = pl.Series(values, dtype=pl.Float64), pl.Series(ACCURACY)
        parts.append(
            pl.DataFrame(
                {
                    "split": pl.Series([split] * len(ACCURACY), dtype=SPLITS),
                    "epoch": np.arange(len(ACCURACY), dtype=float),
                    "networks": [20] * len(ACCURACY),
                    "examples": [100] * len(ACCURACY),
                    **{"accuracy": accuracy, "accuracy_low": accuracy - 0.01, "accuracy_high": accuracy + 0.01},
                    "at_chance": [False] * len(ACCURACY),
                    "relative_bimodality": beta,
                    "relative_bimodality_low": beta - 0.1,
                    "relative_bimodality_high": beta + 0.1,
                }
            )
        )
    return pl.concat(parts)


def correlation(value, ceiling=0.95, reach=0.05):
    """Table of a pair with this Pearson correlation on the test split; on the train split and of ranks it is 0."""
    rows = [
        {"split": split, "method": method, "examples": 100, "correlation": found, "ceiling": ceiling}
        for split in ("train", "test")
        for method in ("pearson", "spearman")
        for found in [value if (split, method) == ("test", "pearson") else 0.0]
    ]
    ends = (pl.col("correlation") - reach).alias("correlation_low"), pl.col("correlation") + reach
    return pl.DataFrame(rows, schema_overrides={"split": SPLITS, "correlation": pl.Float64}).with_columns(
        ends[0], correlation_high=ends[1]
    )


@pytest.fixture
def frames():
    return {
        "epochs": {
            ("digits", "mlp", "sgd"): epochs(0.2, 0.3, 0.4),
            ("digits", "cnn", "sgd"): epochs(0.3, 0.4, 0.5),
            ("digits", "boosting", "rounds"): epochs(0.6, 0.7, None),
            ("digits", "forest", "rounds"): epochs(0.5, 0.6, 0.7),
            ("letters", "deep", "sgd"): epochs(0.1, 0.1, 0.1),
        },
        "correlation": {
            ("digits", "mlp", "sgd", "cnn", "sgd"): correlation(0.9),
            ("digits", "mlp", "sgd", "boosting", "rounds"): correlation(0.5),
            ("digits", "boosting", "rounds", "cnn", "sgd"): correlation(0.4, ceiling=0.8),
            ("digits", "cnn", "sgd", "forest", "rounds"): correlation(None),
            ("digits", "boosting", "rounds", "forest", "rounds"): correlation(0.7),
            ("digits", "mlp", "sgd", "mlp", "adam"): correlation(0.6),
        },
    }


@pytest.fixture
def table(frames):
    return paradigms.table(**frames, about=ABOUT)


def drawn(axes):
    """Each marker's colour, shape, and place."""
    return {
        (line.get_marker(), *np.round([line.get_xdata()[0], line.get_ydata()[0]], 6))
        for line in axes.lines
        if line.get_marker() not in ("None", "") and len(line.get_xdata()) == 1
    }


def test_pairs_of_different_architectures_stand_with_the_learner_first(table):
    pairs = table.filter(part="correlation")
    columns = ("architecture", "recipe", "second_architecture", "second_recipe", "learner", "correlation")
    assert pairs.select(columns).rows() == [
        ("mlp", "sgd", "cnn", "sgd", False, 0.9),
        ("boosting", "rounds", "mlp", "sgd", True, 0.5),
        ("boosting", "rounds", "cnn", "sgd", True, 0.4),
        ("forest", "rounds", "cnn", "sgd", True, None),
    ]


def test_points_are_those_of_the_test_split_and_say_what_is_a_learner(table):
    points = table.filter(part="bimodality")
    assert set(table["split"]) == {"test"}
    assert points["relative_bimodality"].to_list()[:3] == [0.2, 0.3, 0.4]
    assert points.unique("architecture", maintain_order=True).select("architecture", "learner").rows() == [
        ("mlp", False),
        ("cnn", False),
        ("boosting", True),
        ("forest", True),
        ("deep", False),
    ]


def test_learners_are_dashed_and_open(table):
    left = paradigms.draw(table).axes[0]
    lines = {tuple(line.get_ydata()): line for line in left.lines if line.get_marker() in style.MARKERS}
    assert {y: (line.get_linestyle(), line.get_fillstyle()) for y, line in lines.items()} == {
        (0.2, 0.3, 0.4): ("-", "full"),
        (0.3, 0.4, 0.5): ("-", "full"),
        (0.6, 0.7): ("--", "none"),
        (0.5, 0.6, 0.7): ("--", "none"),
    }
    assert "1 undefined" in {text.get_text() for text in left.texts}
    assert left.get_title() == "digits, 20 networks each"


def test_correlations_stand_beside_their_ceiling_below_the_name_of_the_first(table):
    right = paradigms.draw(table).axes[1]
    step = 1 + paradigms.GAP
    points = {("o", 0.5, 0), ("s", 0.4, 1), ("s", 0.9, 1 + 2 * step)}
    ceilings = {("|", 0.95, 0), ("|", 0.8, 1), ("|", 0.95, 1 + 2 * step)}
    assert drawn(right) == {(*place[:2], round(place[2], 6)) for place in points | ceilings}
    labels = {
        text.get_text(): tick for text, tick in zip(right.get_yticklabels(), right.get_yticks(), strict=True)
    }
    assert labels == pytest.approx({"boosting": 0.5, "forest": 1 + step, "mlp": 1 + 2 * step})
    assert [(text.get_text(), text.get_position()[1]) for text in right.texts] == [("undefined", 1 + step)]
    intervals = [bar.get_segments()[0].round(6).tolist() for bar in right.collections]
    assert [[0.45, 0], [0.55, 0]] in intervals
    between = [line.get_ydata()[0] for line in right.lines if line.get_marker() == "None"]
    assert between == [pytest.approx(1 + step + step / 2)]


def test_a_marker_means_the_same_collection_on_both_sides(table):
    figure = paradigms.draw(table)
    colours = {
        line.get_marker(): line.get_color()
        for line in figure.axes[0].lines
        if line.get_marker() in style.MARKERS and line.get_linestyle() == "-"
    }
    points = [line for line in figure.axes[1].lines if line.get_marker() in style.MARKERS]
    assert all(line.get_color() == colours[line.get_marker()] for line in points)
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["mlp", "cnn", "boosting", "forest", "ceiling by noise"]


def test_only_datasets_that_a_learner_learned_are_drawn_and_what_is_missing_is_said(frames):
    assert len(paradigms.draw(paradigms.table(**frames, about=ABOUT)).axes) == 2
    alone = {("digits", "boosting", "rounds"): frames["epochs"]["digits", "boosting", "rounds"]}
    figure = paradigms.draw(paradigms.table(alone, {}, ABOUT))
    assert [text.get_text() for text in figure.axes[1].texts] == ["no pair of a learner and a network"]
    networks = {names: frame for names, frame in frames["epochs"].items() if names[0] == "letters"}
    figure = paradigms.draw(paradigms.table(networks, {}, ABOUT))
    assert [text.get_text() for text in figure.axes[0].texts] == ["no learner beside networks"]


def test_negative_correlations_are_inside_the_frame(frames):
    frames["correlation"]["digits", "boosting", "rounds", "cnn", "sgd"] = correlation(-0.3)
    right = paradigms.draw(paradigms.table(**frames, about=ABOUT)).axes[1]
    assert right.get_xlim()[0] < -0.35
    assert right.get_xlim()[1] > 1


def test_recipes_are_named_where_an_architecture_has_several(frames):
    frames["epochs"]["digits", "mlp", "adam"] = epochs(0.2, 0.2, 0.2)
    figure = paradigms.draw(paradigms.table(**frames, about=ABOUT))
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["mlp, sgd", "cnn", "boosting", "forest", "mlp, adam", "ceiling by noise"]


@pytest.mark.parametrize("intervals", [True, False])
def test_the_file_alone_redraws_the_same(table, intervals, tmp_path):
    if not intervals:
        ends = [name for name in table.columns if name.endswith(("_low", "_high"))]
        table = table.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in (*ends, "ceiling"))
    tables.write_csv(tmp_path / "table.csv", table)
    style.save(paradigms.draw(table), tmp_path / "one.png")
    style.save(paradigms.draw(tables.read_csv(tmp_path / "table.csv")), tmp_path / "two.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
