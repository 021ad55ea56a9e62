import matplotlib.colors
import numpy as np
import polars as pl
import pytest

from learnorder import tables
from learnorder.figures import style, synthetic

ACCURACY = (0.5, 0.72, 0.9)
ABOUT = {
    "datasets": {
        "digits": {"reader": "digits"},
        "gabor_1": {"reader": "gabor", "pixel_noise": 1, "orientation_difference": 40},
        "gabor_2": {"reader": "gabor", "pixel_noise": 2, "orientation_difference": 40},
        "clouds": {"reader": "gaussian", "separation": 2},
        "few_clouds": {"reader": "subset", "of": "clouds"},
        "noise": {"reader": "noise"},
    },
    "architectures": {},
    "recipes": {},
    "settings": {"matched_within": 0.05, "accuracies": [0.6, 0.9]},
}


@pytest.fixture(autouse=True)
def theme():
    style.apply()


def epochs(*relative_bimodality, accuracy=ACCURACY, split="test"):
    """Table of a collection with these values at its points."""
    beta, points = pl.Series(relative_bimodality, dtype=pl.Float64), pl.Series(accuracy)
    return pl.DataFrame(
        {
            "split": pl.Series([split] * len(points), dtype=pl.Enum(["train", "test"])),
            "epoch": np.arange(len(points), dtype=float),
            "networks": [20] * len(points),
            "examples": [100] * len(points),
            **{"accuracy": points, "accuracy_low": points - 0.01, "accuracy_high": points + 0.02},
            "at_chance": points < 0.3,
            "relative_bimodality": beta,
            "relative_bimodality_low": beta - 0.1,
            "relative_bimodality_high": beta + 0.2,
        }
    )


@pytest.fixture
def frames():
    return {
        ("digits", "cnn", "sgd"): pl.concat([epochs(9, 9, 9, split="train"), epochs(0.2, 0.3, 0.4)]),
        ("digits", "linear", "sgd"): epochs(0.1, 0.1, 0.1),
        ("gabor_2", "cnn", "slow"): epochs(0.7, 0.8, 0.9),
        ("gabor_1", "cnn", "slow"): epochs(0.9, 1.1, 1.0),
        ("few_clouds", "cnn", "slow"): epochs(0.5, 0.6, 0.55, accuracy=(0.5, 0.55, 0.6)),
    }


@pytest.fixture
def table(frames):
    return synthetic.table({}, frames, ABOUT)


def lines(axes):
    """Points of each line that joins more than one, or has a marker, by its colour."""
    return {
        (matplotlib.colors.to_hex(line.get_color()), tuple(line.get_xdata()), tuple(line.get_ydata()))
        for line in axes.lines
        if line.get_marker() not in ("None", None, "")
    }


def points(axes):
    return {line[1:] for line in lines(axes)}


def test_the_table_keeps_architectures_that_learned_a_generated_dataset_and_says_how_it_was_made(table):
    assert table["architecture"].unique().to_list() == ["cnn"]
    assert table["split"].unique().sort().to_list() == ["test", "train"]
    about = table.unique("dataset", maintain_order=True).select("dataset", "reader", "generated", *synthetic.KNOBS)
    assert about.rows() == [
        ("digits", "digits", False, None, None, None),
        ("gabor_2", "gabor", True, 2, 40, None),
        ("gabor_1", "gabor", True, 1, 40, None),
        ("few_clouds", "gaussian", True, None, None, 2),
    ]


def test_a_dataset_in_no_catalogue_counts_as_real(frames):
    frames["photographs", "cnn", "ours"] = epochs(0.2, 0.3, 0.4)
    row = synthetic.table({}, frames, ABOUT).filter(dataset="photographs").row(0, named=True)
    assert row["reader"] is None
    assert row["generated"] is False


