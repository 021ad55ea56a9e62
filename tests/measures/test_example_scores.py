import numpy as np
import polars as pl
import pytest
from conftest import simulated

from learnorder.measures.collection import measure
from learnorder.measures.examples import examples, learned

SPREAD = [
    # Per network: examples that it learns at the points 1, 2, … ; 0: never.
    [1, 1, 2, 0],
    [2, 1, 0, 0],
    [4, 1, 3, 0],
]


def from_their_point_on(points, epochs=(1.0, 2.0, 3.0, 4.0)):
    """Outcome table of networks that are right about an example from a point on."""
    points = np.asarray(points)[:, np.newaxis]
    moments = np.arange(1, len(epochs) + 1)[:, np.newaxis]
    return simulated((points > 0) & (points <= moments), epochs=epochs)


def recording(epochs=(0.5, 1.0, 2.0), **recorded):
    """Outcome table of one example: what is recorded, networks × points, beside predictions that are all right."""
    networks = len(next(iter(recorded.values())))
    columns = {
        f"{what}_{network:03d}": pl.Series(values, dtype=pl.Float16)
        for what, rows in recorded.items()
        for network, values in enumerate(rows)
    }
    right = np.ones((networks, len(epochs), 1), dtype=bool)
    return simulated(right, epochs=epochs).with_columns(**columns)


def test_spread_of_the_point_at_which_an_example_is_learned():
    table = examples(from_their_point_on(SPREAD))
    assert table["first_learned"].to_list() == [pytest.approx(7 / 3), 1, 2.5, None]
    # Of 1, 2, 4 the variance is 7/3; of 2 and 3 it is 1/2; the networks that never learn do not count.
    assert table["first_learned_sd"].to_list() == [pytest.approx((7 / 3) ** 0.5), 0, pytest.approx(0.5**0.5), None]
    assert table["first_learned_se"].to_list() == [pytest.approx(7**0.5 / 3), 0, 0.5, None]


def test_points_at_which_all_are_right_over_points_at_which_any_is():
    table = examples(from_their_point_on(SPREAD))
    # Example 0: any from the first point on, all at the last; example 2: one network never.
    assert table["agreement_ratio"].to_list() == [0.25, 1, 0, None]


def test_scores_of_what_is_recorded():
    table = examples(
        recording(
            margin=[[-1, 0, 4], [1, 2, 3]],
            loss=-np.log([[0.25, 0.5, 0.75], [0.5, 0.5, 0.5]]),
            el2n=[[1.25, 1, 0.5], [1, 0.5, 0.25]],
        )
    ).row(0, named=True)
    assert table["aum"] == 1.5  # of 1 and 2
    assert table["aum_se"] == pytest.approx(0.5)
    assert table["el2n"] == 0.75  # at epoch 1: of 1 and 0.5
    assert table["el2n_se"] == pytest.approx(0.25)
    near = {"abs": 1e-3}  # float16
    assert table["confidence"] == pytest.approx(0.5, **near)
    assert table["confidence_se"] == pytest.approx(0, **near)
    # Around 0.5 the first network deviates by ¼, 0, ¼: the mean square is 1/24.
    assert table["variability"] == pytest.approx(24**-0.5 / 2, **near)
    assert table["variability_se"] == pytest.approx(24**-0.5 / 2, **near)


@pytest.mark.parametrize(
    ("epochs", "expected"), [((0.5, 0.75), 3), ((0.5, 1.5), 3), ((1.0, 2.0), 2), ((2.0, 3.0), 2)]
)
def test_el2n_is_that_of_the_first_point_from_epoch_1_on_or_of_the_last(epochs, expected):
    table = examples(recording(epochs, el2n=[[2, 3]] * 2))
    assert table["el2n"].to_list() == [expected]


def test_a_diverged_network_does_not_count():
    margin = [[1, 2, 3], [1, np.nan, 3], [3, 4, 5]]
    loss = [[0, 0, 0], [0, 0, np.nan], [0, 0, np.inf]]
    el2n = [[0.5, 0.5, 0.5], [np.nan, 1, 1], [1, np.nan, 1]]
    table = examples(recording(margin=margin, loss=loss, el2n=el2n)).row(0, named=True)
    assert table["aum"] == 3  # of 2 and 4
    assert table["aum_se"] == pytest.approx(1)
    assert table["confidence"] == pytest.approx(5 / 6)  # of 1 and ⅔: an infinite loss is a probability of 0
    assert table["el2n"] == 0.75  # at epoch 1
    alone = examples(recording(margin=[[np.nan] * 3] * 2)).row(0, named=True)
    assert alone["aum"] is None
    assert alone["aum_se"] is None


def test_what_is_not_recorded_has_no_column():
    recorded = {"aum", "el2n", "confidence", "variability"}
    with_errors = {f"{score}_se" for score in recorded} | recorded
    assert with_errors & set(examples(from_their_point_on(SPREAD)).columns) == set()
    losses = examples(recording(loss=[[0, 0, 0]])).columns
    assert with_errors & set(losses) == {"confidence", "confidence_se", "variability", "variability_se"}


def test_a_column_per_network_of_its_own_accessibility():
    outcomes = from_their_point_on(SPREAD)
    table = learned(outcomes)
    assert table.columns == ["split", "example", "label", "seed_000", "seed_001", "seed_002"]
    assert table.schema["seed_000"] == pl.Float32
    shares = table.select(pl.col("^seed_.*$")).to_numpy()
    assert shares.T.tolist() == [[1, 1, 0.75, 0], [0.75, 1, 0, 0], [0.25, 1, 0.5, 0]]
    tables = measure(outcomes, 10, 0.95, 99)
    assert tables["learned"].equals(table)
    assert tables["examples"]["accessibility"].to_numpy() == pytest.approx(shares.mean(1))
    assert tables["examples"]["label"].equals(table["label"])


def test_splits_stand_in_their_order_and_unlabelled_examples_have_no_score():
    train, test = (simulated(np.ones((2, 1, 3), dtype=bool), split=split) for split in ("train", "test"))
    unlabelled = test.with_columns(label=pl.lit(None, dtype=pl.UInt8))
    mixed = pl.concat([unlabelled.head(1), train, test.tail(2)])
    for table in (examples(mixed), learned(mixed)):
        assert table.select("split", "example").rows() == [
            ("train", 0),
            ("train", 1),
            ("train", 2),
            ("test", 1),
            ("test", 2),
        ]
