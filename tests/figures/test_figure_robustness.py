import polars as pl
import pytest

from learnorder import tables
from learnorder.figures import robustness, style

SPLITS = pl.Enum(["train", "test"])
SGD = {
    "epochs": 10,
    "evaluate_at": [1, 2, 5, 10],
    "batch_size": 64,
    "optimiser": "sgd",
    "learning_rate": 0.01,
    "momentum": 0.9,
    "flip": False,
    "step_at": [],
    "record": [],
}
ABOUT = {
    "datasets": {},
    "architectures": {},
    "recipes": {
        "sgd": SGD,
        "adam": SGD | {"optimiser": "adam", "learning_rate": 0.001, "momentum": 0.0},
        "fast": SGD | {"learning_rate": 0.03},
    },
}


@pytest.fixture(autouse=True)
def theme():
    style.apply()


def correlation(test, train=0.0, splits=("train", "test"), networks=(20, 10)):
    """Table of a pair with these Pearson correlations, 0.1 less within classes; those of ranks are 1."""
    values = {"train": train, "test": test}
    rows = []
    for split in splits:
        for method in ("pearson", "spearman"):
            found = values[split] if method == "pearson" else 1.0
            less = None if found is None else found - 0.1
            row = {"split": split, "method": method, "p_value": 0.01, "examples": 100}
            row |= {"networks_first": networks[0], "networks_second": networks[1]}
            for name, value in (("correlation", found), ("within_class", less)):
                row |= {name: value}
                row |= {
                    f"{name}_{end}": None if value is None else value + reach
                    for end, reach in (("low", -0.04), ("high", 0.02))
                }
            rows.append(row | {"ceiling": 0.95, "within_class_ceiling": 0.85})
    return pl.DataFrame(rows, schema_overrides={"split": SPLITS} | dict.fromkeys(FLOATS, pl.Float64))


FLOATS = [f"{name}{end}" for name in ("correlation", "within_class") for end in ("", "_low", "_high")]


@pytest.fixture
def frames():
    return {
        ("digits", "cnn", "sgd", "cnn", "adam"): correlation(0.8, train=0.7),
        ("digits", "cnn", "sgd", "mlp", "sgd"): correlation(0.3),
        ("digits", "cnn", "sgd", "mlp", "fast"): correlation(0.3),
        ("digits", "cnn", "sgd", "cnn", "ours"): correlation(0.6),
        ("digits", "mlp", "sgd", "mlp", "fast"): correlation(0.5, networks=(4, 6)),
    }


@pytest.fixture
def table(frames):
    return robustness.table(frames, ABOUT)


def dots(axes, marker):
    return [
        (round(line.get_xdata()[0], 6), round(line.get_ydata()[0], 6))
        for line in axes.lines
        if line.get_marker() == marker
    ]


def test_pairs_of_recipes_of_one_architecture_are_kept_and_named_by_what_changes(table):
    columns = (
        "architecture",
        "recipe",
        "second_recipe",
        "changed",
        "correlation",
        "within_class",
        "networks_second",
    )
    assert table.filter(split="test").select(columns).rows() == [
        ("cnn", "sgd", "adam", "optimiser adam, learning_rate 0.001", 0.8, pytest.approx(0.7), 10),
        ("cnn", "sgd", "ours", "ours", 0.6, pytest.approx(0.5), 10),
        ("mlp", "sgd", "fast", "learning_rate 0.03", 0.5, pytest.approx(0.4), 6),
    ]
    assert table.filter(split="train")["correlation"].to_list() == [0.7, 0, 0]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"flip": True}, "flip"),
        ({"momentum": 0.0}, "momentum 0.0"),
        ({"optimiser": "adam", "momentum": 0.0}, "optimiser adam"),
        ({"step_at": [3, 6]}, "step_at 3 6"),
        ({"evaluate_at": [1, 2, 3, 10]}, "other evaluate_at"),
        ({"batch_size": 16, "epochs": 20}, "epochs 20, batch_size 16"),
        ({"record": ["margin"]}, ""),
        ({}, ""),
    ],
)
def test_a_recipe_in_words(settings, words):
    assert robustness.changed(SGD, SGD | settings) == words