def test_collections_are_compared_where_they_are_equally_accurate(frames, table):
    compared = table.filter(part="difference")
    assert compared.select("dataset", "second_dataset", "split", "accuracy", "second_accuracy").rows() == [
        ("gabor_2", "digits", "test", 0.72, 0.72),
        ("gabor_1", "digits", "test", 0.72, 0.72),
    ]
    assert compared["difference"].to_list() == pytest.approx([0.5, 0.8])
    reach = np.hypot(0.1, 0.2)
    assert compared["difference_low"].to_list() == pytest.approx([0.5 - reach, 0.8 - reach])
    assert compared["difference_high"].to_list() == pytest.approx([0.5 + reach, 0.8 + reach])

    def pairs(*accuracy, beta=(0.6, 0.7, 0.8)):
        moved = frames | {("gabor_1", "cnn", "slow"): epochs(*beta, accuracy=accuracy)}
        rows = synthetic.table({}, moved, ABOUT).filter(part="difference", dataset="gabor_1")
        return rows.select("accuracy", "second_accuracy").rows()

    # The nearest of the other, not the nearest to one accuracy; of several pairs, the one nearest to the middle.
    assert pairs(0.5, 0.75, 0.88) == [(0.75, 0.72)]
    assert pairs(0.5, 0.8, 0.88) == [(0.88, 0.9)]
    assert pairs(0.5, 0.8, 0.95) == []
    assert pairs(0.5, 0.72, 0.95, beta=(0.6, None, 0.8)) == []


def test_points_at_chance_are_neither_compared_nor_drawn(frames):
    real = frames["digits", "cnn", "sgd"]
    at_chance = frames | {("digits", "cnn", "sgd"): real.with_columns(at_chance=pl.col("accuracy") < 0.8)}
    found = synthetic.table({}, at_chance, ABOUT)
    assert found.filter(part="difference").select("accuracy", "second_accuracy").unique().rows() == [(0.9, 0.9)]
    panel = synthetic.draw(found).axes[0]
    assert ((0.9,), (0.4,)) in points(panel)
    assert "2 at chance" in {text.get_text() for text in panel.texts}


def test_beta_against_accuracy_and_its_difference_against_the_knob(table):
    panels = synthetic.draw(table).axes
    assert [axes.get_xlabel().split("\n")[0] for axes in panels] == [
        "mean accuracy",
        "pixel noise σ",
        "separation of",
    ]
    assert panels[0].get_title() == "cnn, 20 networks"
    assert points(panels[0]) == {
        (ACCURACY, (0.2, 0.3, 0.4)),
        (ACCURACY, (0.7, 0.8, 0.9)),
        (ACCURACY, (0.9, 1.1, 1.0)),
        ((0.5, 0.55, 0.6), (0.5, 0.6, 0.55)),
    }
    found = {(x, round(y, 6)) for _, (x,), (y,) in lines(panels[1])}
    assert found == {(1, 0.8), (2, 0.5)}
    joined = [line for line in panels[1].lines if list(line.get_xdata()) == [1, 2]]
    assert [np.round(line.get_ydata(), 6).tolist() for line in joined] == [[0.8, 0.5]]
    assert panels[1].get_ylabel() == "β generated − β real"
    assert {text.get_text() for text in panels[2].texts} == {"nowhere as accurate\nas real data"}


def test_each_real_dataset_has_its_marker_beside_the_others(frames):
    frames["letters", "cnn", "sgd"] = epochs(0.1, 0.2, 0.3)
    panels = synthetic.draw(synthetic.table({}, frames, ABOUT)).axes
    drawn = [line for line in panels[1].lines if line.get_marker() not in ("None", None, "")]
    # Of noise 1, a twentieth of the range from each other.
    places = {line.get_marker(): line.get_xdata()[0] for line in drawn if line.get_xdata()[0] < 1.5}
    assert sorted(places.values()) == pytest.approx([0.975, 1.025])


def test_intervals_are_drawn(table):
    panels = synthetic.draw(table).axes
    segments = np.concatenate([bars.get_segments() for bars in panels[1].collections])
    reach = np.hypot(0.1, 0.2)
    vertical = {(x, round(low, 6), round(high, 6)) for (x, low), (_, high) in segments}
    assert vertical == {(x, round(y - reach, 6), round(y + reach, 6)) for x, y in ((1, 0.8), (2, 0.5))}


def test_real_datasets_are_grey_and_generated_ones_darker_the_more_a_knob_is_turned(table):
    figure = synthetic.draw(table)
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["digits", "gabor, noise 1", "gabor, noise 2", "gaussian, separation 2"]
    colours = {y: colour for colour, _, y in lines(figure.axes[0])}
    light = {y: sum(matplotlib.colors.to_rgb(colour)) for y, colour in colours.items()}
    assert light[0.9, 1.1, 1.0] > light[0.7, 0.8, 0.9]
    assert len(set(matplotlib.colors.to_rgb(colours[0.2, 0.3, 0.4]))) == 1


