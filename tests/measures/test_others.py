import itertools

import numpy as np
import polars as pl
import pytest

from learnorder.measures import others as module
from learnorder.measures.agreement import agreement
from learnorder.measures.growth import reliability_table
from learnorder.measures.intervals import jackknife
from learnorder.measures.others import others
from learnorder.measures.reliability import reliability_by_size


def predicting(splits, labelled=("train", "test")):
    """Outcome table of predicted classes, by split: networks × points × examples, at the points 1, 2, … ."""
    frames = []
    for split, predicted in splits.items():
        predicted = np.asarray(predicted, dtype=np.uint8)
        _, points, examples = predicted.shape
        columns = {
            "split": [split] * (points * examples),
            "epoch": np.repeat(np.arange(1.0, points + 1), examples),
            "example": np.tile(np.arange(examples, dtype=np.uint32), points),
            "label": pl.Series([0 if split in labelled else None] * (points * examples), dtype=pl.UInt8),
        }
        columns |= {f"seed_{number:03d}": rows.reshape(-1) for number, rows in enumerate(predicted)}
        frames.append(pl.DataFrame(columns))
    return pl.concat(frames).cast({"split": pl.Enum(list(splits))}).lazy()


def one_point(predicted, classes=3, permutations=99):
    """The row of another dataset at a single point, networks × examples."""
    table = others(predicting({"noise": np.asarray(predicted)[:, np.newaxis]}), classes, 0.95, permutations)
    return table.row(0, named=True)


def drawn(networks, examples, classes, seed=0):
    return np.random.default_rng(seed).integers(0, classes, (networks, examples))


def test_the_mean_over_the_examples_of_the_largest_share():
    row = one_point([[0, 1, 0, 2], [0, 1, 1, 2], [0, 1, 2, 0]])
    assert row["agreement"] == pytest.approx((1 + 1 + 1 / 3 + 2 / 3) / 4)
    assert (row["networks"], row["examples"]) == (3, 4)


@pytest.mark.parametrize("classes", [3, 5, 12, 200])
def test_agreement_is_the_mean_of_that_of_the_examples(classes):
    outcomes = predicting(
        {"test": drawn(6, 80, classes).reshape(6, 2, 40), "noise": drawn(6, 30, classes)[:, None]}
    )
    table = others(outcomes, classes, 0.95, 99)
    means = agreement(outcomes, classes).group_by("split", "epoch").mean().sort("split", "epoch").collect()
    assert table.select("split", "epoch").rows() == [("test", 1), ("test", 2), ("noise", 1)]
    assert table["agreement"].to_list() == pytest.approx(means["agreement"].to_list())


@pytest.mark.parametrize("classes", [2, 3, 12])
def test_the_interval_leaves_each_network_out(classes):
    # With two classes and six networks there are ties.
    predicted = drawn(6, 50, classes)
    row = one_point(predicted, classes)
    without_one = [one_point(np.delete(predicted, network, axis=0), classes)["agreement"] for network in range(6)]
    low, high = jackknife(row["agreement"], np.array(without_one), 0.95, low=1 / 6, high=1)
    assert (row["agreement_low"], row["agreement_high"]) == pytest.approx((low, high))
    assert low < row["agreement"] < high


def test_the_interval_ends_where_agreement_does():
    predicted = np.zeros((4, 4))
    predicted[3, :2] = 1
    row = one_point(predicted)
    assert row["agreement"] == 14 / 16
    # Without the fourth network the others agree on everything; else on half of the examples two of three do.
    deviation = np.sqrt(3 / 4 * np.sum((np.array([5 / 6, 5 / 6, 5 / 6, 1]) - 21 / 24) ** 2))
    assert 14 / 16 + 3.18 * deviation > 1
    assert row["agreement_high"] == 1
    assert row["agreement_low"] == pytest.approx(14 / 16 - 3.1824463 * deviation)


@pytest.mark.parametrize("networks", [2, 3])
def test_few_networks_have_no_interval(networks):
    row = one_point(drawn(networks, 10, 3))
    assert row["agreement_low"] is None
    assert row["agreement_high"] is None
    assert row["agreement_independent"] is not None


def exact_mean(predicted):
    """Mean agreement over all shuffles: that of one example whose networks each predict by their own shares."""
    tuples = itertools.product(*predicted.tolist())
    return np.mean([np.bincount(votes).max() for votes in tuples]) / len(predicted)


@pytest.mark.parametrize("classes", [2, 3, 9])
def test_independent_networks_are_those_of_all_shuffles(classes):
    predicted = np.sort(drawn(4, 6, classes), axis=1)
    row = one_point(predicted, classes, permutations=4999)
    assert row["agreement_independent"] == pytest.approx(exact_mean(predicted), abs=0.004)
    assert row["agreement"] > row["agreement_independent"]


