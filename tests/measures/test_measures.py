import numpy as np
import polars as pl
import polars.testing
import pytest
from conftest import simulated
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_np
from scipy import stats

from learnorder.measures import bimodality, null
from learnorder.measures.agreement import agreement, counts, tp_agreement
from learnorder.measures.collection import measure
from learnorder.measures.epochs import distribution, epochs
from learnorder.measures.examples import examples
from learnorder.measures.intervals import jackknife

# 1[ŷ = y] of 2 to 6 networks, at 1 to 4 points, for 1 to 12 examples.
RIGHTS = st_np.arrays(bool, st.tuples(st.integers(2, 6), st.integers(1, 4), st.integers(1, 12)))


def at(right, **settings):
    """Outcome table with evaluation points 1, 2, … ."""
    return simulated(right, epochs=np.arange(1.0, right.shape[1] + 1), **settings)


def epoch_row(right, **settings):
    """Measures of a single point, networks × examples."""
    outcomes = simulated(np.asarray(right, dtype=bool)[:, np.newaxis])
    return epochs(counts(outcomes), **{"confidence": 0.95, "permutations": 99} | settings).row(0, named=True)


# By hand --------------------------------------------------------------------------------------------------


def test_all_networks_agree():
    row = epoch_row([[1, 1, 0, 0]] * 5)
    assert row["accuracy"] == 0.5
    assert row["accuracy_sd"] == 0
    assert row["bimodality"] == row["relative_bimodality"] == row["relative_bimodality_high"] == 0
    assert row["agreement_ratio"] == 1


def test_no_networks_agree():
    # Each example is right in one of two networks: no variance, so no bimodality to speak of.
    row = epoch_row([[1, 0, 1, 0], [0, 1, 0, 1]])
    assert row["accuracy"] == 0.5
    assert row["bimodality"] is None
    assert row["relative_bimodality"] is None
    assert row["p_value"] is None
    assert row["agreement_ratio"] == 0


def test_two_networks():
    # TP-agreement 1, ½, ½, 0: variance 1/8, fourth moment 1/32, so kurtosis 2, no skewness, b = 1 = 2 − 2/2.
    row = epoch_row([[1, 1, 0, 0], [1, 0, 1, 0]])
    assert row["bimodality"] == pytest.approx(1)
    assert row["relative_bimodality"] == pytest.approx(1)
    assert row["agreement_ratio"] == pytest.approx(1 / 3)
    assert row["agreement_ratio_bound"] == 0
    assert row["relative_bimodality_low"] is None  # three networks or fewer have no interval


def test_all_right_and_none_right_are_undefined():
    for value, accuracy in ((1, 1), (0, 0)):
        row = epoch_row(np.full((4, 6), value))
        assert row["accuracy"] == accuracy
        assert row["bimodality"] is None
        assert row["relative_bimodality_low"] is None
        assert row["agreement_ratio"] == (1 if value else None)


def test_one_class():
    outcomes = simulated(np.ones((3, 1, 5), dtype=bool), classes=1)
    assert agreement(outcomes, classes=1).collect()["agreement"].to_list() == [1] * 5
    assert tp_agreement(outcomes).collect()["tp_agreement"].to_list() == [1] * 5


def test_agreement_counts_the_commonest_class_right_or_wrong():
    outcomes = pl.LazyFrame(
        {
            "split": ["test"] * 4,
            "epoch": [1.0] * 4,
            "example": [0, 1, 2, 3],
            "label": [0, 0, 0, 0],
            "seed_000": [0, 1, 0, 2],
            "seed_001": [0, 1, 1, 2],
            "seed_002": [0, 1, 2, 0],
        }
    )
    assert agreement(outcomes, classes=3).collect()["agreement"].to_list() == [1, 1, 1 / 3, 2 / 3]
    assert agreement(outcomes, classes=2000).collect()["agreement"].to_list() == [1, 1, 1 / 3, 2 / 3]
    assert tp_agreement(outcomes).collect()["tp_agreement"].to_list() == [1, 0, 1 / 3, 1 / 3]


