from itertools import combinations, product

import numpy as np
import polars as pl
import pytest
from conftest import simulated
from sklearn.metrics import cohen_kappa_score

from learnorder.measures import consistency as measures
from learnorder.measures.consistency import consistency, kappa
from learnorder.measures.intervals import jackknife, jackknife_of_two
from learnorder.measures.matched import WITHIN, with_matched
from learnorder.measures.pair import OF_CONSISTENCY

SHARED = np.arange(10) < 6


def consistency_between(first, second, confidence):
    return with_matched(measures.consistency_between(first, second, confidence), *OF_CONSISTENCY, WITHIN)


def one_point(right):
    return simulated(np.asarray(right, dtype=bool)[:, np.newaxis])


def within(right, confidence=0.95):
    return consistency(one_point(right), confidence).row(0, named=True)


def between(first, second, confidence=0.95):
    return consistency_between(one_point(first), one_point(second), confidence).row(0, named=True)


def drawn(random, probability, networks):
    return random.random((networks, len(probability))) < probability


# By hand --------------------------------------------------------------------------------------------------


def test_kappa_of_two_networks():
    # Accuracies 3/4 and 1/2: observed 3/4, expected 3/8 + 1/8 = 1/2.
    assert kappa(2, 3, 2, 4) == pytest.approx(0.5)
    assert kappa(2, 2, 2, 4) == 1
    assert kappa(0, 2, 2, 4) == -1
    assert kappa(1, 2, 2, 4) == 0
    assert np.isnan(kappa(np.array([4, 0]), np.array([4, 0]), np.array([4, 0]), 4)).all()


def test_one_row_by_hand():
    # Accuracies 4/6, 3/6, 3/6. The first with either other: observed 5/6, expected 1/2, so κ = 2/3; these two:
    # observed 4/6, expected 1/2, so κ = 1/3.
    right = [[1, 1, 1, 0, 1, 0], [1, 1, 0, 0, 1, 0], [1, 1, 1, 0, 0, 0]]
    # Examples 0 and 1 are trivial, 3 and 5 impossible. Of the two left the first network has both right, so its κ
    # with either other is 0; these contradict each other, with κ −1.
    found = within(right)
    # Independent: contested are 1 − ∏p − ∏q of the examples.
    p = np.array([4, 3, 3]) / 6
    left, trivial = 1 - p.prod() - (1 - p).prod(), p.prod()
    expected = [
        kappa(p[a] * p[b] - trivial, p[a] - trivial, p[b] - trivial, left) for a, b in combinations(range(3), 2)
    ]
    assert found == {
        "split": "test",
        "epoch": 1,
        "networks": 3,
        "examples": 6,
        "accuracy": pytest.approx(10 / 18),
        "pairs": 3,
        "trivial": 2,
        "impossible": 2,
        "consistency": pytest.approx(5 / 9),
        "consistency_low": None,
        "consistency_high": None,
        "contested_consistency": pytest.approx(-1 / 3),
        "contested_consistency_low": None,
        "contested_consistency_high": None,
        "contested_consistency_independent": pytest.approx(np.mean(expected)),
    }
    assert set(between(right, right)) == set(found) - {"epoch", "networks", "accuracy"} | {
        *("epoch_first", "epoch_second", "networks_first", "networks_second"),
        *("accuracy_first", "accuracy_second", "matched"),
    }


def test_one_shared_order():
    found = within([SHARED] * 5)
    assert found["consistency"] == found["consistency_low"] == found["consistency_high"] == 1
    assert (found["pairs"], found["trivial"], found["impossible"]) == (10, 6, 4)
    assert found["contested_consistency"] is None  # nothing is contested
    found = between([SHARED] * 4, [SHARED] * 5)
    assert (found["consistency"], found["pairs"]) == (1, 20)


def test_two_groups_with_two_orders():
    # Of 15 pairs within two groups of three, 6 agree (κ = 1) and 9 contradict each other (κ = −1).
    early = np.arange(10) < 5
    found = within([early] * 3 + [~early] * 3)
    assert found["consistency"] == found["contested_consistency"] == pytest.approx(-3 / 15)
    assert between([early] * 4, [~early] * 4)["consistency"] == -1
    assert between([early] * 4, [early] * 4)["consistency"] == 1


@pytest.mark.parametrize("value", [0, 1])
def test_networks_that_are_right_on_all_or_none_have_no_kappa(value):
    found = within(np.full((5, 6), value))
    assert found["consistency"] is found["consistency_low"] is found["contested_consistency"] is None
    assert (found["pairs"], found["trivial"], found["impossible"]) == (0, 6 * value, 6 - 6 * value)
    assert found["contested_consistency_independent"] is None
    # One network that errs has κ 0 with the others, which have none with each other.
    found = within([*np.full((4, 6), value), [1, 1, 1, 0, 0, 0]])
    assert (found["consistency"], found["pairs"]) == (0, 4)


def test_one_network():
    found = within([[1, 1, 0]])
    assert (found["pairs"], found["consistency"], found["consistency_low"]) == (0, None, None)
    found = between([[1, 1, 0]], [[1, 1, 0]])
    assert (found["pairs"], found["consistency"], found["consistency_low"]) == (1, 1, None)