def test_datasets_that_knobs_do_not_tell_apart_are_called_by_their_names(frames):
    frames["clouds", "cnn", "slow"] = epochs(0.5, 0.6, 0.7)
    figure = synthetic.draw(synthetic.table({}, frames, ABOUT))
    labels = {text.get_text() for text in figure.legends[0].get_texts()}
    assert {"clouds", "few_clouds"} < labels


def test_only_points_that_differ_in_one_knob_are_joined(frames):
    about = ABOUT | {"datasets": dict(ABOUT["datasets"])}
    for difference in (20, 40):
        for noise in (1, 2):
            name = f"gabor_{noise}_{difference}"
            about["datasets"][name] = {
                "reader": "gabor",
                "pixel_noise": noise,
                "orientation_difference": difference,
            }
            frames[name, "cnn", "slow"] = epochs(1, 0.3 + noise / 10 + difference / 100, 1)
    frames = {names: frame for names, frame in frames.items() if names[0].count("_") == 2 or names[0] == "digits"}
    panels = synthetic.draw(synthetic.table({}, frames, about)).axes
    joined = {
        tuple(np.round(line.get_ydata(), 6))
        for axes in panels[1:]
        for line in axes.lines
        if line.get_marker() == "None" and len(set(line.get_ydata())) == 2
    }
    assert joined == {(0.3, 0.4), (0.5, 0.6), (0.3, 0.5), (0.4, 0.6)}


def test_what_is_missing_is_said():
    def texts(frames):
        figure = synthetic.draw(synthetic.table({}, frames, ABOUT))
        return {text.get_text() for axes in figure.axes for text in axes.texts}

    real = {("digits", "cnn", "sgd"): epochs(0.2, 0.3, 0.4)}
    assert texts(real) == {"no collection on a generated dataset"}
    assert "no dataset\nthat has a knob" in texts(real | {("noise", "cnn", "sgd"): epochs(1, 1, 1)})
    nowhere = "nowhere as accurate\nas real data"
    assert nowhere in texts({("gabor_1", "cnn", "sgd"): epochs(1, 1, 1)})
    assert {"β undefined", nowhere} <= texts({("gabor_1", "cnn", "sgd"): epochs(None, None, None)})
    assert "1 above the frame" in texts({("gabor_1", "cnn", "sgd"): epochs(1, 3, 1)})


@pytest.mark.parametrize("intervals", [True, False])
def test_the_file_alone_redraws_the_same(frames, intervals, tmp_path):
    if not intervals:
        ends = [f"{name}_{end}" for name in ("accuracy", "relative_bimodality") for end in ("low", "high")]
        none = (pl.lit(None, dtype=pl.Float64).alias(name) for name in ends)
        frames = {names: frame.with_columns(none) for names, frame in frames.items()}
    for number, chosen in enumerate((frames, {names: frames[names] for names in list(frames)[:2]})):
        table = synthetic.table({}, chosen, ABOUT)
        tables.write_csv(tmp_path / "table.csv", table)
        style.save(synthetic.draw(table), tmp_path / f"{number}.png")
        style.save(synthetic.draw(tables.read_csv(tmp_path / "table.csv")), tmp_path / f"{number}_again.png")
        assert (tmp_path / f"{number}.png").read_bytes() == (tmp_path / f"{number}_again.png").read_bytes()


def test_above_stand_the_distributions_of_the_first_dataset_of_each_generator(frames):
    rights = pl.DataFrame({"right": [0, 10, 20], "tp_agreement": [0.0, 0.5, 1.0], "share": [0.2, 0.5, 0.3]})
    rights = rights.with_columns(right=pl.col("right").cast(pl.UInt32), independent=pl.lit(1 / 3))
    keys = frames["gabor_2", "cnn", "slow"].select("split", "epoch")
    of_each = {name: keys.join(rights, how="cross") for name in frames}
    table = synthetic.table(of_each, frames, ABOUT)
    shown = table.filter(part="distribution")
    assert shown["dataset"].unique(maintain_order=True).to_list() == ["gabor_2", "few_clouds"]
    panels = synthetic.draw(table).axes
    assert [axes.get_title() for axes in panels[:3]] == ["epoch 0", "epoch 1", "epoch 2"]
    assert panels[0].get_ylabel() == "gabor_2\ncnn"
    assert len(panels) == len(synthetic.draw(synthetic.table({}, frames, ABOUT)).axes) + 6
