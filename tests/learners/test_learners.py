import copy
import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
import yaml
from conftest import ROOT
from sklearn.datasets import load_digits
from sklearn.ensemble import AdaBoostClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from learnorder import outcomes, shard
from learnorder.datasets import canonical, rows
from learnorder.datasets.canonical import Dataset, Split
from learnorder.errors import UserError
from learnorder.learners.learn import learn
from learnorder.learners.models import MODELS
from learnorder.measures.collection import measure
from learnorder.streams import stream_seed
from learnorder.study.model import Study

CATALOGUE = yaml.safe_load((ROOT / "config" / "learners.yaml").read_text(encoding="utf-8"))
LEARNERS = CATALOGUE["architectures"]
TRAIN, TEST = 300, 150
# One point between the first and the last, so that a repeated or a skipped stage shows.
POINTS = {True: [5, 100, 300], False: [1, 4, 10]}


@pytest.fixture(scope="module")
def digits():
    bunch = load_digits()
    images = np.round(bunch.images * 255 / 16).astype(np.uint8)[:, np.newaxis]
    rows = {"train": slice(0, TRAIN), "test": slice(TRAIN, TRAIN + TEST)}
    return Dataset(
        {name: Split(images[part], bunch.target[part], np.arange(1797)[part]) for name, part in rows.items()},
        [str(digit) for digit in range(10)],
    )


@pytest.fixture(scope="module")
def texts():
    """Texts of two classes, each with words of its own (2 to 4, 5 to 7) among common ones (8 and 9)."""
    generator = np.random.default_rng(0)

    def split(n):
        labels = generator.integers(0, 2, n)
        words = np.where(
            generator.random((n, 6)) < 0.3,
            generator.integers(2, 5, (n, 6)) + 3 * labels[:, np.newaxis],
            generator.integers(8, 10, (n, 6)),
        ).astype(np.uint16)
        words[generator.random(n) < 0.5, -2:] = 0
        return Split(words, labels, np.arange(n))

    return Dataset(
        {"train": split(200), "test": split(80)},
        ["a", "b"],
        vocabulary=["", "unknown", *(f"word{number}" for number in range(2, 10))],
    )


def identity(name="adaboost_trees", points=None, dataset="digits", **options):
    architecture = {"name": name, "options": {}} | copy.deepcopy(LEARNERS[name])
    architecture["options"] |= options
    samples = MODELS[architecture["model"]].samples if architecture["model"] in MODELS else False
    return {
        "training_version": 1,
        "dataset": {"name": dataset},
        "architecture": architecture,
        "recipe": {"name": "few", "clock": "rounds", "evaluate_at": points or POINTS[samples]},
        "also_predict": [],
    }


def drawn(seed, name, dataset="digits"):
    """What scikit-learn draws from, of a member."""
    return stream_seed(seed, "order", f"{dataset}/{name}/few") % 2**32


def learned(dataset, made_by, seeds=range(2), others=None):
    """By seed, then split, what the members predict."""
    found = learn(dataset, others or {}, made_by, seeds, lambda line: None)
    return {seed: kept["seed"] for seed, kept in found}


def pixels(split):
    return split.inputs.reshape(len(split.labels), -1).astype(np.float32) / 255


@pytest.mark.parametrize("name", LEARNERS)
def test_every_learner_leaves_an_outcome_table_whose_members_differ_and_learn(digits, tmp_path, name):
    made_by, path = identity(name), tmp_path / "seeds-000-003.parquet"
    kept = dict(learn(digits, {}, made_by, range(4), lambda line: None))
    outcomes.write(path, dataset=digits, kept=kept, identity=made_by, environment={})
    outcomes.check(path, made_by)
    for network in kept.values():
        assert {split: (rows.shape, rows.dtype) for split, rows in network["seed"].items()} == {
            "train": ((3, TRAIN), np.int16),
            "test": ((3, TEST), np.int16),
        }
    tests = [network["seed"]["test"] for network in kept.values()]
    assert not any((one == other).all() for number, one in enumerate(tests) for other in tests[:number])
    measured = measure(outcomes.scan([path], made_by), 10, confidence=0.95, permutations=99)["epochs"]
    accuracy = measured.filter(split="test")["accuracy"].to_list()
    # Ten stumps know little: chance is 0.1.
    assert accuracy[-1] > (0.15 if name == "adaboost_stumps" else 0.35)
    assert accuracy[-1] >= accuracy[0]


@pytest.mark.parametrize("name", LEARNERS)
def test_a_member_depends_on_its_own_seed_alone(digits, name):
    both, alone = learned(digits, identity(name), [0, 7]), learned(digits, identity(name), [7])
    for split in ("train", "test"):
        assert np.array_equal(both[7][split], alone[7][split])


