import numpy as np
import polars as pl
import pytest
from scipy import stats

from learnorder.measures.from_inputs import BASELINES, from_inputs

# What is undefined is no reason for a warning.
pytestmark = pytest.mark.filterwarnings("error")

SPLITS = pl.Enum(["train", "test"])


def learned(matrix, split="test"):
    """Table of networks with this accessibility, examples × networks."""
    columns = {f"seed_{network:03d}": values.astype(np.float32) for network, values in enumerate(matrix.T)}
    keys = {"split": [split] * len(matrix), "example": np.arange(len(matrix), dtype=np.uint32)}
    return pl.DataFrame(keys | columns, schema_overrides={"split": SPLITS})


def baselines(values, split="test"):
    """Table in which every baseline has these values, from the last example to the first."""
    keys = {"split": [split] * len(values), "example": np.arange(len(values), dtype=np.uint32)}
    frame = pl.DataFrame(keys | dict.fromkeys(BASELINES, values), schema_overrides={"split": SPLITS})
    return frame.reverse()


def test_easy_by_the_inputs_and_learned_early_correlate_by_hand():
    matrix = np.array([[0.1, 0.3], [0.5, 0.7], [0.4, 0.4], [1.0, 0.8]])
    rows = from_inputs(learned(matrix), baselines([1.0, 2.0, 3.0, 40.0]), 0.95)
    # Means 0.2, 0.6, 0.4, 0.9 have ranks 0, 2, 1, 3: squared differences sum to 2, 1 − 6 · 2 / (4 · 15).
    assert rows["correlation"].to_list() == pytest.approx([-0.8, 0.8, 0.8])
    assert rows["baseline"].to_list() == ["class_mean_distance", "neighbour_purity", "linear_margin"]
    assert rows.select("split", "networks", "examples").unique().rows() == [("test", 2, 4)]
    assert rows["correlation_low"].null_count() == 3


def test_splits_are_apart_and_examples_without_a_baseline_left_out():
    random = np.random.default_rng(0)
    test, train = random.random((30, 6)), random.random((20, 6))
    both = pl.concat([learned(train, "train"), learned(test)])
    score = random.random(30)
    given = pl.concat([baselines([None] * 5 + list(score[5:])), baselines(list(train.mean(1)), "train")])
    rows = from_inputs(both, given, 0.95).filter(baseline="linear_margin")
    assert rows.select("split", "examples").rows() == [("train", 20), ("test", 25)]
    assert rows["correlation"][0] == pytest.approx(1)
    assert rows["correlation"][1] == pytest.approx(stats.spearmanr(test.mean(1)[5:], score[5:]).statistic)


def test_the_interval_covers_what_other_networks_find_of_the_same_examples():
    random = np.random.default_rng(1)
    covered = []
    for _ in range(100):
        difficulty = random.random(40)
        score = difficulty + 0.3 * random.random(40)
        sixes = random.binomial(10, difficulty, size=(50, 6, 40)) / 10
        truth = np.mean([stats.spearmanr(six.mean(0), score).statistic for six in sixes[1:]])
        row = from_inputs(learned(sixes[0].T), baselines(list(score)), 0.95).row(1, named=True)
        assert row["correlation_low"] < row["correlation"] < row["correlation_high"]
        covered.append(row["correlation_low"] < truth < row["correlation_high"])
    assert 0.88 < np.mean(covered) < 1


@pytest.mark.parametrize(
    ("matrix", "score"),
    [
        (np.full((5, 4), 0.5), [1.0, 2.0, 3.0, 4.0, 5.0]),
        (np.arange(20.0).reshape(5, 4), [1.0] * 5),
        (np.arange(20.0).reshape(5, 4), [None] * 5),
    ],
)
def test_what_does_not_vary_or_is_not_there_has_no_correlation(matrix, score):
    given = baselines(pl.Series(score, dtype=pl.Float64))
    rows = from_inputs(learned(matrix), given, 0.95)
    assert rows.select(pl.col("^correlation.*$").null_count()).row(0) == (3, 3, 3)


def test_a_perfect_correlation_is_inside_its_interval():
    matrix = np.tile(np.arange(5.0)[:, np.newaxis], 6)
    rows = from_inputs(learned(matrix), baselines([1.0, 2.0, 3.0, 4.0, 5.0]), 0.95)
    assert rows["correlation"].to_list() == pytest.approx([-1, 1, 1])
    assert (rows["correlation_low"] <= rows["correlation"]).all()
    assert (rows["correlation"] <= rows["correlation_high"]).all()
