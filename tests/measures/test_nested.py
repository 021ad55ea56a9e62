import numpy as np
import polars as pl
import pytest
from conftest import simulated
from scipy import stats

from learnorder.errors import UserError
from learnorder.measures import nested as measures
from learnorder.measures.intervals import jackknife_of_two
from learnorder.measures.matched import WITHIN, matched, with_matched
from learnorder.measures.nested import only_stronger
from learnorder.measures.pair import OF_NESTED

SHARES = ("accuracy_weaker", "accuracy_stronger", "right_given_right", "right_given_wrong", "difference")


def at(right, **settings):
    """Outcome table of networks × points × examples, with evaluation points 1, 2, … ."""
    right = np.asarray(right, dtype=bool)
    return simulated(right, epochs=np.arange(1.0, right.shape[1] + 1), **settings)


def nested(weaker, stronger, confidence):
    return with_matched(measures.nested(weaker, stronger, confidence), *OF_NESTED, WITHIN)


def one_point(right):
    return at(np.asarray(right)[:, np.newaxis])


def row(weaker, stronger, confidence=0.95):
    """Measures of a single point of each, networks × examples."""
    return nested(one_point(weaker), one_point(stronger), confidence).row(0, named=True)


def drawn(random, probability, networks):
    return random.random((networks, len(probability))) < probability


# By hand --------------------------------------------------------------------------------------------------


def test_two_networks_and_three():
    weaker = [[1, 1, 0, 0], [1, 0, 0, 0]]
    stronger = [[1, 1, 1, 0], [1, 0, 1, 0], [1, 1, 0, 1]]
    # Numbers right by example: 2 1 0 0 of two; 3 2 2 1 of three. Both right: 2·3 + 1·2 = 8 of 3·3 pairs in which
    # the weaker is right; 0·3 + 1·2 + 2·2 + 2·1 = 8 of 5·3 in which it is wrong.
    assert row(weaker, stronger) == {
        "split": "test",
        "epoch_weaker": 1,
        "epoch_stronger": 1,
        "networks_weaker": 2,
        "networks_stronger": 3,
        "examples": 4,
        "accuracy_weaker": pytest.approx(3 / 8),
        "accuracy_stronger": pytest.approx(8 / 12),
        "right_given_right": pytest.approx(8 / 9),
        "right_given_wrong": pytest.approx(8 / 15),
        "difference": pytest.approx(8 / 9 - 8 / 15),
        **dict.fromkeys([f"{share}_{end}" for share in SHARES for end in ("low", "high")]),
        "matched": False,
    }


def test_what_the_weaker_knows_the_stronger_knows():
    shared_order = np.arange(10)
    found = row([shared_order < 4] * 5, [shared_order < 7] * 4)
    assert found["right_given_right"] == found["right_given_right_low"] == found["right_given_right_high"] == 1
    assert found["right_given_wrong"] == pytest.approx(0.5)
    assert found["difference"] == found["difference_low"] == pytest.approx(0.5)


def test_two_groups_with_two_orders():
    # The stronger collection's first half learns the first half of the examples first, the others the rest.
    early = np.arange(10) < 5
    found = row([early] * 4, [early] * 4 + [~early] * 4)
    assert found["right_given_right"] == found["right_given_wrong"] == found["accuracy_stronger"] == 0.5
    assert found["difference"] == 0
    assert found["difference_low"] < -0.8  # either group may be what a new network belongs to
    assert found["difference_high"] > 0.8


@pytest.mark.parametrize(("value", "undefined"), [(1, "right_given_wrong"), (0, "right_given_right")])
def test_a_share_of_nothing_is_undefined(value, undefined):
    # Three of seven networks: their sum of shares is no exact number, their sum of examples is.
    found = row(np.full((7, 3), value), drawn(np.random.default_rng(0), np.full(3, 0.5), 7))
    for name in (undefined, "difference"):
        assert found[name] is found[f"{name}_low"] is found[f"{name}_high"] is None
    assert found["accuracy_weaker"] == found["accuracy_weaker_high"] == value