def test_all_members_of_neighbours_that_saw_all_examples_agree(digits):
    kept = learned(digits, identity("nearest_neighbours", n_neighbors=1))
    assert np.array_equal(kept[0]["test"][-1], kept[1]["test"][-1])
    assert not np.array_equal(kept[0]["test"][1], kept[1]["test"][1])
    drawn = learned(digits, identity("nearest_neighbours", n_neighbors=1, bootstrap=True))
    assert not np.array_equal(drawn[0]["test"][-1], drawn[1]["test"][-1])


@pytest.mark.parametrize("options", [{}, {"bootstrap": True}, {"bootstrap": False}])
def test_each_stage_of_a_forest_is_the_smaller_forest(digits, options):
    train, test = digits.splits["train"], digits.splits["test"]
    found = learned(digits, identity("random_forest", **options), [3])[3]["test"]
    for point, stage in zip(POINTS[False], found, strict=True):
        forest = RandomForestClassifier(point, random_state=drawn(3, "random_forest"), **options)
        assert np.array_equal(stage, forest.fit(pixels(train), train.labels).predict(pixels(test)))


BOOSTERS = {
    "adaboost_trees": lambda rounds, seed: AdaBoostClassifier(
        DecisionTreeClassifier(max_depth=6, max_features=0.5), n_estimators=rounds, random_state=seed
    ),
    "gradient_boosting": lambda rounds, seed: HistGradientBoostingClassifier(
        max_iter=rounds, max_leaf_nodes=8, max_features=0.5, early_stopping=False, random_state=seed
    ),
}


@pytest.mark.parametrize("name", BOOSTERS)
def test_each_stage_of_boosting_is_the_shorter_boosting(digits, name):
    train, test = digits.splits["train"], digits.splits["test"]
    found = learned(digits, identity(name, bootstrap=False, max_features=0.5), [3])[3]["test"]
    for point, stage in zip(POINTS[False], found, strict=True):
        booster = BOOSTERS[name](point, drawn(3, name))
        assert np.array_equal(stage, booster.fit(pixels(train), train.labels).predict(pixels(test)))


@pytest.mark.parametrize(
    ("name", "learner"), [("linear_svm", LinearSVC), ("nearest_neighbours", KNeighborsClassifier)]
)
def test_samples_are_nested_and_shuffled(digits, name, learner):
    train, test = digits.splits["train"], digits.splits["test"]
    own = drawn(3, name)
    found, order = learned(digits, identity(name), [3])[3]["test"], np.random.default_rng(own).permutation(TRAIN)
    seeded = {"random_state": own} if learner is LinearSVC else {}
    for point, stage in zip(POINTS[True], found, strict=True):
        refitted = learner(**seeded).fit(pixels(train)[order[:point]], train.labels[order[:point]])
        assert np.array_equal(stage, refitted.predict(pixels(test)))


def test_a_bootstrap_is_of_the_train_set_and_the_whole_of_it_is_predicted(digits):
    own = drawn(0, "adaboost_trees")
    rows = np.random.default_rng(own).integers(TRAIN, size=TRAIN)
    train = digits.splits["train"]
    found = learned(digits, identity("adaboost_trees", [1], max_depth=20), [0])[0]["train"][0]
    assert (found[rows] == train.labels[rows]).all()
    assert not (found == train.labels).all()


def test_boosting_that_ends_early_repeats_its_last_stage(digits):
    # A tree without a limit is perfect on what it was given: the first round is the last.
    said = []
    made_by = identity("adaboost_trees", [1, 2, 50], max_depth=None)
    [(_, kept)] = learn(digits, {}, made_by, [0], said.append)
    found = kept["seed"]
    assert said[-1] == "seed 000  ended after 1 rounds: later points repeat the last"
    for each in found.values():
        assert (each == each[0]).all()
    assert (found["test"][0] == digits.splits["test"].labels).mean() > 0.5


def test_small_samples_have_fewer_neighbours_and_one_class_alone_is_predicted(digits):
    found = learned(digits, identity("nearest_neighbours", [1, 3, 300]), [0])[0]["test"]
    order = np.random.default_rng(drawn(0, "nearest_neighbours")).permutation(TRAIN)
    assert (found[0] == digits.splits["train"].labels[order[0]]).all()
    assert set(found[1]) <= set(digits.splits["train"].labels[order[:3]])
    first = np.random.default_rng(drawn(0, "linear_svm")).permutation(TRAIN)[0]
    alone = learned(digits, identity("linear_svm", [1, 300]), [0])[0]["test"][0]
    assert (alone == digits.splits["train"].labels[first]).all()


