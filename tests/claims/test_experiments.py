"""Claims about single experiments of the paper, on simulated collections of which the answer is known."""

import numpy as np
import polars as pl
import pytest
from conftest import simulated

from learnorder.claims import beside_paper, claims
from learnorder.claims.verdict import NEAR, Evidence, verdict
from learnorder.measures import collection, pair
from learnorder.paper import EXPERIMENTS
from learnorder.study import registry

SETTINGS = {"accuracies": [0.3, 0.9], "matched_within": 0.05, "confidence": 0.95, "significance": 0.01}
SETTINGS |= {name: about["threshold"] for name, about in registry.claims().items()}
EPOCHS, EXAMPLES = (1.0, 2.0, 3.0), 900
RISING = (0.4, 0.55, 0.8)
LABELS = np.random.default_rng(0).integers(0, 10, EXAMPLES)
"""Those of `simulated`."""


def learned(scores, accuracies=RISING, networks=8, noise=0.02, seed=1):
    """Networks that know the examples of least score first, each but for some noise of its own."""
    random = np.random.default_rng(seed)
    seen = np.asarray(scores) + noise * random.standard_normal((networks, 1, EXAMPLES))
    return seen.argsort(-1).argsort(-1) / EXAMPLES < np.asarray(accuracies)[:, np.newaxis]


def in_one_order(seed=0):
    return np.random.default_rng(seed).random(EXAMPLES)


def outcomes(rights):
    tables = [simulated(rights, epochs=EPOCHS[: rights.shape[1]], split=split) for split in ("train", "test")]
    return pl.concat(tables)


def decide(claim, *collections, names=None):
    """The rows of one claim about these collections, one after the other."""
    names = names or [(f"d{place}", "a", "r") for place in range(len(collections))]
    frames: dict = {}
    for name, rights in zip(names, collections, strict=True):
        for table, frame in collection.measure(outcomes(rights), 10, 0.95, 99).items():
            frames.setdefault(table, {})[name] = frame
    return claims.table(frames, {claim: [sum(names, ())]}, SETTINGS)


@pytest.mark.parametrize("claim", ["hyper_parameters", "shared_order"])
def test_one_order_is_bimodal_and_independent_networks_are_not(claim):
    assert set(decide(claim, learned(in_one_order()))["verdict"]) == {"found"}
    assert set(decide(claim, learned(in_one_order(), noise=1e6))["verdict"]) == {"not found"}


@pytest.mark.parametrize("claim", ["gabor_patches", "two_gaussians"])
def test_no_order_is_found_where_there_is_none(claim):
    assert set(decide(claim, learned(in_one_order(), noise=1e6, networks=30))["verdict"]) == {"found"}
    assert set(decide(claim, learned(in_one_order()))["verdict"]) == {"not found"}


def test_an_order_of_classes_is_found_and_none_where_examples_alone_count():
    by_class = LABELS + in_one_order()
    assert set(decide("class_order", learned(by_class, noise=6))["verdict"]) == {"found"}
    random = np.random.default_rng(3)
    own = np.concatenate([learned(random.permutation(10)[LABELS], networks=1, seed=k) for k in range(20)])
    assert set(decide("class_order", own)["verdict"]) == {"not found"}


def test_forgetting_together_is_told_from_never_and_from_always():
    scores = in_one_order()
    never = decide("forgetting", learned(scores))
    assert set(never["verdict"]) == {"found"}
    assert never["value"].to_list() == [0, 0]
    there_and_back = np.concatenate([learned(scores, (0.5,)), learned(-scores, (0.5,))], 1)
    assert set(decide("forgetting", there_and_back)["verdict"]) == {"not found"}