@pytest.mark.parametrize("classes", [3, 30])
def test_the_draws_spread_as_far_as_if_each_was_shuffled_anew(classes):
    random = np.random.default_rng(1)
    shares = random.dirichlet(np.ones(classes))
    # In order, so that turns alone would keep neighbours together.
    predicted = np.sort(random.choice(classes, (8, 60), p=shares), axis=1).astype(np.uint8)
    turned = np.concatenate(
        [module._shuffled(predicted, classes, 200, np.random.default_rng(seed)) for seed in range(10)]
    )
    shuffled = [max_votes(random.permuted(predicted, axis=1), classes) for _ in range(2000)]
    assert turned.mean() == pytest.approx(np.mean(shuffled), rel=0.005)
    assert turned.std() == pytest.approx(np.std(shuffled), rel=0.1)


def max_votes(predicted, classes):
    return sum(np.bincount(votes, minlength=classes).max() for votes in predicted.T)


def test_networks_that_say_one_class_of_everything_agree_no_more_than_independent_ones():
    row = one_point(np.ones((5, 20)))
    assert row["agreement"] == row["agreement_independent"] == row["agreement_independent_low"] == 1
    assert row["agreement_low"] == row["agreement_high"] == 1
    assert row["p_value"] == 1


def test_networks_that_share_what_they_say_agree_more_than_independent_ones():
    row = one_point(np.tile(drawn(1, 40, 3), (5, 1)))
    assert row["agreement"] == 1
    assert (
        row["agreement_independent_low"] < row["agreement_independent"] < row["agreement_independent_high"] < 0.8
    )
    assert row["p_value"] == 0.01


def test_independent_networks_are_within_their_interval_and_have_any_p_value():
    rows = [one_point(drawn(5, 40, 3, seed), permutations=199) for seed in range(60)]
    within = [
        row["agreement_independent_low"] <= row["agreement"] <= row["agreement_independent_high"] for row in rows
    ]
    assert np.mean(within) > 0.85
    assert 0.35 < np.mean([row["p_value"] for row in rows]) < 0.65


def test_a_row_does_not_depend_on_what_else_was_predicted():
    splits = {
        name: drawn(5, 30, 3, seed)[:, None] for seed, name in enumerate(("train", "test", "noise", "faces"))
    }
    every = others(predicting(splits), 3, 0.95, 99)
    assert every["split"].to_list() == ["test", "noise", "faces"]
    assert every.schema["split"] == pl.Enum(list(splits))
    less = others(predicting({name: splits[name] for name in ("test", "faces")}), 3, 0.95, 99)
    text = pl.col("split").cast(pl.String)
    assert less.with_columns(text).equals(every.with_columns(text).filter(pl.col("split") != "noise"))


def test_without_other_datasets_there_is_no_row():
    splits = {name: drawn(5, 30, 3)[:, None] for name in ("train", "test")}
    table = others(predicting(splits), 3, 0.95, 99)
    with_others = others(predicting(splits | {"noise": drawn(5, 30, 3)[:, None]}), 3, 0.95, 99)
    assert table.is_empty()
    assert table.columns == with_others.columns
    assert table.drop("split").schema == with_others.drop("split").schema


def learned_of(networks, splits=("train", "test"), examples=200):
    random = np.random.default_rng(0)
    frames = []
    for split in splits:
        order = random.random(examples)
        columns = {
            f"seed_{network:03d}": (order + random.normal(0, 0.5, examples)).astype(np.float32)
            for network in range(networks)
        }
        frames.append(pl.DataFrame({"split": [split] * examples, "example": np.arange(examples)} | columns))
    return pl.concat(frames).with_columns(pl.col("split").cast(pl.Enum(["train", "test"])), label=0)


@pytest.mark.parametrize(("networks", "sizes"), [(2, [1]), (4, [1, 2]), (7, [1, 2, 3]), (20, [1, 2, 3, 5, 10])])
def test_reliability_of_the_sizes_up_to_half_of_the_networks(networks, sizes):
    learned = learned_of(networks)
    table = reliability_table(learned)
    assert table.select("split", "networks").rows() == [
        (split, size) for split in ("train", "test") for size in sizes
    ]
    assert table.schema["split"] == learned.schema["split"]
    for split in ("train", "test"):
        matrix = learned.filter(split=split).select("^seed_.*$").to_numpy()
        expected = reliability_by_size(matrix, sizes, "pearson", draws=20, seed=0)
        assert table.filter(split=split).drop("split").equals(expected)


def test_more_networks_are_more_reliable():
    table = reliability_table(learned_of(20, splits=("test",)))
    assert table["split"].unique().to_list() == ["test"]
    assert table["correlation"].is_sorted()
    assert table["correlation"].to_list() == pytest.approx(table["spearman_brown"].to_list(), abs=0.1)
