import math
from importlib.metadata import version

import pytest

from learnorder.errors import UserError
from learnorder.study.fit import step
from learnorder.study.identity import digest
from learnorder.study.model import Study, check_own


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
RECIPE = {"epochs": 10, "evaluate_at": [1, 10], "batch_size": 64, "optimiser": "sgd", "learning_rate": 0.01}

# What is set, and the words that the message must have: the key, the value, what is allowed.
MISTAKES = {
    "labels changed twice": (
        ("datasets", "digits_noisy", "labels"),
        "shuffled",
        ["digits_noisy.labels is shuffled", "digits_noisy.label_noise is 0.2", "one of both"],
    ),
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
    "late point": ((*SGD, "evaluate_at"), [1, 11], ["recipes.sgd.evaluate_at", "11", "last epoch, 10"]),
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
    "a key of decay with another schedule": (
        (*SGD, "decay_every"),
        600,
        ["recipes.sgd.decay_every is 600 with schedule constant", "only with schedule decay"],
    ),
    "decay without its keys": (
        (*SGD, "schedule"),
        "decay",
        ["recipes.sgd.decay_every is missing", "decay_every and decay_by"],
    ),
    "two penalties": (
        SGD,
        RECIPE | {"l2": 0.005, "weight_decay": 0.01},
        ["recipes.sgd.l2 and weight_decay are both given", "one of them"],
    ),
    "l2 of adamw": (
        SGD,
        RECIPE | {"l2": 0.005, "optimiser": "adamw"},
        ["recipes.sgd.optimiser is adamw with l2", "weight_decay, or optimiser adam"],
    ),
    "lowest rate above the rate": (
        SGD,
        RECIPE | {"schedule": "decay", "decay_every": 5, "decay_by": 2, "lowest_rate": 1},
        ["recipes.sgd.lowest_rate is 1", "up to its learning rate, 0.01"],
    ),
    "momentum of adam": ((*SGD, "optimiser"), "adam", ["recipes.sgd.momentum", "0.9", "only with optimiser sgd"]),
    "study name": (("study",), "../else", ["study", "'../else'", "of a-z, 0-9, _, . and -", "such as else"]),
    "recipe name": (("recipes", "my recipe"), {}, ["recipes", "my recipe", "not a name", "such as my_recipe"]),
    "unknown figure": (("figures",), ["same_odour"], ["figures[0]", "'same_odour'", "same_order"]),
    "unknown drawn dataset": (("drawn_datasets",), ["digit"], ["drawn_datasets[0]", "'digit'", "mean digits"]),
    "checksum": (
        ("datasets", "fashion_mnist", "files", "test_labels", "sha256"),
        ["abc"],
        ["datasets.fashion_mnist.files.test_labels.sha256[0]", "'abc'"],
    ),
}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"collections": []}, "study is missing in the study's file"),
        (
            {"study": "mine", "imported": []},
            "collections is missing .* allowed: a list, \\[\\] where all is imported",
        ),
    ],
)
def test_a_study_gives_itself_a_name_and_collections(given, words):
    with pytest.raises(UserError, match=words):
        check_own(given)
    check_own({"study": "mine", "collections": []})


def test_collections_may_all_be_imported_but_not_missing(config):
    config["collections"] = []
    with pytest.raises(UserError, match="collections and imported are empty; allowed: a collection"):
        Study(config)
    entry = {"dataset": "digits", "architecture": "ours", "recipe": "ours", "networks": 5, "test": "test.npz"}
    config["imported"] = [entry]
    assert [collection.path for collection in Study(config).collections] == ["digits/ours/ours"]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_told_in_one_line_with_key_value_and_what_is_allowed(config, mistake):
    path, value, words = MISTAKES[mistake]
    changed(config, *path, value=value)
    with pytest.raises(UserError) as told:
        Study(config)
    text = str(told.value)
    assert "\n" not in text
    assert [word for word in words if word not in text] == []


TEXTS = {"reader": "docstrings", "packages": ["numpy", "scipy"]}
SMALL = {"reader": "noise", "examples": {"train": 100, "test": 10}, "shape": [1, 8, 8]}

