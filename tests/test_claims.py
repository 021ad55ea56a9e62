"""Claims on simulated collections of which the answer is known."""

import numpy as np
import polars as pl
import pytest
from conftest import simulated

from learnorder.claims import claims, page
from learnorder.claims.verdict import Evidence, verdict
from learnorder.measures import collection, pair

SETTINGS = {
    "accuracies": [0.6, 0.9],
    "matched_within": 0.05,
    "confidence": 0.95,
    "significance": 0.01,
    "shared_order": 0.6,
    "across_architectures": 0.5,
    "nested": 0.1,
    "synthetic": 0.2,
    "paradigms": 0.9,
    "robustness": 0.8,
    "out_of_distribution": 0.1,
    "random_labels": 0.1,
}
POINTS, EXAMPLES = (1.0, 2.0, 3.0), 600
ACCURACIES = (0.5, 0.7, 0.8)


def right(difficulty, networks, noise, seed=1, points=ACCURACIES):
    """Which examples each network has right: the easiest, as it sees difficulty, up to its accuracy."""
    random = np.random.default_rng(seed)
    seen = difficulty + noise * random.standard_normal((networks, 1, len(difficulty)))
    ranks = seen.argsort(-1).argsort(-1) / len(difficulty)
    return ranks < np.asarray(points)[None, :, None]


def outcomes(rights):
    """An outcome table with a train and a test split that are alike."""
    tables = [simulated(rights, epochs=POINTS, split=split) for split in ("train", "test")]
    return pl.concat(tables)


@pytest.fixture(scope="module")
def difficulty():
    return np.random.default_rng(0).standard_normal(EXAMPLES)


SHARED, INDEPENDENT = 0.3, 1e6


def of_one(difficulty, networks=8, noise=SHARED, change=lambda rights: rights):
    rights = change(right(difficulty, networks, noise))
    frames = {"epochs": {("d", "a", "r"): collection.measure(outcomes(rights), 10, 0.95, 199)["epochs"]}}
    return claims.table(frames, {"shared_order": [("d", "a", "r")]}, SETTINGS)


def test_one_shared_order_is_found(difficulty):
    table = of_one(difficulty)
    assert table["verdict"].to_list() == ["found", "found"]
    assert table["split"].to_list() == ["train", "test"]
    assert (table["value"] < 0.6).all()
    assert table["null"].to_list() == pytest.approx([1, 1], abs=0.15)


def test_independent_networks_share_no_order(difficulty):
    assert of_one(difficulty, noise=INDEPENDENT)["verdict"].to_list() == ["not found", "not found"]


def test_shuffled_predictions_share_no_order(difficulty):
    def shuffled(rights):
        random = np.random.default_rng(3)
        return np.stack([network[:, random.permutation(EXAMPLES)] for network in rights])

    assert set(of_one(difficulty, change=shuffled)["verdict"]) == {"not found"}


def test_two_groups_with_two_orders_are_not_one_order(difficulty):
    other = np.random.default_rng(9).standard_normal(EXAMPLES)

    def grouped(rights):
        return np.concatenate([rights[:4], right(other, 4, SHARED)])

    assert "found" not in set(of_one(difficulty, change=grouped)["verdict"])


@pytest.mark.parametrize(
    ("networks", "change", "reason"),
    [
        (2, lambda rights: rights, "no interval: too few networks (2)"),
        (3, lambda rights: rights, "no interval: too few networks (3)"),
        (8, lambda rights: np.repeat(rights[:1], 8, axis=0), "no spread: the networks are all alike"),
    ],
    ids=["two", "three", "identical"],
)
def test_few_or_identical_networks_tell_nothing(difficulty, networks, change, reason):
    table = of_one(difficulty, networks=networks, change=change)
    assert set(table["verdict"]) == {"cannot tell"}
    assert {said.split(";")[0] for said in table["reason"]} == {reason}
    assert all("networks would be needed" in said for said in table["reason"]) == (networks < 4)


def test_without_a_point_at_matched_accuracy_nothing_is_told(difficulty):
    rights = right(difficulty, 8, SHARED, points=(0.1, 0.2, 0.3))
    frames = {"epochs": {("d", "a", "r"): collection.measure(outcomes(rights), 10, 0.95, 199)["epochs"]}}
    table = claims.table(frames, {"shared_order": [("d", "a", "r")]}, SETTINGS)
    assert set(table["reason"]) == {"no point between accuracy 0.6 and 0.9 with a known β"}