@pytest.mark.parametrize(("networks", "others"), [(3, 20), (20, 3), (1, 20)])
def test_fewer_than_four_networks_have_no_interval(networks, others):
    random = np.random.default_rng(0)
    found = row(drawn(random, np.full(50, 0.4), networks), drawn(random, np.full(50, 0.6), others))
    assert found["difference"] is not None
    assert all(found[f"{share}_{end}"] is None for share in SHARES for end in ("low", "high"))


def test_every_pair_of_points_of_every_shared_split():
    random = np.random.default_rng(0)
    weaker = pl.concat(
        [at(random.random((2, 3, n)) < 0.5, split=split) for split, n in (("train", 8), ("test", 5))]
    )
    stronger = at(random.random((4, 2, 5)) < 0.5)
    table = nested(weaker, stronger, 0.95)
    assert table.select("split", "epoch_weaker", "epoch_stronger").rows() == [
        ("test", weak, strong) for weak in (1, 2, 3) for strong in (1, 2)
    ]
    assert table["split"].dtype == weaker.collect_schema()["split"]
    alone = nested(weaker.filter(pl.col("epoch") == 2), stronger.filter(pl.col("epoch") == 1), 0.95)
    assert alone.drop("matched").equals(table.filter(epoch_weaker=2, epoch_stronger=1).drop("matched"))


def test_collections_on_different_examples_are_refused():
    right = np.ones((2, 1, 9), dtype=bool)
    with pytest.raises(UserError, match="test labels of two collections"):
        nested(at(right), at(right, seed=1), 0.95)


def test_matched_points_are_the_nearest_in_accuracy_and_the_earliest_of_these():
    weaker, stronger = [0.2, 0.5, 0.9], [0.25, 0.4375, 0.5625, 0.5, 0.5, 0.8]
    assert np.argwhere(matched(weaker, stronger)).tolist() == [[0, 0], [1, 3]]


def test_points_are_matched_within_their_split():
    weaker = [[[1, 0, 0, 0, 0], [1, 1, 1, 0, 0]]] * 2
    stronger = [[[1, 1, 0, 0, 0], [0, 1, 1, 1, 0], [1, 0, 0, 0, 0]]] * 2
    table = nested(at(weaker), at(stronger), 0.95).filter("matched")
    assert table.select("epoch_weaker", "epoch_stronger").rows() == [(1, 3), (2, 2)]


# Against brute force --------------------------------------------------------------------------------------


def brute_force(weaker, stronger):
    pairs = [(w, s) for one in weaker for other in stronger for w, s in zip(one, other, strict=True)]
    given_right = np.mean([s for w, s in pairs if w])
    given_wrong = np.mean([s for w, s in pairs if not w])
    return dict(
        zip(
            SHARES,
            (np.mean(weaker), np.mean(stronger), given_right, given_wrong, given_right - given_wrong),
            strict=True,
        )
    )


def test_shares_and_intervals_against_every_pair_of_networks():
    random = np.random.default_rng(0)
    difficulty = random.random(12)
    weaker, stronger = drawn(random, difficulty**2, 5), drawn(random, difficulty, 7)
    found = row(weaker, stronger, confidence=0.8)
    whole = brute_force(weaker, stronger)
    without_weaker = [brute_force(np.delete(weaker, one, 0), stronger) for one in range(5)]
    without_stronger = [brute_force(weaker, np.delete(stronger, one, 0)) for one in range(7)]
    for share in SHARES:
        left = (np.array([each[share] for each in without]) for without in (without_weaker, without_stronger))
        ends = jackknife_of_two(whole[share], *left, 0.8, -1 if share == "difference" else 0, 1)
        assert found[share] == pytest.approx(whole[share])
        assert (found[f"{share}_low"], found[f"{share}_high"]) == pytest.approx(ends)


# Intervals ------------------------------------------------------------------------------------------------