# Entries added to the catalogues, what the first collection then names, and the words of the message.
MISFITS = {
    "text for images": ({"datasets": {"texts": TEXTS}}, {"dataset": "texts"}, "takes images, texts has text"),
    "images for text": (
        {"architectures": {"reader": {"model": "bilstm_attention", "takes": "text"}}},
        {"architecture": "reader"},
        "takes text, digits has images",
    ),
    "flipped text": (
        {
            "datasets": {"texts": TEXTS},
            "architectures": {"reader": {"model": "bilstm_attention", "takes": "text"}},
            "recipes": {"flipping": {"flip": True}},
        },
        {"dataset": "texts", "architecture": "reader", "recipe": "flipping"},
        "recipes.flipping.flip is True; allowed: only for images, texts has text",
    ),
    "small images": (
        {"architectures": {"large": {"model": "cnn", "smallest": 32}}},
        {"architecture": "large"},
        "takes images of at least 32 pixels a side, digits has 8×8",
    ),
    "learner by epochs": (
        {"architectures": {"forest": {"library": "scikit-learn", "model": "random_forest"}}},
        {"architecture": "forest"},
        "forest of scikit-learn counts rounds, sgd counts epochs; allowed: a recipe with `clock: rounds`",
    ),
    "network by rounds": (
        {"recipes": {"rounds": {"clock": "rounds", "evaluate_at": [1, 2]}}},
        {"recipe": "rounds"},
        "counts epochs, rounds counts rounds; allowed: a recipe with `clock: epochs`",
    ),
    "other shape": (
        {"datasets": {"noise": dict(SMALL, shape=[1, 9, 9])}},
        {"also_predict": ["noise"]},
        "also_predict has noise of shape 1×9×9; allowed: the shape of digits, 1×8×8",
    ),
    "itself": ({}, {"also_predict": ["digits"]}, "also_predict has digits, on which the collection is trained"),
    "unknown other": ({}, {"also_predict": ["digit"]}, "also_predict is 'digit'; .*did you mean digits"),
    "lost origin": (
        {"datasets": {"part": {"reader": "subset", "of": "digit"}}},
        {},
        "datasets.part.of is 'digit'; .*did you mean digits",
    ),
    "circle": (
        {"datasets": {"one": {"reader": "subset", "of": "two"}, "two": {"reader": "subset", "of": "one"}}},
        {},
        "datasets.two.of is 'one', a part of itself",
    ),
    "large sample": (
        {"recipes": {"few": {"train_examples": 2000}}},
        {"recipe": "few"},
        "recipes.few.train_examples is 2000; allowed: at most the 1198 of digits",
    ),
    "small sample": (
        {"recipes": {"few": {"train_examples": 50}}},
        {"recipe": "few"},
        "recipes.few.batch_size is 64; allowed: at most the 50",
    ),
    "small part": (
        {"datasets": {"part": {"reader": "subset", "of": "digits", "examples": {"train": 60, "test": 9}}}},
        {"dataset": "part"},
        "batch_size is 64; allowed: at most the 60 train examples of part",
    ),
    "nesterov": ({"recipes": {"plain": {"nesterov": True, "momentum": 0}}}, {"recipe": "plain"}, "plain.nesterov"),
    "steps": ({"recipes": {"steps": {"schedule": "step"}}}, {"recipe": "steps"}, r"steps.step_at is \[\] with"),
    "warm": (
        {"recipes": {"warm": {"warm_up": 10}}},
        {"recipe": "warm"},
        "warm.warm_up is 10; allowed: less than its 10",
    ),
    "key of another reader": (
        {"datasets": {"digits": {"packages": ["numpy"]}}},
        {},
        r"datasets.digits.packages \(= \['numpy'\]\) is not a key",
    ),
    "unknown reader": (
        {"datasets": {"mine": {"reader": "idy"}}},
        {},
        "datasets.mine.reader is 'idy'; allowed: .*idx",
    ),
}


@pytest.mark.parametrize("misfit", MISFITS)
def test_what_does_not_fit_is_told_before_anything_runs(config, misfit):
    added, named, words = MISFITS[misfit]
    for catalogue, entries in added.items():
        for name, entry in entries.items():
            like = config["recipes"]["sgd"] if catalogue == "recipes" and "clock" not in entry else {}
            config[catalogue][name] = config[catalogue].get(name, {}) | like | entry
    config["collections"] = [ENTRY | named]
    with pytest.raises(UserError, match=words) as told:
        Study(config)
    assert "\n" not in str(told.value)


