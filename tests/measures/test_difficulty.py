import numpy as np
import polars as pl
import pytest
from scipy import stats
from sklearn.metrics import average_precision_score

from learnorder.measures.difficulty import MOST_POINTS, SCORES, correlations, detection, harder
from learnorder.measures.examples import SCORES as OF_A_NETWORK


def test_every_score_of_an_example_is_described():
    others = {"first_learned_sd", "agreement_ratio"}
    assert set(SCORES["score"]) == set(OF_A_NETWORK) | others
    assert set(SCORES["sign"]) == {-1, 1}
    assert SCORES.null_count().sum_horizontal().item() == 0


def test_large_is_hard_and_what_was_never_learned_is_hardest():
    examples = pl.DataFrame(
        {
            "split": ["train"] * 3,
            "example": [0, 1, 2],
            "label": [0, 1, 0],
            "aum": [3.0, -1.0, 0.5],
            "accessibility": [1.0, 0.5, 0.0],
            "accessibility_se": [0.1, 0.1, 0.1],
            "first_learned": [1.0, 2.0, None],
            "agreement_ratio": [0.5, 1.0, None],
            "el2n": pl.Series([None, None, None], dtype=pl.Float64),
        }
    )
    scores = harder(examples)
    assert scores.columns == ["accessibility", "first_learned", "agreement_ratio", "aum"]
    assert scores["accessibility"].to_list() == [-1, -0.5, 0]
    assert scores["first_learned"].to_list() == [1, 2, 3]
    assert scores["agreement_ratio"].to_list() == [-0.5, -1, 0.5]
    assert scores["aum"].to_list() == [-3, 1, -0.5]


def test_means_that_differ_by_rounding_are_equal():
    scores = harder(pl.DataFrame({"accessibility": [0.1 + 0.2, 0.3, 0.5]}))
    assert scores["accessibility"].n_unique() == 2


def test_rank_correlations_of_every_pair():
    random = np.random.default_rng(0)
    values = {"accessibility": random.integers(0, 5, 50), "aum": random.random(50), "never_learned": np.zeros(50)}
    table = correlations(pl.DataFrame(values))
    assert table.select("score", "other").rows() == [(one, other) for one in values for other in values]
    expected = stats.spearmanr(values["accessibility"], values["aum"]).statistic
    found = {(one, other): value for one, other, value in table.rows()}
    assert found["accessibility", "aum"] == found["aum", "accessibility"] == pytest.approx(expected)
    assert found["aum", "aum"] == 1
    assert found["aum", "never_learned"] is None
    assert found["never_learned", "never_learned"] is None


def test_precision_and_recall_by_hand():
    wrong = np.array([True, False, True, False, False])
    values = {"aum": [5.0, 4.0, 3.0, 2.0, 1.0], "el2n": [1.0, 1.0, 1.0, 0.0, 0.0], "confidence": [1.0, 2, 4, 5, 3]}
    scores = pl.DataFrame(values)
    table = detection(scores, wrong)
    assert table.filter(score="aum").select("recall", "precision").rows() == [
        (0.5, 1),
        (1, pytest.approx(2 / 3)),
    ]
    assert table.filter(score="el2n").select("recall", "precision").rows() == [(1, pytest.approx(2 / 3))]
    # The hardest example has a right label: the curve begins with the second, at ½.
    assert table.filter(score="confidence").select("recall", "precision").rows() == [(0.5, 0.5), (1, 0.4)]
    averages = dict(table.select("score", "average_precision").iter_rows())
    assert averages == {"aum": pytest.approx(5 / 6), "el2n": pytest.approx(2 / 3), "confidence": 0.45}


def test_a_long_curve_is_thinned_without_its_area():
    random = np.random.default_rng(0)
    wrong = random.random(5000) < 0.2
    scores = pl.DataFrame({"aum": random.normal(size=5000) + wrong})
    table = detection(scores, wrong)
    assert MOST_POINTS / 2 < len(table) <= MOST_POINTS
    assert table["recall"].is_sorted()
    assert table["recall"].max() == 1
    area = (table["precision"] * table["recall"].diff().fill_null(table["recall"][0])).sum()
    average = average_precision_score(wrong, scores["aum"])
    assert table["average_precision"].unique().to_list() == [pytest.approx(average)]
    assert area == pytest.approx(average, abs=0.02)


def test_a_score_that_says_nothing_finds_what_chance_finds():
    wrong = np.arange(50) % 5 == 0
    table = detection(pl.DataFrame({"aum": np.zeros(50)}), wrong)
    assert table.rows() == [("aum", pytest.approx(0.2), 1, pytest.approx(0.2))]


@pytest.mark.parametrize("every", [True, False])
def test_labels_that_are_all_wrong_or_all_right_are_not_found(every):
    table = detection(pl.DataFrame({"aum": np.arange(5.0)}), np.full(5, every))
    assert table.is_empty()
    assert table.columns == ["score", "average_precision", "recall", "precision"]