def test_the_jackknife_of_a_difference_of_means_is_welchs_interval():
    random = np.random.default_rng(0)
    first, second = random.normal(size=9), random.normal(2, 3, size=5)
    without_first = (first.sum() - first) / 8 - second.mean()
    without_second = first.mean() - (second.sum() - second) / 4
    value = first.mean() - second.mean()
    expected = stats.ttest_ind(first, second, equal_var=False).confidence_interval(0.9)
    assert jackknife_of_two(value, without_first, without_second, 0.9, -np.inf, np.inf) == pytest.approx(expected)


def covered(weaker, stronger, share, truth, networks=(6, 9)):
    """Of a hundred pairs of collections, how many intervals hold the truth."""
    number = 0
    for seed in range(100):
        random = np.random.default_rng(seed)
        found = row(drawn(random, weaker, networks[0]), drawn(random, stronger, networks[1]))
        number += found[f"{share}_low"] <= truth <= found[f"{share}_high"]
    return number


# 95% intervals: of 100, fewer than 88 covering has a chance below 1 in 300.
def test_independent_collections_are_not_nested():
    flat = np.full(300, 0.5)
    for share, truth in (("difference", 0), ("right_given_right", 0.5), ("right_given_wrong", 0.5)):
        assert covered(flat, flat, share, truth) >= 88


def test_intervals_cover_what_difficulties_give():
    weaker = np.random.default_rng(0).beta(0.5, 0.5, 300)
    stronger = np.sqrt(weaker)
    given_right = (weaker * stronger).sum() / weaker.sum()
    given_wrong = ((1 - weaker) * stronger).sum() / (1 - weaker).sum()
    assert covered(weaker, stronger, "right_given_right", given_right) >= 88
    assert covered(weaker, stronger, "difference", given_right - given_wrong) >= 88


# Where the stronger collection is ahead ---------------------------------------------------------------------


def test_bins_of_accessibility():
    # Right at 0, 1, …, 9 of nine points for two examples each; the stronger one alone knows the last three pairs.
    points = np.arange(9)[:, np.newaxis]
    weaker = np.repeat((points < np.repeat(np.arange(10), 2))[np.newaxis], 4, axis=0)
    stronger = np.repeat((np.arange(20) >= 14)[np.newaxis, np.newaxis], 5, axis=0)
    table = only_stronger(at(weaker), at(stronger), 0.95)
    assert table["bin"].to_list() == list(range(10))
    assert (table["examples"] == 2).all()
    assert table["accessibility_weaker"].to_list() == pytest.approx((np.arange(10) / 9).tolist())
    assert table["weaker_right"].to_list() == [0] * 9 + [1]  # at the last point, learned by the last pair alone
    assert table["stronger_right"].to_list() == [0] * 7 + [1] * 3
    assert table["only_stronger"].to_list() == table["only_stronger_low"].to_list() == [0] * 7 + [1, 1, 0]


def test_equally_accessible_examples_share_the_bin_of_the_middle_one():
    # Of ten examples six are never right, ranks 0 to 6, middle 3; then two of rank 7; then one each.
    right = np.array([[0] * 6 + [0, 0, 0, 1], [0] * 6 + [0, 0, 1, 1], [0] * 6 + [1, 1, 1, 1]])
    table = only_stronger(at([right]), at([right]), 0.95)
    assert table.select("bin", "examples").rows() == [(3, 6), (7, 2), (8, 1), (9, 1)]
    assert table["networks_weaker"].to_list() == [1] * 4
    assert table["stronger_right_low"].null_count() == 4


def test_only_one_of_two_networks_right():
    weaker, stronger = [[1, 0, 0, 0]], [[1, 1, 0, 0], [0, 1, 1, 0]]
    table = only_stronger(one_point(weaker), one_point(stronger), 0.95)
    # The three that are never right, ranks 0 to 3 of 4, and the one that is.
    assert table.select("bin", "examples", "weaker_right", "stronger_right", "only_stronger").rows() == [
        (3, 3, 0, 0.5, 0.5),
        (8, 1, 1, 0.5, 0),
    ]
