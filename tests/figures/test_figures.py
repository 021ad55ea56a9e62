import numpy as np
import polars as pl
import pytest
from conftest import simulated

from learnorder import tables
from learnorder.figures import bimodality, same_order, style
from learnorder.measures.collection import measure

EPOCHS = (0.5, 1.0, 2.0, 3.0, 4.0)


@pytest.fixture(scope="module")
def measures():
    """Tables of two collections by what they measure: 6 networks of one shared order, 40 that are independent."""
    random = np.random.default_rng(0)
    share = np.linspace(0.2, 0.9, len(EPOCHS))
    shared = np.tile(np.arange(50) < share[:, np.newaxis] * 50, (6, 1, 1))
    independent = random.random((40, len(EPOCHS), 50)) < share[:, np.newaxis]
    style.apply()
    tables = {}
    for name, right in (("cnn", shared), ("linear", independent)):
        both = pl.concat([simulated(right, epochs=EPOCHS, split=split) for split in ("train", "test")])
        for table, frame in measure(both, 10, 0.95, 99).items():
            # So few examples are soon at chance.
            above = frame.with_columns(at_chance=False) if table == "epochs" else frame
            tables.setdefault(table, {})["digits", name, "sgd"] = above
    return tables


@pytest.fixture
def order_table(measures):
    return same_order.table(measures["distribution"], measures["epochs"])


def test_same_order_takes_four_points_from_first_to_last(order_table):
    for _, rows in order_table.group_by("architecture"):
        assert rows["epoch"].unique().sort().to_list() == [0.5, 1.0, 3.0, 4.0]
    sums = order_table.group_by("architecture", "split", "epoch").agg(pl.col("share", "independent").sum())
    assert np.allclose(sums.select("share", "independent").to_numpy(), 1)


def test_same_order_draws_the_shares_up_for_train_and_down_for_test(order_table):
    figure = same_order.draw(order_table)
    panels = figure.axes
    assert len(panels) == 8
    rows = order_table.filter(architecture="cnn", epoch=1.0)
    heights = [bar.get_height() for bar in panels[1].patches]
    expected = [
        sign * share
        for split, sign in (("train", 1), ("test", -1))
        for share in rows.filter(split=split).sort("right")["share"]
    ]
    assert heights == pytest.approx(expected)
    # A collection of one shared order is all right or all wrong.
    assert [round(height, 2) for height in heights[:7]] == [0.62, 0, 0, 0, 0, 0, 0.38]
    lines = [line for line in panels[1].lines if len(line.get_xdata()) == 7]
    assert lines[0].get_ydata() == pytest.approx(
        rows.filter(split="train").sort("right")["independent"].to_numpy()
    )
    assert [panel.get_title() for panel in panels[:4]] == ["epoch 0.5", "epoch 1", "epoch 3", "epoch 4"]
    assert "accuracy 0.38, β 0.00" in {text.get_text() for text in panels[1].texts}


def test_same_order_bins_many_networks(order_table):
    panels = same_order.draw(order_table).axes
    heights = np.array([bar.get_height() for bar in panels[4].patches])
    assert len(heights) == 2 * same_order.BINS
    assert heights[: same_order.BINS].sum() == pytest.approx(1)


def test_bimodality_draws_a_line_per_collection_and_split(measures):
    table = bimodality.table(measures["epochs"])
    axes = bimodality.draw(table).axes[0]
    looks = style.looks(["cnn", "linear"])
    lines = [line for line in axes.lines if len(line.get_xdata()) == len(EPOCHS)]
    for line, ((name, split), rows) in zip(
        lines, table.group_by("architecture", "split", maintain_order=True), strict=True
    ):
        points = rows.sort("epoch").select("accuracy", "relative_bimodality")
        assert line.get_xydata() == pytest.approx(points.to_numpy())
        assert (line.get_color(), line.get_marker()) == tuple(looks[name].values())
        assert line.get_linestyle() == {"train": "-", "test": "--"}[split]
    assert len({line.get_marker() for line in lines}) == 2
    levels = {line.get_ydata()[0] for line in axes.lines if len(set(line.get_ydata())) == 1}
    assert {0, 1} <= levels
    assert axes.get_xlabel() == "mean accuracy"


