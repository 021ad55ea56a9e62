import matplotlib.colors
import numpy as np
import polars as pl
import pytest

from learnorder import tables
from learnorder.figures import controls, style

SPLITS = pl.Enum(["train", "test"])
CNN, MLP, OURS = ("digits", "cnn", "sgd"), ("digits", "mlp", "sgd"), ("letters", "ours", "ours")
PAIR = ("digits", "cnn", "sgd", "mlp", "sgd")


@pytest.fixture(autouse=True)
def theme():
    style.apply({"cnn": {"marker": "o"}, "mlp": {"marker": "s"}, "ours": {"marker": "D"}})


def split(columns, name="test"):
    """Rows of one split; on the train split every number is 9."""
    rows = pl.DataFrame(columns).select(pl.lit(name).cast(SPLITS).alias("split"), pl.all())
    return rows if name == "test" else rows.with_columns(pl.col(pl.Float64).fill_null(0) * 0 + 9)


def both_splits(columns):
    return pl.concat([split(columns, "train"), split(columns)])


def with_interval(name, values, reach=0.05):
    values = pl.Series(values, dtype=pl.Float64)
    return {name: values, f"{name}_low": values - reach, f"{name}_high": values + 2 * reach}


def epochs(accuracy, all_or_none, independent, dip_p_value):
    points = {"epoch": np.arange(len(accuracy), dtype=float), "networks": [20] * len(accuracy), "examples": 30}
    values = {"all_or_none_independent": independent, "dip_p_value": dip_p_value}
    values |= {"relative_bimodality": [0.5] * len(accuracy), "at_chance": [value < 0.35 for value in accuracy]}
    return both_splits(points | {"accuracy": accuracy} | with_interval("all_or_none", all_or_none) | values)


def consistency(accuracy, kappa):
    points = {"epoch": np.arange(len(accuracy), dtype=float), "networks": [20] * len(accuracy), "examples": 30}
    return both_splits(points | {"accuracy": accuracy} | with_interval("consistency", kappa))


def correlation(pearson, within, means):
    both = []
    for method, values in (("pearson", (pearson, within, means)), ("spearman", (0.0, 0.0, 0.0))):
        row = with_interval("correlation", [values[0]]) | with_interval("within_class", [values[1]])
        row |= {"class_means": pl.Series([values[2]], dtype=pl.Float64), "method": [method]}
        row |= {"ceiling": [0.95], "within_class_ceiling": [0.85]}
        both.append(both_splits(row | {"examples": [30], "networks_first": [20], "networks_second": [10]}))
    return pl.concat(both)


def between(points):
    """Error consistency at points (epoch of the first, of the second, their accuracies, κ)."""
    one, other, first, second, kappa = zip(*points, strict=True)
    numbers = {"epoch_first": one, "epoch_second": other, "examples": [30] * len(first)}
    numbers |= {"networks_first": [20] * len(first), "networks_second": [10] * len(first)}
    numbers |= {"accuracy_first": first, "accuracy_second": second}
    return both_splits(numbers | with_interval("consistency", kappa))


def learned(accessibility):
    """Accessibility of four networks, who differ in one example."""
    columns = {f"seed_{network:03d}": [*accessibility[:-1], network / 4] for network in range(4)}
    return split({"example": np.arange(len(accessibility), dtype=np.uint32)} | columns)


def baselines():
    keys = {"example": np.arange(5, dtype=np.uint32)}
    scores = {"class_mean_distance": [9.0, 8, 7, 6, 5], "neighbour_purity": [0.0, 1, 2, 3, 4]}
    return split(keys | scores | {"linear_margin": [0.5] * 5})


@pytest.fixture
def frames():
    return {
        "epochs": {
            CNN: epochs([0.3, 0.6, 0.9], [0.5, 0.6, 0.8], [0.1, 0.1, 0.3], [0.5, 0.01, 0.05]),
            MLP: epochs([0.4, 0.5, 0.7], [0.4, 0.4, 0.6], [0.1, 0.1, 0.2], [0.0, 0.0, 0.0]),
            OURS: epochs([0.2], [0.7], [0.6], [None]),
        },
        "consistency": {
            CNN: consistency([0.3, 0.6, 0.9], [0.5, 0.4, 0.3]),
            MLP: consistency([0.4, 0.5, 0.7], [0.6, None, 0.2]),
        },
        "learned": {CNN: learned([0.0, 0.2, 0.4, 0.6, 0.8]), OURS: learned([0.1, 0.2, 0.3])},
        "correlation": {PAIR: correlation(0.9, 0.7, 0.3)},
        "consistency_between": {
            PAIR: between([(1.0, 1.0, 0.6, 0.5, 0.1), (1.0, 2.0, 0.6, 0.7, 0.2), (2.0, 2.0, 0.9, 0.7, 0.4)])
        },
        "baselines": {("digits",): baselines()},
        "about": {"settings": {"confidence": 0.95, "matched_within": 0.15, "accuracies": [0.55, 0.95]}},
    }