def test_two_independent_networks_contradict_each_other_where_they_are_contested():
    found = within(drawn(np.random.default_rng(0), np.full(100, 0.5), 2))
    assert found["contested_consistency"] == pytest.approx(-1)
    assert found["contested_consistency_independent"] == pytest.approx(-1)


def test_points_and_splits():
    random = np.random.default_rng(0)
    frames = [
        simulated(random.random((4, points, 30)) < 0.5, epochs=np.arange(points) / 2, split=split)
        for split, points in (("train", 2), ("test", 2))
    ]
    table = consistency(pl.concat(frames), 0.95)
    assert table.select("split", "epoch").rows() == [("train", 0), ("train", 0.5), ("test", 0), ("test", 0.5)]
    assert table["split"].dtype == frames[0].collect_schema()["split"]
    # Of accuracies 6/10 and 4/10: observed 0, expected 0.48.
    apart = pytest.approx(-0.48 / 0.52)
    second = simulated(np.stack([[SHARED] * 2, [~SHARED] * 2], axis=1), epochs=(1.0, 2.0))
    first = simulated(np.stack([[SHARED] * 3, [SHARED] * 3, [~SHARED] * 3], axis=1), epochs=(1.0, 2.0, 3.0))
    table = consistency_between(first, second, 0.95)
    assert table.select("epoch_first", "epoch_second", "consistency", "matched").rows() == [
        (1, 1, 1, True),
        (1, 2, apart, False),
        (2, 1, 1, True),
        (2, 2, apart, False),
        (3, 1, apart, False),
        (3, 2, 1, True),
    ]


# Against brute force --------------------------------------------------------------------------------------


def mean_kappa(first, second=None):
    """Mean over the pairs within one collection, or between two, of scikit-learn's κ."""
    pairs = combinations(first, 2) if second is None else product(first, second)
    return np.mean([cohen_kappa_score(one, other) for one, other in pairs])


def contested(*collections):
    everyone = np.concatenate(collections)
    kept = everyone.any(0) & ~everyone.all(0)
    return [right[:, kept] for right in collections]


def test_within_against_scikit_learn():
    random = np.random.default_rng(0)
    right = drawn(random, random.beta(0.5, 0.3, 60), 6)
    found = within(right, 0.8)
    without = [np.delete(right, one, 0) for one in range(6)]
    left = np.array([mean_kappa(rest) for rest in without])
    left_contested = np.array([mean_kappa(*contested(rest)) for rest in without])
    for name, value, others in (
        ("consistency", mean_kappa(right), left),
        ("contested_consistency", mean_kappa(*contested(right)), left_contested),
    ):
        assert found[name] == pytest.approx(value)
        ends = jackknife(value, others, 0.8, -1, 1)
        assert (found[f"{name}_low"], found[f"{name}_high"]) == pytest.approx(ends)
    assert (found["trivial"], found["impossible"]) == (right.all(0).sum(), (~right.any(0)).sum())
    assert found["trivial"] > 0 < found["impossible"]


def test_between_against_scikit_learn():
    random = np.random.default_rng(1)
    difficulty = random.beta(0.4, 0.3, 60)
    first, second = drawn(random, difficulty, 5), drawn(random, np.sqrt(difficulty), 4)
    found = between(first, second, 0.8)
    pairs = (
        [(np.delete(first, one, 0), second) for one in range(5)],
        [(first, np.delete(second, one, 0)) for one in range(4)],
    )
    for name, chosen in (("consistency", lambda *both: both), ("contested_consistency", contested)):
        value = mean_kappa(*chosen(first, second))
        left = [np.array([mean_kappa(*chosen(*pair)) for pair in part]) for part in pairs]
        assert found[name] == pytest.approx(value)
        ends = jackknife_of_two(value, *left, 0.8, -1, 1)
        assert (found[f"{name}_low"], found[f"{name}_high"]) == pytest.approx(ends)
    everyone = np.concatenate((first, second))
    assert (found["trivial"], found["impossible"]) == (everyone.all(0).sum(), (~everyone.any(0)).sum())


# Simulated collections with a known answer ------------------------------------------------------------------


def coverage(rows, name, truth):
    return sum(row[f"{name}_low"] <= truth <= row[f"{name}_high"] for row in rows)


# 95% intervals: of 100, fewer than 88 covering has a chance below 1 in 300.
def test_independent_networks_have_kappa_0_within_its_interval():
    flat = np.full(300, 0.7)
    randoms = [np.random.default_rng(seed) for seed in range(100)]
    inside = [within(drawn(random, flat, 8)) for random in randoms]
    across = [between(drawn(random, flat, 6), drawn(random, flat, 9)) for random in randoms]
    for rows in (inside, across):
        assert coverage(rows, "consistency", 0) >= 88
        expected = np.mean([row["contested_consistency_independent"] for row in rows])
        assert np.mean([row["contested_consistency"] for row in rows]) == pytest.approx(expected, abs=0.005)
        assert expected < 0
        assert coverage(rows, "contested_consistency", expected) >= 88


def test_intervals_cover_the_kappa_of_examples_of_many_difficulties():
    difficulty = np.random.default_rng(0).beta(0.5, 0.3, 300)
    rows = [within(drawn(np.random.default_rng(seed), difficulty, 8)) for seed in range(100)]
    for name in ("consistency", "contested_consistency"):
        assert coverage(rows, name, np.mean([row[name] for row in rows])) >= 88
