"""Claims on simulated collections of which the answer is known."""

import re

import numpy as np
import polars as pl
import pytest
from conftest import simulated

from learnorder.claims import claims, page
from learnorder.claims.needed import needed, of_beta
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
    "other_images": 0.1,
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


def few(examples, networks=10, spread=1.2, seed=5):
    """C1 of so few examples, of which networks see the difficulty with much noise."""
    rights = right(np.random.default_rng(seed).standard_normal(examples), networks, spread)
    return of_rights(rights)


def of_rights(rights):
    frames = {"epochs": {("d", "a", "r"): collection.measure(outcomes(rights), 10, 0.95, 199)["epochs"]}}
    return claims.table(frames, {"shared_order": [("d", "a", "r")]}, SETTINGS)


def test_too_few_examples_tell_nothing_and_say_how_many_would(difficulty):
    row = few(24).row(1, named=True)
    assert 0.01 < row["p_value"] < 0.2
    assert row["low"] < 0.6 < row["high"]
    assert row["verdict"] == "cannot tell"
    wanted = r"interval holds 0\.6 and the null stands, p = 0\.\d+; about ([\d,]+) examples .*would be needed"
    number = int(re.fullmatch(wanted, row["reason"])[1].replace(",", ""))
    assert 24 < number < 10_000
    # So many, of networks that are as accurate and share as much, tell.
    decided = of_beta(row["accuracy"], row["value"], 0.95, 0.01)
    told = [verdict(decided(10, number, seed), "below", 0.6, 0.01)[0] for seed in range(100, 120)]
    assert told.count("cannot tell") <= 8


def test_independent_networks_are_not_found_only_where_an_order_would_have_shown():
    def independent(examples):
        rights = np.random.default_rng(2).random((10, 3, examples)) < np.array(ACCURACIES)[:, np.newaxis]
        return of_rights(rights).row(1, named=True)

    assert independent(30)["verdict"] == "cannot tell"
    assert independent(2000)["verdict"] == "not found"


@pytest.mark.parametrize(("accuracy", "beta"), [(0.75, 0.3), (0.65, 0.6), (0.85, 0.9)])
def test_what_is_simulated_has_the_accuracy_and_the_beta_that_were_asked_for(accuracy, beta):
    redrawn = of_beta(accuracy, beta, 0.95, 0.01)
    values = [redrawn(20, 2000, seed).value for seed in range(20)]
    assert np.mean(values) == pytest.approx(beta, abs=0.05)


def test_other_statistics_need_as_many_as_their_roots_say():
    def said(*evidence, side="above", **about):
        return needed(Evidence(*evidence, **about), side, 0.5, 0.01)

    # An interval that reaches 0.2 where 0.1 is left is halved by four times the networks.
    assert said(0.6, 0.4, 0.8, networks=5, examples=100) == "about 20 networks would be needed"
    assert said(0.4, 0.2, 0.6, networks=5, examples=100) == "about 20 networks would be needed"
    assert said(0.5, 0.4, 0.6, networks=5) == "not even 1,000 networks or 100,000 examples would tell"
    # 2.33 deviations are needed, and there are 1.64 of them.
    assert said(0.9, 0.8, 1.0, p_value=0.05, networks=5, examples=100) == "about 201 examples would be needed"
    assert said(0.9, None, None, networks=3) == "about 4 networks would be needed"
    assert said(None, None, None, networks=3) == ""
    assert said(0.9, 0.9, 0.9, networks=8) == ""


def test_at_chance_nothing_is_told(difficulty):
    # Of two classes, 0.6 of 60 examples right is what a constant answer may have.
    rights = right(difficulty[:60], 8, SHARED, points=(0.5, 0.55, 0.62))
    tables = [simulated(rights, classes=2, epochs=POINTS, split=split) for split in ("train", "test")]
    frames = {"epochs": {("d", "a", "r"): collection.measure(pl.concat(tables), 2, 0.95, 99)["epochs"]}}
    table = claims.table(frames, {"shared_order": [("d", "a", "r")]}, SETTINGS)
    assert set(table["verdict"]) == {"cannot tell"}
    said = (
        r"at chance: accuracy 0\.63 on 60 examples, where always one class has 0\.\d+(; about [\d,]+ examples .*)?"
    )
    assert all(re.fullmatch(said, reason) for reason in table["reason"])


