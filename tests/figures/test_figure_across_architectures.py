"""Correlations between architectures, from frames made by hand."""

import numpy as np
import polars as pl
import pytest

from learnorder import tables
from learnorder.figures import across_architectures, style

SPLITS = pl.Enum(["train", "test"])


def correlations(pearson: float | None, spearman: float | None, reliabilities=(0.9, 0.8), interval=0.05):
    """The table of a pair; its train correlations are 0.1 lower. Without `interval`, of few networks."""
    rows = []
    for split, less in (("train", 0.1), ("test", 0)):
        for method, found in (("pearson", pearson), ("spearman", spearman)):
            value = None if found is None else found - less
            rows.append(
                {
                    "split": split,
                    "method": method,
                    "correlation": value,
                    "correlation_low": None if not interval or value is None else value - interval,
                    "correlation_high": None if not interval or value is None else value + interval,
                    # Ranks have reliabilities of their own, which are not drawn.
                    "first_reliability": reliabilities[0] if method == "pearson" else 0.11,
                    "second_reliability": reliabilities[1] if method == "pearson" else 0.11,
                    "ceiling": None if None in reliabilities else 0.85,
                    "examples": 3,
                    "networks_first": 2,
                    "networks_second": 4,
                }
            )
    floats = ("correlation", "correlation_low", "correlation_high", "ceiling")
    return pl.DataFrame(rows, schema_overrides={"split": SPLITS} | dict.fromkeys(floats, pl.Float64))


def learned(*networks: list[float]) -> pl.DataFrame:
    """The table of a collection: a list of examples per network, the same for both splits."""
    columns = {f"seed_{number:03d}": values for number, values in enumerate(networks)}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Float32), strict=False)
    examples = pl.Series("example", range(len(networks[0])), dtype=pl.UInt32)
    return pl.concat(
        frame.select(pl.lit(split, dtype=SPLITS).alias("split"), examples, pl.all()) for split in ("train", "test")
    )


def pair(first: str, second: str, dataset: str = "digits") -> tuple:
    return (dataset, first, "sgd", second, "sgd")


LEARNED = {
    ("digits", "linear", "sgd"): learned([0, 0.5, 1], [0, 1, 1]),
    ("digits", "mlp", "sgd"): learned([0, 0.2, 0.4]),
    ("digits", "cnn", "sgd"): learned([1, 1, 1]),
}
CORRELATION = {
    pair("linear", "mlp"): correlations(0.75, 0.65),
    pair("linear", "cnn"): correlations(0.5, -0.25, reliabilities=(0.9, 1.0)),
    pair("mlp", "cnn"): correlations(None, None, reliabilities=(0.8, 1.0), interval=0),
}


@pytest.fixture
def draw(tmp_path):
    """Draw from the file that a table leaves."""
    style.apply()

    def from_csv(**frames):
        tables.write_csv(tmp_path / "table.csv", across_architectures.table(**frames))
        return across_architectures.draw(tables.read_csv(tmp_path / "table.csv"))

    return from_csv


@pytest.fixture
def drawn(draw):
    return draw(correlation=CORRELATION, learned=LEARNED)


def cells(axes) -> dict[tuple[int, int], list[str]]:
    """What is written in each cell of a matrix, by row and column."""
    written: dict[tuple[int, int], list[str]] = {}
    for text in axes.texts:
        if text.get_text():
            x, y = text.xy
            written.setdefault((y, x), []).append(text.get_text())
    return written


def test_the_table_has_all_correlations_and_the_means_of_the_first_pair():
    table = across_architectures.table(CORRELATION, LEARNED)
    assert table["part"].value_counts(sort=True).rows() == [("correlation", 12), ("scatter", 6)]
    test = table.filter(part="scatter", split="test")
    assert test.select("architecture", "second_architecture").unique().rows() == [("linear", "mlp")]
    assert test["example"].to_list() == [0, 1, 2]
    assert test["accessibility"].to_list() == [0, 0.75, 1]
    assert test["second_accessibility"].to_list() == [0, 0.2, 0.4]
    assert test["correlation"].null_count() == 3


