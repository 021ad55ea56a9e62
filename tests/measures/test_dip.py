import warnings

import diptest
import numpy as np
import pytest
from conftest import simulated

from learnorder.measures import bimodality, null
from learnorder.measures.agreement import counts
from learnorder.measures.dip import dip, dip_p_value
from learnorder.measures.epochs import epochs


def epoch_row(right):
    """Measures of a single point, networks × examples."""
    outcomes = simulated(np.asarray(right, dtype=bool)[:, np.newaxis])
    return epochs(counts(outcomes), confidence=0.95, permutations=99).row(0, named=True)


def histograms(random, difficulty, networks, draws=200):
    """Of collections whose networks are right about each example with a probability of its own."""
    right = random.binomial(networks, difficulty, (draws, len(difficulty)))
    return np.array([np.bincount(row, minlength=networks + 1) for row in right])


# The dip ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("histogram", [[0, 8, 0, 0], [1, 2, 4, 1], [4, 3, 1, 0], [2, 2, 2, 2], [5, 5], [8]])
def test_one_mode(histogram):
    # However many examples share a value: the dip is as small as that of n values can be.
    assert dip(histogram) == pytest.approx(1 / (2 * np.sum(histogram)))
    assert dip_p_value(histogram) > 0.9


def test_two_modes():
    # All or none of many networks: two values far apart, of which any unimodal distribution misses a quarter.
    histogram = np.zeros(1001, dtype=int)
    histogram[[0, -1]] = 5000
    assert dip(histogram) == pytest.approx(0.25, abs=0.001)
    assert dip_p_value(histogram) == 0
    # Densities 1/2, 0, 1/2: a unimodal distribution at distance d rises by at most 2d over the gap, and beyond its
    # mode no faster than that: so to at most 1/2 + d + 2d at the end, where it has to be at least 1 − d.
    assert dip([6000, 0, 6000]) == pytest.approx(1 / 8, abs=0.001)


def test_as_the_library_finds_it_where_examples_are_scattered_at_random():
    random = np.random.default_rng(0)
    histogram = histograms(random, random.beta(0.5, 0.3, 5000), 10, draws=1)[0]
    scattered = np.repeat(np.arange(11), histogram) + random.uniform(-0.5, 0.5, 5000)
    assert dip(histogram) == pytest.approx(diptest.dipstat(scattered), abs=0.005)


def test_leading_axes_are_free():
    table = np.array([[[5, 0, 5], [1, 8, 1]], [[10, 0, 0], [2, 6, 2]]])
    assert dip(table).tolist() == [[dip(row) for row in rows] for rows in table]
    assert dip_p_value(table).shape == (2, 2)