@pytest.fixture
def table(frames):
    return controls.table(**frames)


def panels(figure):
    """Panels by the label of their horizontal axis, or of their vertical one; the last of each."""
    return {axes.get_ylabel().split("\n")[0] or axes.get_xlabel(): axes for axes in figure.axes}


def dots(axes):
    return [
        (line.get_marker(), *np.round([line.get_xdata()[0], line.get_ydata()[0]], 6))
        for line in axes.lines
        if len(line.get_xdata()) == 1
    ]


def test_the_table_has_a_row_per_number_of_the_test_split(table):
    counted = table.group_by("part", "measure", maintain_order=True).len().rows()
    assert counted == [
        ("pair", "correlation", 1),
        ("pair", "within_class", 1),
        ("pair", "class_means", 1),
        ("pair", "consistency_between", 1),
        ("inputs", "class_mean_distance", 1),
        ("inputs", "neighbour_purity", 1),
        ("inputs", "linear_margin", 1),
        ("clock", "all_or_none", 7),
        ("clock", "consistency", 6),
    ]
    assert (table["value"].drop_nulls() < 9).all()
    numbers = ("value", "value_low", "value_high", "ceiling", "networks", "second_networks")
    assert table.filter(part="pair").select(numbers).rows() == [
        (0.9, pytest.approx(0.85), pytest.approx(1), 0.95, 20, 10),
        (0.7, pytest.approx(0.65), pytest.approx(0.8), 0.85, 20, 10),
        (0.3, None, None, None, 20, 10),
        (0.2, pytest.approx(0.15), pytest.approx(0.3), None, 20, 10),
    ]


def test_consistency_between_is_taken_where_the_two_are_equally_accurate(frames, table):
    row = table.row(by_predicate=pl.col("measure") == "consistency_between", named=True)
    assert (row["accuracy"], row["second_accuracy"], row["epoch"], row["second_epoch"]) == (0.6, 0.7, 1, 2)
    settings = frames["about"]["settings"]
    for never in ({"matched_within": 0.05}, {"accuracies": [0.55, 0.65]}):
        found = controls.table(**frames | {"about": {"settings": settings | never}})
        assert "consistency_between" not in found["measure"].to_list()


def test_intervals_cover_what_the_configuration_says(frames):
    def widths(confidence):
        about = {"settings": frames["about"]["settings"] | {"confidence": confidence}}
        rows = controls.table(**frames | {"about": about}).filter(part="inputs").drop_nulls("value_low")
        return (rows["value_high"] - rows["value_low"]).to_list()

    assert all(narrow < wide for narrow, wide in zip(widths(0.5), widths(0.95), strict=True))


def test_inputs_of_datasets_that_have_baselines_are_correlated_by_rank(table):
    rows = table.filter(part="inputs")
    assert rows["architecture"].unique().to_list() == ["cnn"]
    # Means are 0, 0.2, 0.4, 0.6 and, of four networks, 0.375: ranks 0, 1, 3, 4, 2.
    assert rows["value"].to_list() == [pytest.approx(0.7), pytest.approx(0.7), None]
    assert (rows["value_low"].drop_nulls() < 0.7).all()


def test_pairs_are_drawn_in_lanes_beside_their_ceilings(table):
    figure = controls.draw(table)
    left, right = panels(figure)["correlation of accessibility"], panels(figure)["κ at equal accuracy"]
    lane = controls.LANE
    assert dots(left) == [
        ("o", 0.9, 1 - lane),
        ("|", 0.95, 1 - lane),
        ("s", 0.7, 1),
        ("|", 0.85, 1),
        ("X", 0.3, 1 + lane),
    ]
    assert dots(right) == [("D", 0.2, 1)]
    intervals = [bar.get_segments()[0].round(6).tolist() for bar in (*left.collections, *right.collections)]
    assert [[low, high] for (low, _), (high, _) in intervals] == [[0.85, 1], [0.65, 0.8], [0.15, 0.3]]
    assert [text.get_text() for text in left.get_yticklabels()] == ["digits, 20 networks", "cnn – mlp"]


