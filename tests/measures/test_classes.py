"""The order in which classes are learned."""

import numpy as np
import polars as pl
import pytest
from conftest import simulated

from learnorder.measures.classes import class_order, classes


def by_hand():
    rows = {"split": ["test"] * 4, "epoch": [1.0] * 4, "example": range(4), "label": [0, 0, 0, 1]}
    return pl.LazyFrame(rows | {"seed_0": [0, 0, 1, 1], "seed_1": [0, 1, 1, 0]})


def test_by_hand():
    found = classes(by_hand(), 3, 0.95)
    assert found["class"].to_list() == [0, 1]
    assert found["examples"].to_list() == [3, 1]
    assert found["accuracy"].to_list() == [pytest.approx(0.5), 0.5]
    assert found["known"].to_list() == [pytest.approx(1 / 3), 0]
    assert found["of_known"].to_list() == [1, 0]
    # Votes: 0 0; 0 1, of equals 0; 1 1; 1 0.
    assert found["of_predictions"].to_list() == [0.75, 0.25]
    assert found["known_low"].to_list() == [None, None]


def test_where_no_example_is_known_to_all_no_class_has_a_share():
    found = classes(simulated(np.zeros((4, 1, 50), bool), classes=3), 3, 0.95)
    assert found["of_known"].null_count() == len(found) == 3


def learned_by_class(networks, own_order):
    """Networks that know a class from an epoch on; `own_order`: whether each has an order of its own."""
    right = np.zeros((networks, 5, 1000), bool)
    outcomes = simulated(right, classes=5, epochs=range(1, 6))
    labels = outcomes.filter(pl.col("epoch") == 1).select("label").collect()["label"].to_numpy()
    random = np.random.default_rng(1)
    for network in range(networks):
        place = random.permutation(5) if own_order else np.arange(5)
        right[network] = place[labels] <= np.arange(5)[:, np.newaxis]
    return simulated(right, classes=5, epochs=range(1, 6))


def test_one_order_of_classes_is_found_with_certainty():
    found = class_order(learned_by_class(8, own_order=False), 5, 0.95)
    assert found["rank"].to_list() == [1, 2, 3, 4, 5]
    assert found["rank_low"].to_list() == found["rank"].to_list()
    assert found["concordance"].unique().to_list() == [1]
    assert found["accessibility"].to_list() == [pytest.approx(share) for share in (1, 0.8, 0.6, 0.4, 0.2)]
    early = classes(learned_by_class(8, own_order=False), 5, 0.95).filter(epoch=2)
    assert early["known"].to_list() == [1, 1, 0, 0, 0]
    assert early["of_known"].sum() == pytest.approx(1)


def test_an_order_of_its_own_for_each_network_is_no_order():
    found = class_order(learned_by_class(40, own_order=True), 5, 0.95)
    assert found["concordance"][0] == pytest.approx(1 / 40, abs=0.08)
    assert found["concordance_low"][0] < 0.05
    assert (found["rank_low"] < 3.5).all()
    assert (found["rank_high"] > 2.5).all()


def test_concordance_is_that_of_the_textbook_with_ties():
    from learnorder.measures.classes import _concordance, _ranks

    # Kendall 1970: without ties, W = 12 S / (m² (n³ − n)).
    ranks = np.array([[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]], float)
    s = ((ranks.sum(0) - ranks.sum() / 6) ** 2).sum()
    assert _concordance(ranks) == pytest.approx(12 * s / (9 * 210))
    assert _ranks(np.array([[0.2, 0.1, 0.2]])).tolist() == [[2.5, 1, 2.5]]
    assert _concordance(np.array([[1.5, 1.5, 3.0]] * 4)) == pytest.approx(1)
    assert np.isnan(_concordance(np.array([[1.0]] * 4)))