def test_fewer_than_four_examples_have_no_p_value():
    assert np.isnan(dip_p_value([2, 0, 1]))
    assert np.isfinite(dip_p_value([2, 0, 2]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dip_p_value([1, 0, 1])
        assert dip_p_value([60_000, 0, 60_000]) == 0  # more than the table has


# Simulated collections with a known answer ------------------------------------------------------------------


@pytest.mark.parametrize("networks", [2, 10, 50])
@pytest.mark.parametrize("examples", [100, 3000])
def test_independent_networks_are_seldom_called_bimodal(networks, examples):
    random = np.random.default_rng(0)
    for accuracies in (np.full(networks, 0.7), np.linspace(0.2, 0.9, networks), np.full(networks, 0.97)):
        drawn = random.multinomial(examples, null.independent(accuracies), size=200)
        # At 5%: more than 18 of 200 has a chance below 1 in 100.
        assert (dip_p_value(drawn) <= 0.05).sum() <= 18


def test_examples_of_middling_or_of_all_difficulties_are_seldom_called_bimodal():
    random = np.random.default_rng(0)
    for a, b in ((2, 2), (1, 1), (1, 3)):
        drawn = histograms(random, random.beta(a, b, 1000), 20)
        assert (dip_p_value(drawn) <= 0.05).sum() <= 18


def test_easy_and_hard_examples_are_called_bimodal():
    random = np.random.default_rng(0)
    assert (dip_p_value(histograms(random, random.beta(0.5, 0.3, 1000), 20)) <= 0.001).all()
    assert (dip_p_value(histograms(random, np.repeat([0.2, 0.8], 500), 20)) <= 0.001).all()


def test_without_spreading_the_test_would_mislead():
    """Why the histogram is not taken as it is."""
    random = np.random.default_rng(0)
    values = [np.repeat(np.arange(21) / 20, row) for row in histograms(random, np.full(1000, 0.7), 20, 10)]
    u_shaped = np.repeat(np.arange(21) / 20, histograms(random, random.beta(0.5, 0.3, 1000), 20, 1)[0])
    assert all(diptest.diptest(row)[1] == 0 for row in values)
    assert all(diptest.dipstat(row) > diptest.dipstat(u_shaped) for row in values)


# All or none ------------------------------------------------------------------------------------------------


def test_all_or_none():
    assert bimodality.all_or_none([2, 1, 1, 4]) == 0.75
    assert bimodality.all_or_none([[0, 3, 0], [3, 0, 0]]).tolist() == [0, 1]


def test_columns_of_a_point():
    row = epoch_row([[1, 1, 0, 0, 1]] * 4 + [[1, 1, 0, 1, 0]])
    assert list(row) == [
        *("split", "epoch", "networks", "examples"),
        *("accuracy", "accuracy_sd", "accuracy_low", "accuracy_high"),
        *("bimodality", "bimodality_low", "bimodality_high"),
        *("relative_bimodality", "relative_bimodality_low", "relative_bimodality_high"),
        *("agreement_ratio", "agreement_ratio_low", "agreement_ratio_high"),
        *("all_or_none", "all_or_none_low", "all_or_none_high"),
        *("dip", "dip_low", "dip_high"),
        *("agreement_ratio_bound", "all_or_none_independent", "dip_p_value"),
        *("null_bimodality", "null_low", "null_high", "p_value"),
    ]
    assert row["all_or_none"] == 0.6
    assert row["all_or_none_independent"] == pytest.approx(0.6**5 + 0.4**5)
    # Without any of the first four it stays 3 of 5, without the last all examples are unanimous: the values left
    # are 0.6 four times and 1, of variance 4/5 · (4 · 0.08² + 0.32²); t of four degrees of freedom is 2.776.
    reach = 2.776445 * (4 / 5 * (4 * 0.08**2 + 0.32**2)) ** 0.5
    assert row["all_or_none_low"] == pytest.approx(max(0, 0.6 - reach))
    assert row["all_or_none_high"] == 1
    assert row["dip"] == dip([1, 1, 0, 0, 1, 2])
    assert row["dip_p_value"] == dip_p_value([1, 1, 0, 0, 1, 2])
    assert row["dip_low"] <= row["dip"] <= row["dip_high"] <= 0.25


@pytest.mark.parametrize("value", [0, 1])
def test_all_right_or_none_right_is_unanimous_and_has_one_mode(value):
    row = epoch_row(np.full((4, 6), value))
    assert row["all_or_none"] == row["all_or_none_low"] == row["all_or_none_independent"] == 1
    assert row["dip"] == row["dip_high"] == pytest.approx(1 / 12)
    assert row["dip_p_value"] > 0.85


def test_the_interval_of_the_dip_ends_at_the_largest_there_is():
    row = epoch_row([[0, 1, 1, 0], [0, 1, 1, 0], [1, 1, 1, 1], [1, 1, 1, 0]])
    assert 0 < row["dip_low"] < row["dip"] < row["dip_high"] == 0.25


def test_few_examples_in_the_second_mode_are_not_seen():
    # However far from the rest: the dip is at most half their share.
    histogram = np.array([20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 980])
    assert dip(histogram) <= 0.01
    assert dip_p_value(histogram) > 0.05


def test_three_networks_have_no_interval():
    row = epoch_row([[1, 1, 0, 0]] * 3)
    assert row["all_or_none"] == 1
    assert row["all_or_none_low"] is row["dip_low"] is None


# 95% intervals: of 100, fewer than 88 covering has a chance below 1 in 300.
def test_intervals_cover():
    difficulty = np.random.default_rng(0).beta(0.5, 0.3, 500)
    rows = [epoch_row(np.random.default_rng(seed).random((8, 500)) < difficulty) for seed in range(100)]
    expected = (difficulty**8 + (1 - difficulty) ** 8).mean()
    truths = {"all_or_none": expected, "dip": np.mean([row["dip"] for row in rows])}
    for name, truth in truths.items():
        assert sum(row[f"{name}_low"] <= truth <= row[f"{name}_high"] for row in rows) >= 88
    flat = [epoch_row(np.random.default_rng(seed).random((8, 500)) < 0.7) for seed in range(100)]
    independent = 0.7**8 + 0.3**8
    assert sum(row["all_or_none_low"] <= independent <= row["all_or_none_high"] for row in flat) >= 88
    assert np.mean([row["all_or_none_independent"] for row in flat]) == pytest.approx(independent, rel=0.05)
