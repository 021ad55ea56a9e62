import math

import numpy as np
import pytest
from scipy import stats

from learnorder.measures.correlation import correlate
from learnorder.measures.direction import correlation, direction, ranks
from learnorder.measures.reliability import ceiling, reliability, reliability_by_size

# What is undefined is no reason for a warning.
pytestmark = pytest.mark.filterwarnings("error")

METHODS = ("pearson", "spearman")
BY_SCIPY = {"pearson": stats.pearsonr, "spearman": stats.spearmanr}
POINTS = 10


def learning(difficulty, networks, seed):
    """Accessibility, examples × networks, of networks that are right at each point with these probabilities."""
    right = np.random.default_rng(seed).binomial(POINTS, np.tile(difficulty[:, np.newaxis], networks))
    return (right / POINTS).astype(np.float32)


def compare(first, second, labels, method="pearson", **settings):
    return correlate(
        first, second, labels, method, **{"confidence": 0.95, "permutations": 99, "draws": 4} | settings
    )


def of_classes(random, classes=5, examples=300):
    """Labels, and a probability for each class."""
    labels = random.integers(0, classes, examples).astype(np.uint8)
    return labels, random.permutation(np.linspace(0.2, 0.9, classes))[labels]


# By hand --------------------------------------------------------------------------------------------------


def test_a_correlation_falls_into_that_of_class_means_and_that_within_classes():
    labels = np.array([0, 0, 1, 1])
    one, other = np.array([1, 2, 3, 4.0]), np.array([1, 3, 2, 4.0])
    assert correlation(one, other, "pearson") == pytest.approx(0.8)
    # Less their class's mean they are -½, ½, -½, ½ and -1, 1, -1, 1.
    assert correlation(one, other, "pearson", labels) == pytest.approx(1)
    row = compare(one[:, np.newaxis], other[:, np.newaxis], labels)
    assert row["correlation"] == pytest.approx(0.8)
    assert row["within_class"] == pytest.approx(1)
    # Class means 1½, 3½ and 2, 3: covariance 4 · 1 · ½, both total sums of squares 5.
    assert row["class_means"] == pytest.approx(2 / 5)
    # Of both classes the examples can be swapped in one.
    assert row["p_value"] == pytest.approx(0.25, abs=0.15)


def test_equal_scores_share_a_rank_whatever_the_order_in_which_they_were_added_up():
    tenths = np.array([[3, 0, 0], [7, 0, 0], [1, 2, 0], [3, 4, 0], [0, 0, 3], [9, 9, 9]], dtype=np.float32)
    means = (tenths / np.float32(10)).mean(1, dtype=np.float64)
    assert len(np.unique(means)) == 5
    assert ranks(means).tolist() == [1, 3.5, 1, 3.5, 1, 5]


def test_a_shuffle_that_correlates_as_much_counts_whatever_the_order_in_which_it_was_added_up():
    # Seven classes of two examples; in four of them both collections have the same one first. A shuffle has that
    # in Binomial(7, ½) of them: in at least four in half of the cases.
    first = np.tile([0.1, 0.3], 7)
    second = np.concatenate([np.tile([0.7, 0.8], 4), np.tile([0.8, 0.7], 3)])
    row = compare(first[:, np.newaxis], second[:, np.newaxis], np.repeat(np.arange(7), 2), permutations=1999)
    assert row["p_value"] == pytest.approx(0.5, abs=0.04)


def test_orders_that_oppose_each_other_have_no_reliability():
    # Two examples: any half of the networks with the last one prefers the second, the other half the first.
    matrix = np.array([[0.6, 0.6, 0.6, 0], [0.5, 0.5, 0.5, 1]])
    assert math.isnan(reliability(matrix, "pearson", draws=3, seed=0))
    row = reliability_by_size(matrix[:, 2:], [1], "pearson", draws=3, seed=0).row(0, named=True)
    assert row["correlation"] == pytest.approx(-1)
    assert row["spearman_brown"] is None


def test_ceiling_is_the_geometric_mean_of_two_reliabilities():
    assert ceiling(0.81, 0.25) == pytest.approx(0.45)
    assert math.isnan(ceiling(-0.1, -0.1))
    assert math.isnan(ceiling(math.nan, 0.5))