def test_at_most_1000_examples_are_evenly_spaced():
    many = learned(np.linspace(0, 1, 10_501).tolist())
    names = pair("linear", "mlp")
    table = across_architectures.table({names: correlations(0.5, 0.5)}, dict.fromkeys(LEARNED, many))
    examples = table.filter(part="scatter", split="train")["example"].to_numpy()
    assert (len(examples), examples[0], examples[-1]) == (1000, 0, 10_500)
    assert set(np.diff(examples)) == {10, 11}


def test_pearson_stands_above_the_diagonal_spearman_below_reliability_on_it(drawn):
    matrix = drawn.axes[0]
    expected = np.array([[np.nan, 0.75, 0.5], [0.65, np.nan, np.nan], [-0.25, np.nan, np.nan]])
    assert np.ma.filled(matrix.images[0].get_array(), np.nan) == pytest.approx(expected, nan_ok=True)
    assert matrix.images[0].get_clim() == (0, 1)
    assert cells(matrix) == {
        (0, 0): [".90"],
        (0, 1): [".75", ".70–.80"],
        (0, 2): [".50", ".45–.55"],
        (1, 0): [".65", ".60–.70"],
        (1, 1): [".80"],
        (1, 2): ["–"],
        (2, 0): ["−.25", "−.30–−.20"],
        (2, 1): ["–"],
        (2, 2): ["1.00"],
    }
    frames = [tuple(np.round(patch.get_center(), 6)) for patch in matrix.patches]
    assert frames == [(0, 0), (1, 1), (2, 2)]
    names = [text.get_text() for text in matrix.get_xticklabels()]
    assert names == [text.get_text() for text in matrix.get_yticklabels()] == ["linear", "mlp", "cnn"]
    assert [axes.get_title() for axes in drawn.axes[::2]] == [
        "digits: 3 test examples",
        "digits: 3 train examples",
    ]
    assert cells(drawn.axes[2])[0, 1] == [".65", ".60–.70"]


def test_the_examples_of_the_first_pair_stand_beside(drawn):
    points = drawn.axes[1]
    assert np.asarray(points.collections[0].get_offsets()) == pytest.approx(
        np.array([[0, 0], [0.75, 0.2], [1, 0.4]])
    )
    assert points.get_title() == "r = .75, ceiling .85"
    assert points.get_xlabel() == "linear\naccessibility (N = 2)"
    assert points.get_ylabel() == "mlp\naccessibility (N = 4)"


def test_fewer_points_than_examples_are_counted(draw):
    more = correlations(0.75, 0.65).with_columns(examples=9)
    figure = draw(correlation={pair("linear", "mlp"): more}, learned=LEARNED)
    assert figure.axes[1].get_title() == "3 of them\nr = .75, ceiling .85"


def test_each_dataset_has_its_own_collections_in_its_matrix(draw):
    other = pair("mlp", "cnn", dataset="letters")
    frames = {("letters", name, "sgd"): LEARNED["digits", name, "sgd"] for name in ("mlp", "cnn")}
    figure = draw(
        correlation={other: correlations(0.3, 0.2)} | CORRELATION,
        learned=LEARNED | frames,
    )
    assert [len(axes.images[0].get_array()) for axes in figure.axes[::2]] == [2, 2, 3, 3]
    assert figure.axes[0].get_title().startswith("letters")
    assert figure.axes[1].get_xlabel().startswith("mlp")


def test_undefined_statistics_of_few_networks_are_said(draw, tmp_path):
    few = {pair("linear", "mlp"): correlations(None, None, reliabilities=(None, None), interval=0)}
    figure = draw(correlation=few, learned=LEARNED)
    assert cells(figure.axes[0]) == {cell: ["–"] for cell in np.ndindex(2, 2)}
    assert figure.axes[1].get_title() == "r = undefined, ceiling undefined"
    style.save(figure, tmp_path / "figure.png")


def test_without_any_pair_it_says_so(draw):
    figure = draw(correlation={}, learned={("digits", "cnn", "sgd"): LEARNED["digits", "cnn", "sgd"]})
    assert [text.get_text() for text in figure.axes[0].texts] == ["no two architectures on one dataset"]
