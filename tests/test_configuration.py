import math

import pytest
from conftest import SCHEMA

from learnorder.configuration import Study, digest, step
from learnorder.errors import UserError


def changed(config, *path, value):
    *parents, last = path
    for key in parents:
        config = config[key]
    config[last] = value


def removed(config, *path):
    *parents, last = path
    for key in parents:
        config = config[key]
    del config[last]


ENTRY = {"dataset": "digits", "architecture": "cnn", "recipe": "sgd", "networks": 20}
SGD = ("recipes", "sgd")
FIRST = ("collections", 0)

# What is set, and the words that the message must have: the key, the value, what is allowed.
MISTAKES = {
    "misspelt key": ((*FIRST, "network"), 20, ["collections[0].network", "20", "did you mean networks?"]),
    "misspelt top key": (("colections",), [], ["colections", "did you mean collections?"]),
    "misspelt recipe key": (
        (*SGD, "learning_rat"),
        1,
        ["recipes.sgd.learning_rat", "did you mean learning_rate?"],
    ),
    "unknown dataset": (
        (*FIRST, "dataset"),
        "digit",
        ["collections[0].dataset", "'digit'", "did you mean digits?"],
    ),
    "unknown architecture": ((*FIRST, "architecture"), ["mlp", "cmn"], ["'cmn'", "linear", "did you mean cnn?"]),
    "unknown recipe": ((*FIRST, "recipe"), "sdg", ["collections[0].recipe", "'sdg'", "did you mean sgd?"]),
    "one network": ((*FIRST, "networks"), 1, ["collections[0].networks", "1", "at least 2"]),
    "networks in words": ((*FIRST, "networks"), "twenty", ["collections[0].networks", "'twenty'", "integer"]),
    "no architecture": ((*FIRST, "architecture"), [], ["collections[0].architecture", "[]", "at least 1"]),
    "late point": ((*SGD, "evaluate_at"), [1, 9], ["recipes.sgd.evaluate_at", "9", "last epoch, 8"]),
    "early point": ((*SGD, "evaluate_at"), [-1], ["recipes.sgd.evaluate_at[0]", "-1", "at least 0"]),
    "falling points": ((*SGD, "evaluate_at"), [2, 1], ["recipes.sgd.evaluate_at", "1 after 2", "rising"]),
    "same mini-batch": ((*SGD, "evaluate_at"), [1, 1.001], ["1 and 1.001", "digits", "0.0534 epochs apart"]),
    "large batch": (
        (*SGD, "batch_size"),
        1199,
        ["recipes.sgd.batch_size", "1199", "1198 train examples of digits"],
    ),
    "negative rate": ((*SGD, "learning_rate"), -0.1, ["recipes.sgd.learning_rate", "-0.1", "above 0"]),
    "rate as text": ((*SGD, "learning_rate"), "1e-3", ["recipes.sgd.learning_rate", "'1e-3'", "number"]),
    "no finite rate": ((*SGD, "learning_rate"), math.nan, ["recipes.sgd.learning_rate", "nan", "above 0"]),
    "unknown optimiser": ((*SGD, "optimiser"), "lion", ["recipes.sgd.optimiser", "'lion'", "sgd, adam, adamw"]),
    "momentum of adam": ((*SGD, "optimiser"), "adam", ["recipes.sgd.momentum", "0.9", "only with optimiser sgd"]),
    "study name": (("study",), "../else", ["study", "'../else'", "^[a-z0-9]"]),
    "recipe name": (("recipes", "my recipe"), {}, ["recipes", "my recipe", "not a name", "like ^[a-z0-9]"]),
    "unknown figure": (("figures",), ["same_odour"], ["figures[0]", "'same_odour'", "same_order"]),
    "checksum": (
        ("datasets", "fashion_mnist", "files", "test_labels", "sha256"),
        ["abc"],
        ["datasets.fashion_mnist.files.test_labels.sha256[0]", "'abc'"],
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_told_in_one_line_with_key_value_and_what_is_allowed(config, mistake):
    path, value, words = MISTAKES[mistake]
    changed(config, *path, value=value)
    with pytest.raises(UserError) as told:
        Study(config, SCHEMA)
    text = str(told.value)
    assert "\n" not in text
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("path", [("study",), ("collections",), (*SGD, "epochs"), (*FIRST, "networks")])
def test_missing_key_is_named(config, path):
    removed(config, *path)
    with pytest.raises(UserError, match=rf"{path[-1]} is missing; allowed: \w+"):
        Study(config, SCHEMA)


def test_duplicate_collection_names_both_entries(config):
    config["collections"].append(dict(ENTRY, networks=5))
    with pytest.raises(UserError, match=r"collections\[1\] is digits/cnn/sgd, which collections\[0\] has"):
        Study(config, SCHEMA)


def test_entries_expand_to_every_combination(study):
    assert [collection.path for collection in study.collections] == [
        "digits/linear/sgd",
        "digits/mlp/sgd",
        "digits/cnn/sgd",
    ]


@pytest.mark.parametrize(
    ("networks", "shards"), [(2, [(0, 1)]), (20, [(0, 9), (10, 19)]), (21, [(0, 9), (10, 19), (20, 20)])]
)
def test_collection_grows_by_adding_shards(config, networks, shards):
    config["collections"] = [dict(ENTRY, networks=networks)]
    assert Study(config, SCHEMA).shards("digits/cnn/sgd") == shards


def test_validation_leaves_the_given_configuration_alone(config):
    before = str(config)
    Study(config, SCHEMA)
    assert str(config) == before


def test_identity_follows_what_changes_predictions_and_nothing_else(config):
    def digest_of_cnn():
        return digest(Study(config, SCHEMA).identity("digits", "cnn", "sgd"))

    first = digest_of_cnn()
    config["collections"][0]["networks"] = 30
    config["datasets"]["digits"]["description"] = "other words"
    config["recipes"]["sgd"]["weight_decay"] = 0  # the default, said aloud
    config["recipes"]["another"] = dict(config["recipes"]["sgd"], epochs=9)
    assert digest_of_cnn() == first
    config["recipes"]["sgd"]["learning_rate"] = 0.02
    assert digest_of_cnn() != first


def test_digest_is_the_same_on_every_machine():
    assert digest({"b": [1, 2.5], "a": "x"}) == digest({"a": "x", "b": [1, 2.5]}) == "0acd2d90f0cd6e85"


def test_step_counts_whole_mini_batches():
    assert [step(epoch, examples=1198, batch_size=64) for epoch in (0, 0.25, 1, 8)] == [0, 4, 18, 144]