def test_docstrings_are_identified_by_the_versions_of_their_packages(config):
    config["datasets"]["texts"] = TEXTS | {"packages": ["sklearn.svm", "polars", "nowhere"]}
    versions = Study(config).described("datasets", "texts")["versions"]
    assert versions == {"polars": version("polars"), "sklearn": version("scikit-learn")}


def test_a_part_is_identified_by_what_it_is_a_part_of(config):
    config["datasets"]["part"] = {"reader": "subset", "of": "digits", "classes": ["1", "7"]}
    described = Study(config).described("datasets", "part")
    assert described["of"]["name"] == "digits"
    assert described["of"]["shape"] == [1, 8, 8]


@pytest.mark.parametrize("path", [("study",), ("collections",), (*SGD, "epochs"), (*FIRST, "networks")])
def test_missing_key_is_named(config, path):
    removed(config, *path)
    with pytest.raises(UserError, match=rf"{path[-1]} is missing; allowed: \w+"):
        Study(config)


def test_a_collection_that_is_asked_for_twice_is_named(config):
    config["collections"].append(dict(ENTRY, networks=5))
    with pytest.raises(UserError, match=r"collections have digits/cnn/sgd 2 times; allowed: each collection once"):
        Study(config)


THEIRS = {"dataset": "digits", "architecture": "theirs", "recipe": "theirs", "networks": 12}


def test_an_imported_collection_is_one_shard_with_an_identity_of_its_own(config):
    config["imported"] = [dict(THEIRS, test="test.npz", train="train.npz")]
    study = Study(config)
    assert study.by_path["digits/theirs/theirs"].files == (("test", "test.npz"), ("train", "train.npz"))
    assert study.shards("digits/theirs/theirs") == [(0, 11)]
    assert study.identity("digits", "theirs", "theirs")["architecture"]["library"] == "imported"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (THEIRS, "imported[0] has no file; allowed: test, train and test, or table"),
        (dict(THEIRS, train="a.npz"), "imported[0] has train; allowed: test"),
        (dict(THEIRS, test="a.npz", table="b.parquet"), "imported[0] has table and test; allowed"),
        (
            dict(THEIRS, test="a.npz", architecture="cnn"),
            "imported[0].architecture is 'cnn', which the catalogue has",
        ),
    ],
)
def test_an_imported_collection_needs_its_files_and_a_name(config, entry, words):
    config["imported"] = [entry]
    with pytest.raises(UserError) as told:
        Study(config)
    assert words in str(told.value)


def test_entries_expand_to_every_combination(config):
    names = {"dataset": "digits", "architecture": ["linear", "mlp"], "recipe": ["sgd", "adam"]}
    config["collections"] = [{**names, "networks": 4}]
    assert [collection.path for collection in Study(config).collections] == [
        "digits/linear/sgd",
        "digits/linear/adam",
        "digits/mlp/sgd",
        "digits/mlp/adam",
    ]


@pytest.mark.parametrize(
    ("networks", "shards"), [(2, [(0, 1)]), (20, [(0, 9), (10, 19)]), (21, [(0, 9), (10, 19), (20, 20)])]
)
def test_collection_grows_by_adding_shards(config, networks, shards):
    config["collections"] = [dict(ENTRY, networks=networks)]
    assert Study(config).shards("digits/cnn/sgd") == shards


def test_validation_leaves_the_given_configuration_alone(config):
    before = str(config)
    Study(config)
    assert str(config) == before


def test_identity_follows_what_changes_predictions_and_nothing_else(config):
    def digest_of_cnn():
        return digest(Study(config).identity("digits", "cnn", "sgd"))

    first = digest_of_cnn()
    config["collections"][0]["networks"] = 30
    config["datasets"]["digits"]["description"] = "other words"
    config["recipes"]["sgd"]["weight_decay"] = 0  # the default, said aloud
    config["recipes"]["another"] = dict(config["recipes"]["sgd"], epochs=11)
    assert digest_of_cnn() == first
    config["recipes"]["sgd"]["learning_rate"] = 0.02
    assert digest_of_cnn() != first


def test_digest_is_the_same_on_every_machine():
    assert digest({"b": [1, 2.5], "a": "x"}) == digest({"a": "x", "b": [1, 2.5]}) == "0acd2d90f0cd6e85"


def test_step_counts_whole_mini_batches():
    assert [step(epoch, examples=1198, batch_size=64) for epoch in (0, 0.25, 1, 8)] == [0, 4, 18, 144]