def accuracies(first, second, name="synthetic", beta=0.9, other=0.3):
    """The row of a claim that compares two collections of these accuracies."""

    def epochs(values, found):
        known = {"networks": 8, "examples": 600, "null_bimodality": 1.7, "p_value": 0.5, "at_chance": False}
        rows = [
            {"split": split, "epoch": float(epoch), "accuracy": accuracy, "relative_bimodality": found}
            | {"relative_bimodality_low": found - 0.1, "relative_bimodality_high": found + 0.1, "chance": 0.1}
            for split in ("train", "test")
            for epoch, accuracy in enumerate(values)
        ]
        return pl.DataFrame(rows).with_columns(**{key: pl.lit(value) for key, value in known.items()})

    frames = {("g", "a", "r"): epochs(first, beta), ("d", "a", "r"): epochs(second, other)}
    both = {"epochs": frames, "epochs_as_trained": frames}
    return claims.table(both, {name: [("g", "a", "r", "d", "a", "r")]}, SETTINGS).row(0, named=True)


@pytest.mark.parametrize("name", ["synthetic", "random_labels"])
def test_two_collections_are_matched_to_each_other(name):
    # Each nearest to 0.75, but 0.16 apart: these were compared.
    row = accuracies((0.5, 0.67), (0.83, 0.95), name)
    assert (row["verdict"], row["value"]) == ("cannot tell", None)
    assert row["reason"] == "nowhere within 0.05 of each other's accuracy between accuracy 0.6 and 0.9"
    row = accuracies((0.5, 0.67, 0.85), (0.71, 0.83, 0.95), name)
    assert (row["accuracy"], row["second_accuracy"], row["value"]) == (0.67, 0.71, pytest.approx(0.6))
    assert row["verdict"] == "found"


def test_a_claim_needs_four_networks_that_did_not_diverge(difficulty):
    def diverging(number):
        table = outcomes(right(difficulty, 6, SHARED))
        left = table.with_columns(
            pl.when(pl.col("epoch") < 2).then(pl.col(name := f"seed_{seed:03d}")).alias(name)
            for seed in range(number)
        )
        frames = {"epochs": {("d", "a", "r"): collection.measure(left, 10, 0.95, 199)["epochs"]}}
        return claims.table(frames, {"shared_order": [("d", "a", "r")]}, SETTINGS).row(1, named=True)

    assert (diverging(2)["verdict"], diverging(2)["networks"]) == ("found", 4)
    assert diverging(3)["reason"].startswith("no interval: too few networks (3)")


def test_a_collection_counts_once_whatever_the_number_of_its_rows(difficulty):
    rows = [
        {"name": name, "dataset": "d", "of": of, "with": other, "verdict": kind}
        for name, of, other, kind in (
            ("synthetic", "gabor", "d one", "found"),
            ("synthetic", "gabor", "d two", "found"),
            ("synthetic", "gabor", "d three", "cannot tell"),
            ("synthetic", "clouds", "d one", "found"),
            ("synthetic", "clouds", "d two", "not found"),
            ("synthetic", "noise", "d one", "cannot tell"),
            ("across_architectures", "mlp", "cnn", "found"),
            ("across_architectures", "mlp", "linear", "not found"),
            ("robustness", "mlp sgd", "mlp adam", "found"),
        )
    ]
    counted = claims.by_collection(pl.DataFrame(rows))
    assert counted.select("name", "collection", "rows", "found", "not_found", "cannot_tell", "verdict").rows() == [
        ("synthetic", "gabor", 3, 2, 0, 1, "found"),
        ("synthetic", "clouds", 2, 1, 1, 0, "mixed"),
        ("synthetic", "noise", 1, 0, 0, 1, "cannot tell"),
        ("across_architectures", "mlp", 2, 1, 1, 0, "mixed"),
        ("across_architectures", "cnn", 1, 1, 0, 0, "found"),
        ("across_architectures", "linear", 1, 0, 1, 0, "not found"),
        ("robustness", "mlp adam", 1, 1, 0, 0, "found"),
    ]
    [found] = claims.numbers(of_one(difficulty)).values()
    assert (found["collections"], found["found"], found["rows"]) == (1, 1, 2)


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
    text = page.page(table, "mine", {})
    assert "in the study `mine`" in text
    assert "1 collection: 1 found. Claimed: relative bimodality β below 0.6." in text
    assert "| d | a r | 2 | 0 | 0 | found |" in text
    assert f"| d | a r |  | test | {table['accuracy'][1]:.2f} | {table['value'][1]:.2f} |" in text