# Against other computations -------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_against_scipy(method):
    difficulty = np.random.default_rng(0).random(60)
    first, second = learning(difficulty, 7, 1), learning(difficulty, 4, 2)
    # Whole numbers, whose sums are exact and whose ties are ties.
    exact = [np.rint(matrix * POINTS).sum(1) for matrix in (first, second)]
    row = compare(first, second, np.arange(60) % 3, method)
    assert row["correlation"] == pytest.approx(BY_SCIPY[method](*exact).statistic, abs=1e-7)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["correlation", "within_class"])
def test_intervals_leave_out_each_network_of_both(method, name):
    difficulty = np.random.default_rng(0).random(40)
    labels = np.arange(40) % 3
    first, second = (learning(difficulty, n, n).astype(np.float64) for n in (4, 6))

    def z(one, other):
        classes = labels if name == "within_class" else None
        return np.arctanh(correlation(one.mean(1), other.mean(1), method, classes))

    without = (
        [z(np.delete(first, network, 1), second) for network in range(4)],
        [z(first, np.delete(second, network, 1)) for network in range(6)],
    )
    of_each = [(len(values) - 1) * np.var(values) for values in without]
    freedom = sum(of_each) ** 2 / (of_each[0] ** 2 / 3 + of_each[1] ** 2 / 5)
    reach = stats.t.ppf(0.95, freedom) * math.sqrt(sum(of_each))
    row = compare(first, second, labels, method, confidence=0.9)
    ends = np.tanh([z(first, second) - reach, z(first, second) + reach])
    assert [row[f"{name}_low"], row[f"{name}_high"]] == pytest.approx(ends, abs=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_class_means_are_the_average_over_shuffles_within_classes(method):
    random = np.random.default_rng(0)
    labels, share = of_classes(random)
    first, second = learning(share, 4, 1), learning(share, 4, 2)
    row = compare(first, second, labels, method)
    shuffled, order = [], np.argsort(labels, kind="stable")
    for _ in range(500):
        places = np.lexsort((random.random(len(labels)), labels))
        shuffled.append(correlation(first[order].mean(1), second[places].mean(1), method))
    assert row["class_means"] == pytest.approx(np.mean(shuffled), abs=0.005)
    # What is left over in one times what is left over in the other is what the correlation within classes weighs.
    left = 1
    for matrix in (first, second):
        values = direction(matrix.mean(1), method)
        left *= 1 - sum(values[labels == label].sum() ** 2 / (labels == label).sum() for label in range(5))
    assert row["correlation"] == pytest.approx(row["class_means"] + row["within_class"] * math.sqrt(left))


# Simulated collections with a known answer ----------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("networks", [(5, 12), (4, 4)])
def test_collections_of_one_order_correlate_as_much_as_the_ceiling_allows(method, networks):
    rows = []
    for seed in range(20):
        random = np.random.default_rng(seed)
        labels, share = of_classes(random, examples=500)
        difficulty = np.clip(share + random.uniform(-0.1, 0.1, 500), 0, 1)
        first, second = (learning(difficulty, n, seed + 100 * n + side) for side, n in enumerate(networks))
        rows.append(compare(first, second, labels, method))
    mean = {name: np.mean([row[name] for row in rows]) for name in rows[0]}
    assert mean["correlation"] == pytest.approx(mean["ceiling"], abs=0.01)
    assert mean["within_class"] == pytest.approx(mean["within_class_ceiling"], abs=0.03)
    assert mean["within_class"] < mean["correlation"] - 0.1
    assert all(row["p_value"] == 1 / 100 for row in rows)


@pytest.mark.parametrize("method", METHODS)
def test_networks_without_an_order_correlate_by_chance(method):
    labels = np.arange(300) % 5
    rows = [
        compare(*(learning(np.full(300, 0.6), 6, seed + side) for side in (0, 500)), labels, method)
        for seed in range(40)
    ]
    # The deviation of a correlation of 300 examples is 0.06, that of the mean of 40 is 0.01.
    for name in ("correlation", "within_class"):
        assert np.mean([row[name] for row in rows]) == pytest.approx(0, abs=0.03)
        # 95% intervals: of 40, fewer than 34 covering has a chance below 1 in 100.
        assert sum(row[f"{name}_low"] <= 0 <= row[f"{name}_high"] for row in rows) >= 34
    assert sum(row["p_value"] <= 0.05 for row in rows) <= 6
    assert np.mean([row["p_value"] for row in rows]) == pytest.approx(0.5, abs=0.15)
    assert np.mean([row["first_reliability"] for row in rows]) == pytest.approx(0, abs=0.06)


@pytest.mark.parametrize("method", METHODS)
def test_an_order_of_classes_alone_leaves_nothing_within_classes(method):
    rows = []
    for seed in range(40):
        labels, share = of_classes(np.random.default_rng(seed))
        rows.append(compare(learning(share, 6, seed), learning(share, 6, seed + 500), labels, method))
    assert min(row["correlation"] for row in rows) > 0.8
    assert np.mean([row["within_class"] for row in rows]) == pytest.approx(0, abs=0.03)
    assert sum(row["within_class_low"] <= 0 <= row["within_class_high"] for row in rows) >= 34
    assert all(row["correlation"] == pytest.approx(row["class_means"], abs=0.03) for row in rows)
    assert sum(row["p_value"] <= 0.05 for row in rows) <= 6


@pytest.mark.parametrize("method", METHODS)
def test_intervals_cover_the_correlation_of_other_networks_on_the_same_examples(method):
    random = np.random.default_rng(0)
    labels, share = of_classes(random, examples=150)
    first = np.clip(share + random.normal(0, 0.2, 150), 0, 1)
    second = np.clip(first + random.normal(0, 0.15, 150), 0, 1)
    rows = [
        compare(learning(first, 8, seed), learning(second, 5, seed + 500), labels, method, permutations=0, draws=2)
        for seed in range(200)
    ]
    for name in ("correlation", "within_class"):
        values = np.array([[row[f"{name}{end}"] for end in ("_low", "", "_high")] for row in rows])
        truth = values[:, 1].mean()
        # 95% intervals: of 200, fewer than 176 covering has a chance below 1 in 10,000. More than 95% is allowed:
        # the jackknife's variance is too large on average.
        assert np.mean((values[:, 0] <= truth) & (truth <= values[:, 2])) >= 0.88
        assert np.mean(values[:, 2] - values[:, 0]) < 1.5 * 2 * 1.96 * values[:, 1].std()


@pytest.mark.parametrize("networks", [4, 7, 20])
def test_reliability_is_the_share_of_variance_that_is_the_order(networks):
    difficulty = np.random.default_rng(0).uniform(0.3, 0.7, 3000)
    noise = (difficulty * (1 - difficulty)).mean() / POINTS / networks
    found = reliability(learning(difficulty, networks, 1), "pearson", draws=10, seed=0)
    assert found == pytest.approx(difficulty.var() / (difficulty.var() + noise), abs=0.015)


def test_reliability_by_size_grows_as_spearman_and_brown_say():
    difficulty = np.random.default_rng(0).uniform(0.2, 0.8, 3000)
    table = reliability_by_size(learning(difficulty, 9, 1), [1, 2, 4, 5, 9], "pearson", draws=40, seed=0)
    assert table["networks"].to_list() == [1, 2, 4]
    single = difficulty.var() / (difficulty.var() + (difficulty * (1 - difficulty)).mean() / POINTS)
    expected = [n * single / (1 + (n - 1) * single) for n in (1, 2, 4)]
    assert table["spearman_brown"].to_numpy() == pytest.approx(expected, abs=0.01)
    assert table["correlation"].to_numpy() == pytest.approx(expected, abs=0.01)
    assert table["correlation_sd"].is_between(1e-4, 0.02).all()


def test_the_deviation_over_draws_is_that_of_a_sample():
    matrix = learning(np.random.default_rng(0).random(50), 8, 1)
    sums, squares = [], []
    for draws in (2, 3):
        row = reliability_by_size(matrix, [3], "pearson", draws, seed=0).row(0, named=True)
        sums.append(draws * row["correlation"])
        squares.append((draws - 1) * row["correlation_sd"] ** 2 + draws * row["correlation"] ** 2)
    # Three draws are the first two and one more.
    assert squares[1] - squares[0] == pytest.approx((sums[1] - sums[0]) ** 2, abs=1e-12)


def test_two_networks_have_one_correlation():
    matrix = learning(np.random.default_rng(0).random(50), 2, 1)
    row = reliability_by_size(matrix, [1], "spearman", draws=3, seed=0).row(0, named=True)
    found = stats.spearmanr(*matrix.T).statistic
    assert row == {
        "networks": 1,
        "correlation": pytest.approx(found),
        "correlation_sd": pytest.approx(0, abs=1e-12),
        "spearman_brown": pytest.approx(found),
    }


def test_drawing_twice_gives_the_same():
    difficulty = np.random.default_rng(0).random(50)
    first, second = learning(difficulty, 6, 1), learning(difficulty, 6, 2)
    labels = np.arange(50) % 5
    assert compare(first, second, labels) == compare(first.copy(), second.copy(), labels)
    assert compare(first, second, labels, draws=3) != compare(first, second, labels, draws=3, seed=1)


# What is undefined, and what is a mistake -----------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_what_does_not_vary_is_undefined(method):
    varied = learning(np.random.default_rng(0).random(30), 5, 1)
    labels = np.arange(30) % 3
    row = compare(np.full((30, 5), 0.1, dtype=np.float32), varied, labels, method)
    assert math.isfinite(row.pop("second_reliability"))
    assert all(math.isnan(value) for value in row.values())
    with_a_hole = varied.copy()
    with_a_hole[0, 0] = np.nan
    assert math.isnan(compare(varied, with_a_hole, labels, method)["correlation"])
    table = reliability_by_size(np.full((30, 4), 0.1), [1, 2], method, draws=2, seed=0)
    assert table.drop("networks").null_count().row(0) == (2, 2, 2)


@pytest.mark.parametrize("method", METHODS)
def test_within_classes_without_variance_only_the_rest_is_defined(method):
    labels = np.array([0, 0, 0, 4, 4, 4, 7])  # class numbers of which some have no example
    of_class = np.tile(np.array([0.1, 0.7, 0.3])[[0, 0, 0, 1, 1, 1, 2], np.newaxis], 4)
    row = compare(of_class, learning(np.linspace(0, 1, 7), 4, 1), labels, method)
    assert row["correlation"] == pytest.approx(row["class_means"])
    assert all(math.isnan(row[name]) for name in ("within_class", "within_class_low", "p_value"))


def test_three_networks_have_no_interval_and_no_reliability():
    difficulty = np.random.default_rng(0).random(50)
    row = compare(learning(difficulty, 3, 1), learning(difficulty, 9, 2), np.arange(50) % 3)
    assert math.isfinite(row["correlation"])
    assert math.isfinite(row["second_reliability"])
    undefined = ("correlation_low", "within_class_high", "first_reliability", "ceiling", "within_class_ceiling")
    assert all(math.isnan(row[name]) for name in undefined)


@pytest.mark.parametrize("method", METHODS)
def test_copies_of_a_network_and_a_collection_compared_with_itself_have_no_width(method):
    difficulty = np.random.default_rng(0).random(50)
    labels = np.arange(50) % 3
    copies = (np.tile(learning(difficulty, 1, seed), 6) for seed in (1, 2))
    row = compare(*copies, labels, method)
    assert row["correlation_low"] == pytest.approx(row["correlation_high"], abs=1e-9)
    for seed in range(10):
        collection = learning(difficulty, 6, seed)
        for other, expected in ((collection, 1), (1 - collection.astype(np.float64), -1)):
            row = compare(collection, other, labels, method)
            for name in ("correlation", "within_class"):
                assert [row[f"{name}_low"], row[f"{name}_high"]] == pytest.approx([expected] * 2)
                assert -1 <= row[f"{name}_low"] <= row[name] <= row[f"{name}_high"] <= 1


def test_collections_of_different_examples_cannot_be_compared():
    matrix = learning(np.full(50, 0.5), 4, 1)
    with pytest.raises(ValueError, match="different examples: 50 and 49 examples, 50 labels"):
        compare(matrix, matrix[1:], np.zeros(50, dtype=int))