def test_disjoint_parts_share_an_order_or_each_has_its_own():
    shared = [learned(in_one_order(), noise=0.3, seed=seed) for seed in range(5)]
    row = decide("disjoint_parts", *shared).row(0, named=True)
    assert (row["verdict"], row["dataset"], row["split"]) == ("found", "d0 to d4", "test")
    assert row["value"] == pytest.approx(1, abs=0.02)
    own = [learned(in_one_order(seed), seed=seed) for seed in range(5)]
    assert decide("disjoint_parts", *own)["verdict"].to_list() == ["not found"]


def majority_of(first, second):
    frames: dict = {}
    for table, frame in pair.measure(outcomes(first), outcomes(second), ("a", "b"), 0.95, 99).items():
        frames.setdefault(table, {})["d", "a", "r", "b", "r"] = frame
    return claims.table(frames, {"majority_vote": [("d", "a", "r", "b", "r")]}, SETTINGS)


def test_votes_of_one_order_differ_in_few_examples_and_of_two_orders_in_many():
    scores = in_one_order()
    alike = majority_of(learned(scores), learned(scores, seed=2))
    assert set(alike["verdict"]) == {"found"}
    assert (alike["value"] < 0.2).all()
    two = majority_of(learned(scores), learned(in_one_order(5), seed=2))
    assert set(two["verdict"]) == {"not found"}
    far = majority_of(learned(scores), learned(scores, (0.2, 0.25, 0.3)))
    assert all(reason.startswith("nowhere within 0.01") for reason in far["reason"])


# Numbers of the paper --------------------------------------------------------------------------------------

MAMMALS = ("small_mammals", "st_vgg", "r")


def test_accuracy_is_the_papers_or_not():
    def ending(*accuracies):
        of_each = [learned(in_one_order(), (0.3, 0.4, end), networks=2) for end in accuracies]
        return np.concatenate(of_each)

    near = decide("accuracy", ending(0.55, 0.56, 0.57), names=[MAMMALS])
    assert near.select("split", "paper", "verdict").rows() == [("test", "0.56", "found")]
    far = ending(0.8, 0.81, 0.79)
    assert decide("accuracy", far, names=[MAMMALS])["verdict"].to_list() == ["not found"]
    assert decide("accuracy", far).is_empty()


def test_the_largest_b_is_that_over_training_but_for_points_at_chance():
    shared = learned(in_one_order(), (0.4, 0.5, 0.6), networks=50, noise=0.05)
    row = decide("linear_networks", shared, names=[MAMMALS]).row(0, named=True)
    assert row["paper"] == "0.22"
    epochs = collection.measure(outcomes(shared), 10, 0.95, 99)["epochs"].filter(split="test")
    assert row["value"] == pytest.approx(epochs["bimodality"].max())
    assert row["verdict"] == ("found" if abs(row["value"] - 0.22) < 0.05 else "not found")
    own = learned(in_one_order(), noise=1e6, networks=50)
    assert decide("linear_networks", own, names=[MAMMALS])["verdict"].to_list() == ["not found"]


def test_the_smallest_b_leaves_out_what_is_almost_known():
    name = ("small_mammals_shuffled", "st_vgg_without_dropout", "r")
    rights = learned(in_one_order(), (0.3, 0.5, 0.99), noise=1e6, networks=50)
    for claim, split, reported in (("smallest_b", "train", "1.07"), ("smallest_b_on_test", "test", "1.35")):
        row = decide(claim, rights, names=[name]).row(0, named=True)
        assert (row["split"], row["paper"]) == (split, reported)
        assert row["verdict"] in ("not found", "cannot tell")
        assert row["accuracy"] < 0.6
        assert row["value"] == pytest.approx(1.96, abs=0.2)


