import numpy as np
import polars as pl
import pytest

from learnorder import tables
from learnorder.figures import other_images, style
from learnorder.measures.others import SCHEMA, others

EPOCHS = (0.0, 1.0, 2.0, 4.0)
STATISTICS = [name for name, kind in SCHEMA.items() if kind == pl.Float64 and name != "epoch"]


@pytest.fixture(autouse=True)
def theme():
    style.apply({"cnn": {"colour": "red"}, "mlp": {"colour": "blue"}})


def measured(splits=("test", "noise"), epochs=EPOCHS, networks=20, base=0.5):
    """Table of one collection: agreement rises with each point, is lower by 0.1 on each next dataset."""
    rows = [
        {"split": split, "epoch": epoch, "networks": networks, "examples": 100, "agreement": agreement}
        | {"agreement_low": agreement - 0.02, "agreement_high": agreement + 0.03}
        | {"agreement_independent": agreement - 0.2, "agreement_independent_low": agreement - 0.21}
        | {"agreement_independent_high": agreement - 0.18, "p_value": 0.01}
        for number, split in enumerate(splits)
        for place, epoch in enumerate(epochs)
        for agreement in [base + 0.1 * place - 0.1 * number]
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def redrawn(frames, folder):
    """Figure of the table as the file gives it back."""
    tables.write_csv(folder / "table.csv", other_images.table(frames))
    return other_images.draw(tables.read_csv(folder / "table.csv"))


def lines(axes, style):
    return [line for line in axes.lines if line.get_linestyle() == style and len(line.get_xdata()) > 1]


def words(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_the_table_has_the_collections_that_predicted_other_datasets():
    none = measured().clear().with_columns(pl.col("split").cast(pl.Enum(["train", "test"])))
    frames = {("digits", "cnn", "sgd"): measured(), ("digits", "mlp", "sgd"): none}
    table = other_images.table(frames)
    assert table.columns == ["dataset", "architecture", "recipe", *SCHEMA]
    assert table["architecture"].to_list() == ["cnn"] * 8
    assert table.drop("dataset", "architecture", "recipe").equals(measured())


def test_a_line_per_dataset_with_its_interval_and_its_independent_networks(tmp_path):
    figure = redrawn({("digits", "cnn", "sgd"): measured(base=0.55)}, tmp_path)
    (axes,) = figure.axes
    test, noise = lines(axes, "-")
    assert test.get_xdata().tolist() == list(EPOCHS)
    assert test.get_ydata() == pytest.approx([0.55, 0.65, 0.75, 0.85])
    assert noise.get_ydata() == pytest.approx([0.45, 0.55, 0.65, 0.75])
    assert test.get_marker() != noise.get_marker()
    assert noise.get_markerfacecolor() == "white"
    dashed = lines(axes, "--")
    assert [line.get_ydata().tolist() for line in dashed] == [
        pytest.approx([0.35, 0.45, 0.55, 0.65]),
        pytest.approx([0.25, 0.35, 0.45, 0.55]),
    ]
    # At its end stands the marker of the dataset that it is of.
    ends = [line for line in axes.lines if len(line.get_xdata()) == 1]
    assert [(end.get_marker(), end.get_ydata()[0]) for end in ends] == [
        (test.get_marker(), pytest.approx(0.65)),
        (noise.get_marker(), pytest.approx(0.55)),
    ]
    bars = [segment[:, 1] for bars in axes.containers for segment in bars.lines[2][0].get_segments()]
    assert np.array(bars)[[0, 7]] == pytest.approx(np.array([[0.53, 0.58], [0.73, 0.78]]))
    (first, _) = axes.collections[1], axes.collections[3]
    assert first.get_paths()[0].vertices[:, 1].min() == pytest.approx(0.34)
    assert words(figure) == ["test examples", "noise", "independent networks"]
    assert axes.get_title() == "digits, 20 networks\ncnn"
    assert axes.get_ylim()[0] <= 0.25


def test_points_stand_at_their_epochs_with_few_ticks(tmp_path):
    epochs = (0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
    (axes,) = redrawn({("digits", "cnn", "sgd"): measured(epochs=epochs)}, tmp_path).axes
    assert axes.get_xticks().tolist() == [0.25, 1, 3, 10]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["0.25", "1", "3", "10"]
    assert axes.get_xscale() == "symlog"


def test_a_dataset_has_one_marker_and_an_architecture_one_colour_in_every_panel(tmp_path):
    frames = {
        ("digits", "cnn", "sgd"): measured(("faces", "test")),
        ("digits", "mlp", "sgd"): measured(("test", "noise"), networks=4),
        ("letters", "cnn", "sgd"): measured(("test", "noise", "faces"), epochs=(1.0, 2.0)),
    }
    figure = redrawn(frames, tmp_path)
    first, second, third = figure.axes
    assert words(figure) == ["test examples", "faces", "noise", "independent networks"]
    assert [text.get_marker() for text in figure.legends[0].get_lines()[:3]] == list("osD")
    assert [line.get_marker() for line in lines(first, "-")] == ["o", "s"]
    assert [line.get_marker() for line in lines(second, "-")] == ["o", "D"]
    assert [line.get_marker() for line in lines(third, "-")] == ["o", "s", "D"]
    assert lines(first, "-")[0].get_ydata() == pytest.approx([0.4, 0.5, 0.6, 0.7])
    colours = [lines(axes, "-")[0].get_color() for axes in figure.axes]
    assert colours[0] == colours[2] != colours[1]
    assert second.get_title() == "digits, 4 networks\nmlp"


def test_many_collections_stand_in_rows_of_three_and_say_their_recipe_where_it_matters(tmp_path):
    frames = {("digits", f"network {n}", recipe): measured() for n in range(5) for recipe in ("sgd", "adam")}
    figure = redrawn(frames, tmp_path)
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert len(shown) == 10
    assert shown[1].get_title().endswith("network 0, adam")
    assert len({round(axes.get_position().x0, 2) for axes in shown[:3]}) == 3
    assert shown[3].get_subplotspec().colspan.start == 0
    assert figure.get_size_inches()[0] == style.PAGE_WIDTH_IN


def test_without_other_datasets_it_says_so(tmp_path):
    frames = {("digits", "cnn", "sgd"): measured().clear()}
    assert [text.get_text() for text in redrawn(frames, tmp_path).axes[0].texts] == [
        "no other dataset was predicted"
    ]


def test_two_networks_that_have_no_interval_at_a_single_point(tmp_path):
    random = np.random.default_rng(0)
    outcomes = pl.DataFrame(
        {
            "split": pl.Series(["test"] * 9 + ["noise"] * 9, dtype=pl.Enum(["train", "test", "noise"])),
            "epoch": [1.0] * 18,
            "seed_000": random.integers(0, 3, 18),
            "seed_001": random.integers(0, 3, 18),
        }
    )
    figure = redrawn({("digits", "cnn", "sgd"): others(outcomes.lazy(), 3, 0.95, 99)}, tmp_path)
    style.save(figure, tmp_path / "figure.pdf", tmp_path / "figure.png")
    assert figure.axes[0].get_xticks().tolist() == [1]


def test_untrained_networks_alone(tmp_path):
    figure = redrawn({("digits", "cnn", "sgd"): measured(epochs=(0.0,))}, tmp_path)
    assert figure.axes[0].get_xticks().tolist() == [0]


def test_statistics_that_are_all_undefined(tmp_path):
    undefined = measured().with_columns(pl.lit(None, pl.Float64).alias(name) for name in STATISTICS)
    style.save(redrawn({("digits", "cnn", "sgd"): undefined}, tmp_path), tmp_path / "figure.png")


def test_the_same_table_gives_the_same_bytes(tmp_path):
    table = other_images.table({("digits", "cnn", "sgd"): measured()})
    for name in ("one.pdf", "two.pdf"):
        style.save(other_images.draw(table), tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