def test_scores_of_an_example():
    right = np.array(
        [
            # network 0: learned at 1, forgotten at 2 and 4; never; from the second point on
            [[1, 0, 0], [0, 0, 1], [1, 0, 1], [0, 0, 1]],
            # network 1: right always; learned at 4; never
            [[1, 0, 0], [1, 0, 0], [1, 0, 0], [1, 1, 0]],
        ],
        dtype=bool,
    )
    table = examples(at(right)).drop("split", "label")
    assert table.rows(named=True) == [
        {
            "example": 0,
            "networks": 2,
            "accessibility": 0.75,
            "accessibility_se": pytest.approx(0.25),
            "first_learned": 1,
            "first_learned_se": 0,
            "first_learned_sd": 0,
            "forgetting_events": 1,
            "forgetting_events_se": pytest.approx(1),
            "never_learned": 0,
            "never_learned_se": 0,
            "agreement_ratio": 0.5,
        },
        {
            "example": 1,
            "networks": 2,
            "accessibility": 0.125,
            "accessibility_se": pytest.approx(0.125),
            "first_learned": 4,
            "first_learned_se": None,
            "first_learned_sd": None,
            "forgetting_events": 0,
            "forgetting_events_se": 0,
            "never_learned": 0.5,
            "never_learned_se": pytest.approx(0.5),
            "agreement_ratio": 0,
        },
        {
            "example": 2,
            "networks": 2,
            "accessibility": 0.375,
            "accessibility_se": pytest.approx(0.375),
            "first_learned": 2,
            "first_learned_se": None,
            "first_learned_sd": None,
            "forgetting_events": 0,
            "forgetting_events_se": 0,
            "never_learned": 0.5,
            "never_learned_se": pytest.approx(0.5),
            "agreement_ratio": 0,
        },
    ]


# Against brute force --------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=50)
@given(RIGHTS)
def test_against_numpy(right):
    networks, points, n = right.shape
    outcomes = at(right)
    tables = measure(outcomes, classes=10, confidence=0.9, permutations=99)
    share = right.mean(0)
    assert np.allclose(tables["agreement"]["tp_agreement"].to_numpy().reshape(points, n), share)
    # Wrong networks all say the class after the label.
    assert np.allclose(
        tables["agreement"]["agreement"].to_numpy().reshape(points, n), np.maximum(share, 1 - share)
    )
    assert np.allclose(tables["examples"]["accessibility"], share.mean(0))
    forgotten = (right[:, :-1] & ~right[:, 1:]).sum(1).mean(0)
    assert np.allclose(tables["examples"]["forgetting_events"], forgotten)
    assert np.allclose(tables["examples"]["never_learned"], (~right.any(1)).mean(0))
    for point, row in enumerate(tables["epochs"].rows(named=True)):
        values = share[point]
        assert row["accuracy"] == pytest.approx(values.mean())
        if len(set(values)) > 1:
            b = stats.kurtosis(values, fisher=False) - stats.skew(values) ** 2 - 1
            assert row["bimodality"] == pytest.approx(b, abs=1e-9)
            assert row["relative_bimodality"] == pytest.approx(b / (2 - 2 / networks), abs=1e-9)
        else:
            assert row["bimodality"] is None
        if right[:, point].any():
            ratio = right[:, point].all(0).sum() / right[:, point].any(0).sum()
            assert row["agreement_ratio"] == pytest.approx(ratio)
            assert row["agreement_ratio"] >= row["agreement_ratio_bound"] - 1e-12
        histogram = tables["distribution"].filter(epoch=point + 1.0)["share"].to_numpy()
        assert np.allclose(histogram * n, np.bincount(right[:, point].sum(0), minlength=networks + 1))


@settings(deadline=None, max_examples=30)
@given(RIGHTS, st.randoms(use_true_random=False))
def test_order_of_networks_and_examples_does_not_matter(right, random):
    networks, _, n = right.shape
    rows, places = random.sample(range(networks), networks), random.sample(range(n), n)
    first = measure(at(right), 10, 0.95, 99)
    other = measure(at(right[rows][:, :, places]), 10, 0.95, 99)
    exact = ("null_bimodality", "null_low", "null_high", "p_value")  # drawn network by network
    assert_close(first["epochs"].drop(exact), other["epochs"].drop(exact))
    assert_close(first["distribution"], other["distribution"])
    scores = (
        other["examples"].drop("label").with_columns(example=pl.Series(places, dtype=pl.UInt32)).sort("example")
    )
    assert_close(first["examples"].drop("label"), scores)


def assert_close(one, other):
    pl.testing.assert_frame_equal(one, other, abs_tol=1e-9)


@settings(deadline=None, max_examples=50)
@given(RIGHTS)
def test_bounds(right):
    tables = measure(at(right), 10, 0.95, 99)
    networks = right.shape[0]
    agreed = tables["agreement"]
    assert agreed["tp_agreement"].is_between(0, 1).all()
    assert agreed["agreement"].is_between(1 / networks, 1).all()
    assert (agreed["agreement"] >= agreed["tp_agreement"]).all()
    table = tables["epochs"]
    for name, high in (
        ("accuracy", 1),
        ("bimodality", np.inf),
        ("relative_bimodality", np.inf),
        ("agreement_ratio", 1),
    ):
        known = table.drop_nulls([name, f"{name}_low"])
        assert (known[name] >= 0).all()
        assert (known[name] <= high).all()
        assert (known[f"{name}_low"] <= known[name]).all()
        assert (known[name] <= known[f"{name}_high"]).all()
    assert table["p_value"].drop_nulls().is_between(1 / 100, 1).all()
    assert table["agreement_ratio_bound"].is_between(0, 1).all()