def test_boosting_correlates_with_networks_as_in_the_paper_or_not():
    scores = in_one_order()

    def decided(first):
        names = ("cifar10", "adaboost_linear", "rounds", "cnn", "sgd")
        tables = pair.measure(outcomes(first), outcomes(learned(scores)), ("adaboost_linear", "cnn"), 0.95, 99)
        frames = {table: {names: frame} for table, frame in tables.items()}
        return claims.table(frames, {"boosting": [names]}, SETTINGS)

    # A mixture of the networks' order and another one.
    partly = decided(learned(0.35 * scores + 0.9 * in_one_order(5) / 1.04, noise=0.05))
    assert partly.select("split", "paper").rows() == [("test", "0.35")]
    assert abs(partly["value"][0] - 0.35) < 0.1
    assert partly["verdict"][0] in ("found", "cannot tell")
    assert decided(learned(scores, noise=0.2, seed=2))["verdict"].to_list() == ["not found"]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.5, 0.6, "found"), (0.4, 0.6, "cannot tell"), (0.7, 0.8, "not found"), (0.1, 0.2, "not found")],
)
def test_near_the_papers_number_is_within_the_tolerance_on_both_sides(low, high, expected):
    found, reason = verdict(Evidence((low + high) / 2, low, high, paper=0.55), NEAR, 0.06, 0.01)
    assert found == expected
    assert "within 0.06 of the paper's 0.55" in reason


# The page --------------------------------------------------------------------------------------------------


def row(claim, name, dataset, split, value, verdict, paper, of="mlp sgd"):
    about = {"claim": claim, "name": name, "dataset": dataset, "of": of, "with": None, "split": split}
    about |= {"statistic": "s", "paper": paper, "value": value, "networks": 10, "verdict": verdict}
    return about | {"low": None if value is None else value - 0.1, "high": None if value is None else value + 0.1}


TABLE = pl.DataFrame(
    [
        row("E2", "shared_order", "digits", "train", 0.9, "not found", "bimodal"),
        row("E2", "shared_order", "digits", "test", 0.2, "found", "bimodal"),
        row("E2", "shared_order", "digits", "test", 0.4, "cannot tell", "bimodal", "cnn sgd"),
        row("E2", "shared_order", "cats", "train", 0.3, "found", "bimodal"),
        row("E2", "shared_order", "cats", "test", None, "cannot tell", "bimodal"),
        row("E3", "robustness", "digits", "test", 0.7, "found", None),
        row("E6", "accuracy", "mammals", "test", 0.57, "found", "0.56"),
    ]
)


def test_each_experiment_has_the_papers_words_or_number_beside_ours():
    lines = beside_paper.lines(pl.concat([TABLE, TABLE]), {"E6": "100 networks of a GPU."})
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:-1]]
    assert len(cells) == 3
    digits, cats, accuracy = cells
    assert digits[2] == "s **0.20 to 0.40, median 0.30** (digits, test, 2 comparisons, 10 networks)"
    assert digits[3:5] == ["0.10 to 0.50", "1 found, 1 cannot tell"]
    # Where test has no value, train stands in its place.
    assert "0.30** (cats, train, mlp sgd, 10 networks)" in cats[2]
    ours = "s **0.57** (mammals, test, mlp sgd, 10 networks)"
    assert accuracy[1:] == ["0.56", ours, "0.47 to 0.67", "found", "100 networks of a GPU."]


def test_many_datasets_with_the_same_collection_share_a_row():
    parts = [row("E2", "shared_order", f"cut_{part:02d}", "test", 0.2, "found", "bimodal") for part in range(11)]
    [shared] = beside_paper.lines(pl.DataFrame(parts), {})[2:-1]
    assert "(cut_00 to cut_10, test, 11 comparisons, 10 networks)" in shared
    assert len(beside_paper.lines(pl.DataFrame(parts[:10]), {})[2:-1]) == 10


def test_what_was_not_run_has_its_command():
    whole = "\n".join(beside_paper.lines(TABLE, {}, whole=True))
    for experiment, about in EXPERIMENTS.items():
        if about.elsewhere:
            assert f"**{experiment}**" in whole
            assert f"{about.elsewhere}: not run; {about.how}" in whole
    assert "config/paper.yaml" in whole
    assert beside_paper.lines(TABLE[:0], {}) == []
