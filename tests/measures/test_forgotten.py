"""Examples that are learned and forgotten together."""

import numpy as np
import pytest
from conftest import simulated

from learnorder.measures.forgotten import forgotten

EPOCHS = (1.0, 2.0, 3.0, 4.0)


def table(times, networks=10):
    """Of points × examples, how many of the networks are right: the first so many."""
    times = np.asarray(times)
    right = np.arange(networks)[:, np.newaxis, np.newaxis] < times
    return forgotten(simulated(right, epochs=EPOCHS[: len(times)]), 0.95).row(0, named=True)


def test_by_hand():
    # 10, then 0: forgotten. 10, then 4: halved. 9 is not above 0.9. 0, then 10: known, in the wrong order.
    row = table([[10, 10, 9, 0], [5, 4, 0, 10], [0, 10, 0, 10]])
    assert (row["known"], row["halved"], row["forgotten"]) == (0.75, 0.5, 0.25)
    assert (row["networks"], row["examples"], row["points"]) == (10, 4, 3)


def test_what_is_known_once_stays_known_in_one_shared_order():
    place = np.arange(500) / 500
    row = table(10 * (place < np.array([0.2, 0.5, 0.7, 0.9])[:, np.newaxis]))
    assert row["known"] == pytest.approx(0.9)
    assert row["forgotten"] == row["forgotten_low"] == row["forgotten_high"] == 0


def test_independent_networks_forget_as_often_as_is_expected_of_them():
    random = np.random.default_rng(0)
    accuracy = np.array([0.9, 0.3, 0.8, 0.2])[:, np.newaxis]
    right = random.random((5, 4, 20_000)) < accuracy
    row = forgotten(simulated(right, epochs=EPOCHS), 0.95).row(0, named=True)
    for name in ("known", "halved", "forgotten"):
        assert row[name] == pytest.approx(row[f"{name}_independent"], abs=0.01)
    assert row["forgotten"] > 0.1


def test_one_point_forgets_nothing_and_few_networks_have_no_interval():
    row = table([[10, 0]])
    assert (row["forgotten"], row["forgotten_independent"]) == (0, 0)
    assert table([[3, 0], [0, 3]], networks=3)["forgotten_low"] is None