def of_two(first, second, looked_at):
    names = ("d", "a", "r", "b", "s")
    frames = {
        name: {names: frame}
        for name, frame in pair.measure(outcomes(first), outcomes(second), ("a", "b"), 0.95, 199).items()
    }
    return claims.table(frames, {claim: [names] for claim in looked_at}, SETTINGS)


PAIR_CLAIMS = ("across_architectures", "nested", "paradigms", "robustness")


def test_two_architectures_of_one_order_are_nested_and_robust(difficulty):
    weaker, stronger = right(difficulty, 8, SHARED, points=(0.4, 0.6, 0.7)), right(difficulty, 8, SHARED, seed=2)
    table = of_two(weaker, stronger, PAIR_CLAIMS)
    verdicts = {name: set(rows["verdict"]) for (name,), rows in table.group_by("name")}
    assert verdicts == {
        "across_architectures": {"found"},
        "nested": {"found"},
        "robustness": {"found"},
        "paradigms": {"not found"},
    }
    assert set(table["of"]) == {"a r"}
    assert set(table["with"]) == {"b s"}


def test_two_architectures_of_two_orders_are_neither(difficulty):
    other = right(np.random.default_rng(9).standard_normal(EXAMPLES), 8, SHARED, seed=2)
    table = of_two(right(difficulty, 8, SHARED), other, PAIR_CLAIMS)
    verdicts = {name: set(rows["verdict"]) for (name,), rows in table.group_by("name")}
    assert verdicts == {
        "across_architectures": {"not found"},
        "nested": {"not found"},
        "robustness": {"not found"},
        "paradigms": {"found"},
    }


def test_identical_networks_prove_no_crossing(difficulty):
    same = np.repeat(right(difficulty, 1, SHARED), 8, axis=0)
    assert "found" not in set(of_two(same, same, PAIR_CLAIMS)["verdict"])


def test_a_generated_set_without_order_and_random_labels(difficulty):
    frames = {
        "epochs": {
            names: collection.measure(outcomes(right(difficulty, 8, noise)), 10, 0.95, 199)["epochs"]
            for names, noise in ((("real", "a", "r"), SHARED), (("gabor", "a", "r"), INDEPENDENT))
        }
    }
    frames["epochs_as_trained"] = frames["epochs"]
    both = ("gabor", "a", "r", "real", "a", "r")
    for claim, splits in (("synthetic", ["train", "test"]), ("random_labels", ["train"])):
        table = claims.table(frames, {claim: [both]}, SETTINGS)
        assert table["verdict"].to_list() == ["found"] * len(splits)
        assert table["split"].to_list() == splits
        swapped = claims.table(frames, {claim: [both[3:] + both[:3]]}, SETTINGS)
        assert set(swapped["verdict"]) == {"not found"}
        assert swapped["value"].to_list() == pytest.approx((-table["value"]).to_list())


@pytest.mark.parametrize(
    ("evidence", "side", "wanted"),
    [
        (Evidence(0.5, 0.4, 0.59), "below", "found"),
        (Evidence(0.5, 0.4, 0.61), "below", "cannot tell"),
        (Evidence(0.7, 0.61, 0.8), "below", "not found"),
        (Evidence(0.7, 0.61, 0.8), "above", "found"),
        (Evidence(0.7, 0.61, 0.8, p_value=0.5), "above", "cannot tell"),
        (Evidence(0.5, 0.4, 0.59, p_value=0.5), "above", "not found"),
        (Evidence(0.5, 0.13, 1.06, p_value=0.018), "below", "cannot tell"),
        (Evidence(0.7, 0.61, 0.8, p_value=0.01), "above", "found"),
        (Evidence(0.7, None, None), "above", "cannot tell"),
        (Evidence(0.7, 0.7, 0.7), "above", "cannot tell"),
        (Evidence(None, None, None), "above", "cannot tell"),
    ],
)
def test_verdicts(evidence, side, wanted):
    assert verdict(evidence, side, threshold=0.6, significance=0.01)[0] == wanted


def test_the_page_says_what_the_table_says(difficulty):
    table = of_one(difficulty)
    text = page.page(table, "mine")
    assert "in the study `mine`" in text
    assert "1 collection: 1 found. Claimed: relative bimodality β below 0.6." in text
    assert "| d | a r | 2 | 0 | 0 | found |" in text
    assert f"| d | a r |  | test | {table['accuracy'][1]:.2f} | {table['value'][1]:.2f} |" in text