def test_inputs_are_drawn_and_what_is_undefined_is_said(table):
    axes = panels(controls.draw(table))["rank correlation of accessibility with how easy the inputs are"]
    assert dots(axes) == [("v", 0.7, 1 - controls.LANE), ("P", 0.7, 1)]
    assert [text.get_text() for text in axes.texts] == ["undefined: margin of a linear model"]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["digits, 4 networks", "cnn"]


def test_all_or_none_is_filled_where_the_dip_test_rejects_one_mode(table):
    figure = controls.draw(table)
    axes = next(axes for axes in figure.axes if axes.get_title().startswith("digits"))
    lines = {(line.get_marker(), line.get_fillstyle(), line.get_linestyle()): line for line in axes.lines}
    cnn = {key: line.get_xydata().tolist() for key, line in lines.items() if key[0] == "o"}
    assert cnn == {
        ("o", "full", "None"): [[0.6, 0.6]],
        ("o", "none", "None"): [[0.3, 0.5], [0.9, 0.8]],
    }
    letters = next(axes for axes in figure.axes if axes.get_title().startswith("letters"))
    drawn = [line for line in letters.lines if line.get_marker() == "D" and len(line.get_xdata())]
    assert [line.get_fillstyle() for line in drawn] == ["none"]
    independent = [line.get_ydata().tolist() for line in axes.lines if line.get_linestyle() == "--"]
    assert independent == [[0.1, 0.1, 0.3], [0.1, 0.1, 0.2]]
    colours = {key[0]: matplotlib.colors.to_rgb(line.get_color()) for key, line in lines.items()}
    assert [colours[marker] for marker in "os"] == [look["color"] for look in style.looks(["cnn", "mlp"]).values()]


def test_consistency_within_stands_beside_it_without_what_is_undefined(table):
    figure = controls.draw(table)
    axes = next(axes for axes in figure.axes if axes.get_ylabel() == "κ of two networks")
    drawn = [line.get_xydata().tolist() for line in axes.lines if line.get_marker() in ("o", "s")]
    assert drawn == [[[0.3, 0.5], [0.6, 0.4], [0.9, 0.3]], [[0.4, 0.6], [0.7, 0.2]]]


def test_every_dataset_has_a_row_and_every_collection_one_entry(table):
    figure = controls.draw(table)
    titles = [axes.get_title() for axes in figure.axes if axes.get_title()]
    assert titles == ["digits, 20 networks", "letters, 20 networks"]
    entries = [text.get_text() for text in figure.subfigs[2].legends[0].get_texts()]
    assert entries[:3] == ["cnn", "mlp", "ours"]


def test_long_names_of_pairs_take_two_lines(frames):
    long = ("digits", "bilstm_with_attention", "sgd", "transformer_of_texts", "sgd")
    for number, name in enumerate((long[:3], ("digits", *long[3:]))):
        frames["epochs"][name] = frames["epochs"][(CNN, MLP)[number]]
    frames["correlation"] = {long: frames["correlation"][PAIR]}
    frames["consistency_between"] = {}
    axes = panels(controls.draw(controls.table(**frames)))["correlation of accessibility"]
    assert axes.get_yticklabels()[-1].get_text() == "bilstm_with_attention\n– transformer_of_texts"


def test_what_is_missing_is_said(frames):
    def texts(**changed):
        figure = controls.draw(controls.table(**frames | changed))
        return [text.get_text() for axes in figure.axes for text in axes.texts]

    nothing = texts(correlation={}, consistency_between={}, baselines={}, consistency={})
    assert nothing == ["no pair of collections on one dataset", "no baselines of the inputs"]
    assert "never as accurate" in texts(consistency_between={PAIR: between([(1.0, 1.0, 0.6, 0.5, 0.1)])})
    assert "undefined: correlation, within classes" in texts(correlation={PAIR: correlation(None, None, 0.3)})
    train = {name: frame.filter(split="train") for name, frame in frames["epochs"].items()}
    assert "no test examples" in texts(epochs=train, consistency={})


@pytest.mark.parametrize("intervals", [True, False])
def test_the_file_alone_redraws_the_same(frames, intervals, tmp_path):
    alone = {name: {} for name in frames} | {name: frames[name] for name in ("epochs", "about")}
    for number, chosen in enumerate((frames, alone)):
        table = controls.table(**chosen)
        if not intervals:
            ends = ("value_low", "value_high", "ceiling")
            table = table.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in ends)
        tables.write_csv(tmp_path / "table.csv", table)
        style.save(controls.draw(table), tmp_path / f"{number}.png")
        style.save(controls.draw(tables.read_csv(tmp_path / "table.csv")), tmp_path / f"{number}_again.png")
        assert (tmp_path / f"{number}.png").read_bytes() == (tmp_path / f"{number}_again.png").read_bytes()