def test_the_legend_names_what_every_panel_has_and_points_beyond_the_frame_are_counted(measures):
    one = bimodality.table(measures["epochs"])
    two = one.with_columns(
        pl.lit("letters").alias("dataset"),
        pl.col("architecture").replace("cnn", "mlp"),
        *(
            pl.when(epoch=4.0).then(9.0).otherwise(name).alias(name)
            for name in ("relative_bimodality", "relative_bimodality_low", "relative_bimodality_high")
        ),
    )
    figure = bimodality.draw(pl.concat([one, two]))
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["cnn", "linear", "mlp", "train", "test"]
    assert figure.axes[1].get_ylim()[1] == 2
    assert "4 above the frame" in {text.get_text() for text in figure.axes[1].texts}


def test_bimodality_of_many_datasets_stands_in_rows(measures):
    table = bimodality.table(measures["epochs"])
    many = pl.concat(table.with_columns(dataset=pl.lit(f"set {number}")) for number in range(5))
    panels = bimodality.draw(many).axes
    assert [axes.get_title() for axes in panels if axes.get_visible()] == [f"set {number}" for number in range(5)]
    assert len({axes.get_subplotspec().rowspan.start for axes in panels}) == 2


def test_bimodality_at_chance_is_left_out_and_counted(measures):
    early = {
        names: table.with_columns(at_chance=pl.col("epoch") < 2) for names, table in measures["epochs"].items()
    }
    figure = bimodality.draw(bimodality.table(early))
    markers = {look["marker"] for look in style.looks(["cnn", "linear"]).values()}
    assert {len(line.get_xdata()) for line in figure.axes[0].lines if line.get_marker() in markers} == {3}
    assert "8 at chance" in {text.get_text() for text in figure.axes[0].texts}
    everywhere = {names: table.with_columns(at_chance=True) for names, table in measures["epochs"].items()}
    figure = bimodality.draw(bimodality.table(everywhere))
    assert "at chance: no β" in {text.get_text() for text in figure.axes[0].texts}
    panels = same_order.draw(same_order.table(measures["distribution"], early)).axes
    said = [{text.get_text().split(", ")[1] for text in panel.texts} for panel in panels[:4]]
    assert said == [{"at chance"}, {"at chance"}, {"β 0.00"}, {"β 0.00"}]


def test_undefined_bimodality_is_left_out(measures):
    table = bimodality.table(measures["epochs"]).with_columns(
        relative_bimodality=pl.when(epoch=1.0).then(None).otherwise("relative_bimodality")
    )
    axes = bimodality.draw(table).axes[0]
    assert max(len(line.get_xdata()) for line in axes.lines) == len(EPOCHS) - 1


@pytest.mark.parametrize("module", [same_order, bimodality])
@pytest.mark.parametrize("networks", ["many", "two"])
def test_the_table_alone_redraws_the_same_bytes(measures, module, networks, tmp_path):
    if networks == "two":  # which have no intervals
        right = np.random.default_rng(1).random((2, len(EPOCHS), 50)) < 0.5
        frames = measure(simulated(right, epochs=EPOCHS), 10, 0.95, 99)
        measures = {name: {("0", "1", "2"): frame} for name, frame in frames.items()}
    needed = {"distribution", "epochs"} if module is same_order else {"epochs"}
    table = module.table(**{name: measures[name] for name in needed})
    tables.write_csv(tmp_path / "table.csv", table)
    style.save(module.draw(table), tmp_path / "one.pdf", tmp_path / "one.png")
    from_csv = tables.read_csv(tmp_path / "table.csv")
    style.save(module.draw(from_csv), tmp_path / "two.pdf", tmp_path / "two.png")
    for suffix in ("pdf", "png"):
        assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix}").read_bytes()