@pytest.mark.parametrize("name", LEARNERS)
def test_the_smallest_dataset_is_learned(name):
    """Two classes of two images, one for test: a bootstrap may be of one class, which is then predicted."""
    images, labels = np.array([0, 200], np.uint8).reshape(2, 1, 1, 1), np.array([0, 1])
    dataset = Dataset({split: Split(images, labels, np.arange(2)) for split in ("train", "test")}, ["a", "b"])
    found = [predicted["test"] for predicted in learned(dataset, identity(name, [1, 2]), range(8)).values()]
    assert {predicted.shape for predicted in found} == {(2, 2)}
    if LEARNERS[name].get("options", {}).get("bootstrap"):
        assert any((predicted == predicted[0, 0]).all() for predicted in found)


def test_the_trained_labels_are_learned_and_the_true_ones_reported(digits):
    train = digits.splits["train"]
    redrawn = Split(train.inputs, train.labels, train.source, trained_labels=(train.labels + 1) % 10)
    noisy, lines = Dataset({"train": redrawn, "test": digits.splits["test"]}, digits.classes), []
    [(_, kept)] = learn(noisy, {}, identity("random_forest", [10]), [3], lines.append)
    assert (kept["seed"]["train"][0] == redrawn.targets).mean() > 0.95
    right = (kept["seed"]["train"][0] == train.labels).mean()
    assert len(lines) == 1
    assert lines[0].startswith(f"seed 003  round 10  accuracy train {right:.4f}  test 0.")
    assert lines[0].endswith(" s")


def test_other_datasets_are_predicted_too(digits):
    test = digits.splits["test"]
    shuffled = Dataset({"train": digits.splits["train"], "test": Split(test.inputs[::-1], None, None)}, ["?", "!"])
    kept = learned(digits, identity("random_forest"), [0], {"reversed": shuffled})[0]
    assert np.array_equal(kept["reversed"], kept["test"][:, ::-1])


@pytest.mark.parametrize("name", LEARNERS)
def test_every_learner_reads_texts(texts, name):
    points = [10, 200] if MODELS[LEARNERS[name]["model"]].samples else [1, 20]
    kept = learned(texts, identity(name, points, dataset="texts"), [0, 1])
    right = (kept[0]["test"][-1] == texts.splits["test"].labels).mean()
    assert right > 0.7
    assert not np.array_equal(kept[0]["test"], kept[1]["test"]) or right == 1


def test_a_text_is_the_count_of_its_words(texts):
    words = np.array([[2, 3, 2, 0], [1, 9, 0, 0], [0, 0, 0, 0]], dtype=np.uint16)
    small = Dataset(
        dict.fromkeys(("train", "test"), Split(words, np.zeros(3), None)), ["a"], vocabulary=["w"] * 10
    )
    wanted = np.zeros((3, 10))
    wanted[0, 2], wanted[0, 3], wanted[1, 1], wanted[1, 9] = 2, 1, 1, 1
    assert np.array_equal(rows.features(small, {}, dense=False)["train"].toarray(), wanted)
    assert np.array_equal(rows.features(small, {}, dense=True)["train"], wanted)


def test_the_catalogue_is_a_valid_configuration(config):
    study = {
        **config,
        "architectures": {**config["architectures"], **LEARNERS},
        "recipes": {**config["recipes"], **CATALOGUE["recipes"]},
        "collections": [
            {
                "dataset": "digits",
                "architecture": [name for name in LEARNERS if MODELS[LEARNERS[name]["model"]].samples == samples],
                "recipe": recipe,
                "networks": 2,
            }
            for recipe, samples in (("rounds", False), ("growing_samples", True))
        ],
    }
    planned = Study(study)
    assert {collection.architecture for collection in planned.collections} == set(LEARNERS)
    assert {LEARNERS[name]["model"] for name in LEARNERS} == set(MODELS)


def changed(**architecture):
    made_by = identity()
    made_by["architecture"] |= architecture
    return made_by


