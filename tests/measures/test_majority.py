"""Majority votes of two collections at equal accuracy."""

import numpy as np
import polars as pl
import pytest
from conftest import simulated

from learnorder.measures import majority as module
from learnorder.measures.majority import SHARES, majority

EPOCHS = (1.0, 2.0, 3.0)


def ordered(accuracies, networks, examples=1000, noise=0.02, seed=0):
    """Networks that learn the examples by number, each with some of its own mistakes."""
    random = np.random.default_rng(seed)
    place = np.arange(examples) / examples
    right = place < np.array(accuracies)[:, np.newaxis]
    return simulated(right ^ (random.random((networks, *right.shape)) < noise), epochs=EPOCHS[: len(accuracies)])


def independent(accuracies, networks, seed):
    """Networks of two kinds of examples, drawn for this collection alone."""
    random = np.random.default_rng(seed)
    known = [random.permutation(2000) < 2000 * accuracy for accuracy in accuracies]
    return simulated(np.repeat([known], networks, 0), epochs=EPOCHS[: len(accuracies)])


def test_by_hand():
    # Labels 0, 0, 1, 1. Votes of three networks: 0 0 1; 0 1 1; 0 0 1; 2 2 1, and of four: all right but the last.
    labels = [0, 0, 1, 1]
    table = {"split": ["test"] * 4, "epoch": [1.0] * 4, "example": range(4), "label": labels}
    weaker = pl.LazyFrame(table | {"seed_0": [0, 0, 0, 2], "seed_1": [0, 1, 0, 2], "seed_2": [1, 1, 1, 1]})
    stronger = pl.LazyFrame(table | {f"seed_{n}": [0, 0, 1, 0] for n in range(4)})
    row = majority(weaker, stronger, 0.95).row(0, named=True)
    assert row["converged"]
    assert [row[share] for share in SHARES] == [1 / 4, 0, 2 / 4, 1 / 4]
    assert (row["majority_weaker"], row["majority_stronger"]) == (1 / 4, 3 / 4)
    assert row["both_independent"] == pytest.approx(3 / 16)
    assert row["accuracy_weaker"] == pytest.approx(5 / 12)
    assert row["both_low"] is None


def test_of_equal_votes_the_lower_class_counts_also_without_any_network():
    random = np.random.default_rng(0)
    predicted, labels = random.integers(0, 4, (7, 500)), random.integers(0, 4, 500)

    def vote(networks):
        votes = np.array([(networks == label).sum(0) for label in range(4)])
        return votes.argmax(0) == labels

    right, without_one = module._majority(predicted, labels)
    assert np.array_equal(right, vote(predicted))
    for network in range(7):
        assert np.array_equal(without_one[network], vote(np.delete(predicted, network, 0)))


def test_points_are_matched_and_past_its_best_the_weaker_is_converged():
    weaker, stronger = ordered([0.2, 0.5, 0.45], 5, seed=1), ordered([0.21, 0.3, 0.8], 6, seed=2)
    found = majority(weaker, stronger, 0.95)
    assert found.select("epoch_weaker", "epoch_stronger", "converged").rows() == [
        (1.0, 1.0, False),
        (3.0, 3.0, True),
    ]


def test_one_order_leaves_nothing_to_the_weaker_alone_and_two_orders_what_chance_does():
    row = majority(ordered([0.5], 5, seed=1), ordered([0.5], 6, seed=2), 0.95).row(0, named=True)
    assert row["only_weaker"] < 0.01 < row["only_weaker_independent"]
    row = majority(independent([0.5], 5, 1), independent([0.5], 6, 2), 0.95).row(0, named=True)
    assert row["only_weaker"] == pytest.approx(row["only_weaker_independent"], abs=0.03)


def test_intervals_hold_what_more_networks_would_give():
    def drawn(networks, seed):
        hard = np.random.default_rng(5).beta(0.7, 0.7, (1, 2000))
        return simulated(np.random.default_rng(seed).random((networks, 1, 2000)) < hard)

    truth = majority(drawn(301, 1), drawn(301, 2), 0.95).row(0, named=True)["only_weaker"]
    row = majority(drawn(21, 3), drawn(21, 4), 0.95).row(0, named=True)
    assert 0 < row["only_weaker_low"] < row["only_weaker"] < row["only_weaker_high"] < 0.2
    assert abs(row["only_weaker"] - truth) < 0.05


def test_without_a_match_there_is_no_row_but_every_column():
    weaker, stronger = ordered([0.5, 0.9], 5), ordered([0.1], 5)
    assert majority(weaker, stronger, 0.95).is_empty()
    assert majority(weaker, stronger, 0.95).columns == majority(stronger, weaker, 0.95).columns