# Simulated collections with a known answer ----------------------------------------------------------------


@pytest.mark.parametrize("networks", [2, 3, 10, 50])
@pytest.mark.parametrize("probability", [0.05, 0.3, 0.5, 0.9, 0.99])
def test_binomial_counts_have_bimodality_2_minus_2_over_n(networks, probability):
    expected = stats.binom.pmf(np.arange(networks + 1), networks, probability)
    assert bimodality.relative_bimodality(expected) == pytest.approx(1)


def collection(random, right):
    """Measures of one point for networks × examples, without the polars."""
    return epoch_row(random.random(right.shape) < right)


@pytest.mark.parametrize("networks", [4, 10, 30])
@pytest.mark.parametrize("probability", [0.2, 0.5, 0.85])
def test_independent_networks_have_beta_1_within_its_interval(networks, probability):
    covered, small = 0, 0
    for seed in range(40):
        row = collection(np.random.default_rng(seed), np.full((networks, 500), probability))
        covered += row["relative_bimodality_low"] <= 1 <= row["relative_bimodality_high"]
        small += row["p_value"] <= 0.05
    # 95% intervals: of 40, fewer than 34 covering has a chance below 1 in 100.
    assert covered >= 34
    assert small <= 6


def test_one_shared_order_has_beta_0_and_the_smallest_p():
    right = np.repeat((np.arange(400) < 250)[np.newaxis], 10, axis=0)
    row = epoch_row(right)
    assert row["relative_bimodality"] == pytest.approx(0, abs=1e-12)
    assert row["p_value"] == 1 / 100


def test_intervals_cover_the_beta_of_examples_of_many_difficulties():
    difficulty = np.random.default_rng(0).beta(0.5, 0.3, 500)
    rows = [collection(np.random.default_rng(seed), np.tile(difficulty, (10, 1))) for seed in range(100)]
    truth = np.mean([row["relative_bimodality"] for row in rows])
    covered = sum(row["relative_bimodality_low"] <= truth <= row["relative_bimodality_high"] for row in rows)
    assert 88 <= covered <= 100
    widths = [row["relative_bimodality_high"] - row["relative_bimodality_low"] for row in rows]
    spread = np.std([row["relative_bimodality"] for row in rows])
    assert np.mean(widths) < 3 * 2 * 1.96 * spread


def test_the_jackknife_of_a_mean_is_the_t_interval():
    values = np.random.default_rng(0).normal(size=12)
    without_one = (values.sum() - values) / 11
    low, high = jackknife(values.mean(), without_one, 0.9, -np.inf, np.inf)
    expected = stats.t.interval(0.9, 11, loc=values.mean(), scale=stats.sem(values))
    assert (low, high) == pytest.approx(expected)


def test_independent_is_the_average_over_shuffles():
    random = np.random.default_rng(0)
    right = np.array([30, 7, 18])
    expected = null.independent(right / 40)
    shuffled = [
        np.bincount(sum(random.permutation(np.arange(40) < count).astype(int) for count in right), minlength=4)
        for _ in range(4000)
    ]
    assert np.allclose(expected, np.mean(shuffled, 0) / 40, atol=0.005)
    assert null.independent(np.full((2, 5), 0.3)) == pytest.approx(
        np.tile(stats.binom.pmf(np.arange(6), 5, 0.3), (2, 1))
    )


def test_the_permutation_null_has_the_distribution_of_real_shuffles():
    random = np.random.default_rng(0)
    right = np.array([30, 7, 18, 25])
    real = np.array(
        [
            np.bincount(sum(random.permutation(np.arange(40) < count).astype(int) for count in right), minlength=5)
            for _ in range(3000)
        ]
    )
    drawn = null.permuted(right[np.newaxis], 40, 3000, random)[:, 0]
    assert np.all(drawn.sum(-1) == 40)
    assert np.all(drawn @ np.arange(5) == right.sum())
    for count in range(5):
        assert stats.ks_2samp(real[:, count], drawn[:, count]).pvalue > 0.001
    assert stats.ks_2samp(bimodality.bimodality(real), bimodality.bimodality(drawn)).pvalue > 0.001


def test_measuring_twice_gives_the_same():
    right = np.random.default_rng(0).random((5, 2, 30)) < 0.6
    one, two = (measure(at(right), 10, 0.95, 99) for _ in range(2))
    assert all(one[name].equals(two[name]) for name in one)


def test_distribution_has_a_row_for_every_number_of_networks():
    table = distribution(counts(simulated(np.ones((3, 1, 4), dtype=bool))))
    assert table.select("right", "tp_agreement", "share", "independent").rows() == [
        (0, 0, 0, 0),
        (1, 1 / 3, 0, 0),
        (2, 2 / 3, 0, 0),
        (3, 1, 1, 1),
    ]