MISTAKES = {
    r"architectures.adaboost_trees.model is 'adabost'; known are .*; did you mean adaboost\?": changed(
        model="adabost"
    ),
    r"adaboost_trees.options.max_dept \(= 3\) is no option; .* did you mean max_depth": identity(max_dept=3),
    r"adaboost_trees.options.random_state \(= 1\) is no option": identity(random_state=1),
    r"random_forest.options.n_estimators \(= 9\) is no option": identity("random_forest", n_estimators=9),
    r"adaboost_trees.options.base is 'lines'; known are linear, tree": identity(base="lines"),
    r"adaboost_trees.options.bootstrap is 'yes'; allowed: true, false": identity(bootstrap="yes"),
    r"which scikit-learn refuses: The 'max_depth' parameter": identity(max_depth=-1),
    r"which scikit-learn refuses: The 'n_neighbors' parameter": identity("nearest_neighbours", n_neighbors="all"),
    "members are the same; allowed: `bootstrap: true`": identity(bootstrap=False),
    "by which all members are the same": identity(bootstrap=False, max_features=1.0),
    "{'bootstrap': False, 'max_features': None}, by which": identity(
        "random_forest", bootstrap=False, max_features=None
    ),
    "{'max_leaf_nodes': 8, 'max_features': 1.0}, by which": identity("gradient_boosting", max_features=1.0),
    "recipes.few.evaluate_at has 301, .*; allowed: up to the 300 of digits": identity("linear_svm", [10, 301]),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_told_in_one_line(digits, text):
    with pytest.raises(UserError, match=text) as told:
        list(learn(digits, {}, MISTAKES[text], [0], lambda line: None))
    assert str(told.value).startswith("configuration: architectures.") or "recipes" in text
    assert "\n" not in str(told.value)


def test_mistakes_are_told_before_anything_is_learned(digits):
    with pytest.raises(UserError):
        learn(digits, {}, identity("nearest_neighbours", [301]), [0], print)


def test_other_inputs_and_too_many_words_are_refused(digits, texts, monkeypatch):
    with pytest.raises(
        UserError, match="also_predict has texts, with inputs of shape 6 and a vocabulary of its own"
    ):
        learn(digits, {"texts": texts}, identity(), [0], print)
    monkeypatch.setattr(rows, "LARGEST_DENSE", 4 * 280 * 9)
    with pytest.raises(UserError, match=r"a vocabulary of 10 words is too large .* allowed: up to 9 "):
        learn(texts, {}, identity("gradient_boosting", dataset="texts"), [0], print)
    learn(texts, {}, identity("random_forest", dataset="texts"), [0], print)


# Features --------------------------------------------------------------------------------------------------


def test_a_learner_on_features_learns_from_them_and_its_table_is_of_the_dataset(digits, tmp_path):
    vectors = {
        name: replace(split, inputs=pixels(split)[:, 20:44, np.newaxis, np.newaxis])
        for name, split in digits.splits.items()
    }
    features = replace(digits, splits=vectors)
    for name, dataset in (("digits", digits), ("features", features)):
        canonical.write(tmp_path / name, dataset)
    made_by = identity("adaboost_linear", [1, 3])
    made_by["architecture"]["features"] = {"name": "features"}
    table = tmp_path / "seeds-000-001.parquet"
    shard.make(table, checkpoint=tmp_path / "c", datasets=tmp_path, identity=made_by, seeds=range(2))
    assert outcomes.metadata(table)["identity"]["dataset"]["name"] == "digits"
    rows = outcomes.read(table).filter(pl.col("split").cast(pl.String) == "test")
    expected = learned(features, made_by)[1]["test"]
    found = rows.sort("epoch", "example")["seed_001"].to_numpy().reshape(2, -1)
    assert np.array_equal(found, expected)
    assert not np.array_equal(expected, learned(digits, made_by)[1]["test"])


def on_features(config, of="digits", library="scikit-learn", features="mine", **collection) -> Study:
    config["datasets"]["mine"] = {"reader": "extracted", "of": of, "architecture": "cnn"}
    model = {"library": library, "model": "adaboost", "options": {"bootstrap": True}}
    config["architectures"]["boosted"] = model | {"features": features}
    given = {"dataset": "digits", "architecture": "boosted", "recipe": "rounds", "networks": 2} | collection
    config["collections"] = [given]
    return Study(config)


def test_the_features_are_part_of_the_identity_of_a_learner(config):
    described = on_features(config).identity("digits", "boosted", "rounds")["architecture"]["features"]
    assert (described["name"], described["architecture"]["name"]) == ("mine", "cnn")


def test_the_weights_of_the_network_that_gives_the_features_are_downloaded(config):
    config["architectures"]["cnn"] = config["architectures"]["resnet50_pretrained"]
    assert [entry["name"] for entry in on_features(config).published.values()] == ["cnn"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"features": "mien"}, "architectures.boosted.features is 'mien'; known are"),
        ({"features": "digits"}, "'digits'; allowed: a dataset with `reader: extracted` and `of: digits`"),
        ({"of": "fashion_mnist"}, "'mine'; allowed: a dataset with `reader: extracted` and `of: digits`"),
        ({"library": "learnorder", "recipe": "sgd"}, "'mine'; allowed: only for learners of scikit-learn"),
        ({"also_predict": ["noise_8"]}, "also_predict has noise_8; allowed: nothing for boosted"),
    ],
)
def test_features_that_a_learner_cannot_take_are_refused(config, given, words):
    with pytest.raises(UserError, match=re.escape(words)):
        on_features(config, **given)