def test_what_is_left_out_is_said_in_words_too():
    assert robustness.changed(SGD | {"flip": True, "step_at": [3]}, SGD) == "no flip, no step_at"
    assert robustness.changed({}, SGD) == ""


def test_test_and_train_stand_side_by_side_with_both_correlations_below_their_heading(table):
    test, train = robustness.draw(table).axes
    assert (test.get_title(), train.get_title()) == ("test examples", "train examples")
    # A heading is one line high, a recipe two; then a gap.
    second = 1 + 2 + 2 + robustness.GAP + 1 + 0.5
    middles = [1.5, 3.5, second]
    side = robustness.DODGE
    for marker, values, away in (("o", (0.8, 0.6, 0.5), -side), ("s", (0.7, 0.5, 0.4), side)):
        places = [(value, round(middle + away, 6)) for value, middle in zip(values, middles, strict=True)]
        assert dots(test, marker) == places
    assert [x for x, _ in dots(train, "o")] == [0.7, 0, 0]
    assert [x for x, _ in dots(test, "|")] == [0.95, 0.85] * 3
    labels = dict(zip(test.get_yticks(), (text.get_text() for text in test.get_yticklabels()), strict=True))
    assert labels[0] == "digits, cnn; reference sgd"
    assert [labels[middle].replace("\N{NO-BREAK SPACE}", " ") for middle in middles] == [
        "optimiser adam,\nlearning_rate 0.001",
        "ours",
        "learning_rate 0.03",
    ]
    weights = {text.get_text(): text.get_fontweight() for text in test.get_yticklabels()}
    assert [weights[label] for label in (labels[0], labels[1.5])] == ["bold", "normal"]


def test_intervals_are_drawn(table):
    test = robustness.draw(table).axes[0]
    bars = [bar.get_segments()[0][:, 0].round(6).tolist() for bar in test.collections]
    assert bars[:2] == [[0.76, 0.82], [0.66, 0.72]]


def test_how_many_networks_is_said(table):
    assert "4 to 20 networks" in robustness.draw(table).get_supxlabel()


def test_a_long_list_of_settings_takes_more_lines_and_room():
    settings = {"batch_size": 16, "weight_decay": 0.0005, "schedule": "cosine", "epochs": 20, "dropout": 0.5}
    about = {"recipes": {"sgd": SGD, "all": SGD | settings, "fast": ABOUT["recipes"]["fast"]}}
    frames = {("digits", "cnn", "sgd", "cnn", recipe): correlation(0.8) for recipe in ("all", "fast")}
    axes = robustness.draw(robustness.table(frames, about)).axes[0]
    labels = dict(zip(axes.get_yticks(), (text.get_text() for text in axes.get_yticklabels()), strict=True))
    lines = labels[2].split("\n")
    assert len(lines) == 3
    assert all(len(line) <= robustness.LABEL_LETTERS for line in lines)
    assert labels[1 + 3 + 0.5].startswith("learning")


def test_what_is_missing_is_said(frames):
    def texts(frames):
        figure = robustness.draw(robustness.table(frames, ABOUT))
        return [[text.get_text() for text in axes.texts] for axes in figure.axes]

    assert texts({}) == [["no two recipes of one dataset and architecture"]]
    pair = ("digits", "cnn", "sgd", "cnn", "adam")
    assert texts({pair: correlation(0.8, splits=("test",))}) == [[], ["no train examples"]]
    assert texts({pair: correlation(None, train=0.5)}) == [["undefined", "undefined"], []]


def test_negative_correlations_are_inside_the_frame():
    frames = {("digits", "cnn", "sgd", "cnn", "adam"): correlation(-0.3)}
    low, high = robustness.draw(robustness.table(frames, ABOUT)).axes[0].get_xlim()
    assert low < -0.44
    assert high > 1


@pytest.mark.parametrize("intervals", [True, False])
def test_the_file_alone_redraws_the_same(table, intervals, tmp_path):
    if not intervals:
        ends = [name for name in table.columns if name.endswith(("_low", "_high", "ceiling"))]
        table = table.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in ends)
    tables.write_csv(tmp_path / "table.csv", table)
    style.save(robustness.draw(table), tmp_path / "one.png")
    style.save(robustness.draw(tables.read_csv(tmp_path / "table.csv")), tmp_path / "two.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
