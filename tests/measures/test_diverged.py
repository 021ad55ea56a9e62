"""Networks that diverged: they leave every measure, and move none."""

import numpy as np
import polars as pl
import polars.testing
import pytest
from conftest import simulated

from learnorder import outcomes
from learnorder.datasets.canonical import Dataset, Split
from learnorder.measures import collection, pair

POINTS, EXAMPLES, NETWORKS = (1.0, 2.0, 3.0), 60, 8
BY_POINT = ("agreement", "distribution", "epochs", "epochs_as_trained", "consistency")
BY_EXAMPLE = ("examples", "learned", "reliability", "examples_as_trained")
DRAWN = "^(null_.*|p_value)$"
"""What is drawn at random for all points of a table at once."""


def rights(networks=NETWORKS, seed=0):
    random = np.random.default_rng(seed)
    easy = np.linspace(1, 0, EXAMPLES)
    return random.random((networks, 3, EXAMPLES)) < 0.5 * easy + np.array([0.1, 0.3, 0.45])[:, np.newaxis]


def table(networks=NETWORKS, seed=0):
    return pl.concat(simulated(rights(networks, seed), epochs=POINTS, split=split) for split in ("train", "test"))


def diverging(outcomes, at):
    """The same with null in place of what these networks predict, by number, from an epoch on."""
    return outcomes.with_columns(
        pl.when(pl.col("epoch") < epoch).then(pl.col(name := f"seed_{number:03d}")).alias(name)
        for number, epoch in at.items()
    )


def without(outcomes, *numbers):
    return outcomes.drop(f"seed_{number:03d}" for number in numbers)


def measured(outcomes):
    return collection.measure(outcomes, 10, 0.95, 99)


def test_a_network_counts_until_it_diverges_and_no_longer():
    found = measured(diverging(table(), {1: 2.0, 6: 3.0}))
    at_each_point = [measured(without(table(), *gone)) for gone in ((), (1,), (1, 6))]
    for name in BY_POINT:
        wanted = pl.concat(
            known[name].filter(epoch=epoch) for known, epoch in zip(at_each_point, POINTS, strict=True)
        ).sort("split", "epoch", maintain_order=True)
        random = pl.selectors.matches(DRAWN)
        polars.testing.assert_frame_equal(found[name].select(~random), wanted.select(~random))
    assert found["epochs"].filter(split="test")["networks"].to_list() == [8, 7, 6]
    for name in BY_EXAMPLE:
        assert found[name].equals(at_each_point[2][name])


def test_what_is_drawn_at_random_is_drawn_of_the_networks_that_are_left():
    [null] = measured(diverging(table(), {1: 1.0}))["epochs"].filter(epoch=3, split="test")["null_bimodality"]
    [alone] = measured(without(table(), 1))["epochs"].filter(epoch=3, split="test")["null_bimodality"]
    assert null == alone


def test_no_measure_of_a_pair_is_moved():
    other = table(5, seed=1)
    found = pair.measure(diverging(table(), {0: 2.0}), other, ("a", "b"), 0.95, 99)
    whole, left = (pair.measure(each, other, ("a", "b"), 0.95, 99) for each in (table(), without(table(), 0)))
    assert found["correlation"].equals(left["correlation"])
    assert found["only_stronger"].equals(left["only_stronger"])
    epoch = "epoch_weaker" if found["nested"]["weaker"][0] == "a" else "epoch_stronger"
    for name, mine in (("nested", epoch), ("consistency_between", "epoch_first")):
        late = pl.col(mine) >= 2
        assert found[name].filter(late).drop("matched").equals(left[name].filter(late).drop("matched"))
        assert found[name].filter(~late).drop("matched").equals(whole[name].filter(~late).drop("matched"))
        assert found[name].select("split", mine).unique().height == 2 * len(POINTS)


@pytest.mark.parametrize("left", [0, 1])
def test_where_fewer_than_two_are_left_nothing_is_measured(left):
    gone = dict.fromkeys(range(left, NETWORKS), 2.0)
    found, whole = measured(diverging(table(), gone)), measured(table())
    for name in BY_POINT:
        polars.testing.assert_frame_equal(
            found[name].select(~pl.selectors.matches(DRAWN)),
            whole[name].filter(epoch=1).select(~pl.selectors.matches(DRAWN)),
        )
    assert found["examples"]["label"].equals(whole["examples"]["label"])
    assert found["examples"]["accessibility"].null_count() == (0 if left else 2 * EXAMPLES)
    assert len(found["learned"].columns) == 3 + left


@pytest.mark.parametrize("number", [0, 1])
def test_a_collection_of_which_all_diverge_at_once_has_tables_without_rows(number):
    gone = diverging(table(), dict.fromkeys(range(NETWORKS), 1.0))
    found, whole = measured(gone), measured(table())
    assert {name: found[name].schema for name in BY_POINT} == {name: whole[name].schema for name in BY_POINT}
    assert all(found[name].is_empty() for name in BY_POINT)
    both = (gone, table(5, seed=1))
    tables = pair.measure(*(both if number else both[::-1]), ("a", "b"), 0.95, 99)
    assert tables["nested"].is_empty()
    assert tables["only_stronger"].is_empty()
    assert tables["correlation"]["correlation"].null_count() == 4


def test_five_of_twenty_that_diverge_do_not_move_beta():
    networks = table(20)
    stuck = networks.with_columns(pl.lit(0, pl.UInt8).alias(f"seed_{number:03d}") for number in range(5))
    gone = diverging(networks, dict.fromkeys(range(5), 1.0))
    betas = [
        measured(each)["epochs"].filter(epoch=3, split="test")["relative_bimodality"].item()
        for each in (without(networks, *range(5)), gone, stuck)
    ]
    assert betas[0] == betas[1] != betas[2]


def test_an_outcome_table_has_null_where_a_network_predicts_nothing(tmp_path):
    path = tmp_path / "seeds-000-002.parquet"
    labels = np.array([0, 1, 1, 0, 1])
    split = Split(np.zeros((5, 1), np.uint8), labels, np.arange(5))
    outcomes.write(
        path,
        dataset=Dataset({"train": split, "test": split}, ["a", "b"], checksum="x"),
        kept={
            seed: {outcomes.SEED: {"train": np.tile(labels, (3, 1)), "test": np.zeros((3, 5), int)}}
            for seed in range(3)
        },
        identity={"recipe": {"evaluate_at": list(POINTS), "clock": "epochs"}, "dataset": {}},
        environment={},
        diverged={1: 2.0},
    )
    read = outcomes.read(path)
    assert read.filter(pl.col("seed_001").is_null())["epoch"].unique().to_list() == [2.0, 3.0]
    assert read.filter(epoch=1)["seed_001"].null_count() == read["seed_000"].null_count() == 0
    stored = outcomes.read(path, as_stored=True)
    assert stored["seed_001"].null_count() == 0
    scanned = outcomes.scan([path], outcomes.metadata(path)["identity"])
    assert measured(scanned)["epochs"]["networks"].to_list() == [3, 2, 2] * 2
