"""What each figure and claim draws of a study."""

from importlib import import_module
from inspect import signature

import pytest
from conftest import configuration

from learnorder import selection
from learnorder.errors import UserError
from learnorder.study import layout
from learnorder.study.model import Study


def study(*collections, **catalogues):
    config = configuration()
    for catalogue, added in catalogues.items():
        config[catalogue] |= added
    config["collections"] = [
        dict(zip(("dataset", "architecture", "recipe"), names, strict=True), networks=4, **more)
        for *names, more in collections
    ]
    return Study(config)


NOTHING = {}
ALL = (
    ("digits", ["linear", "mlp"], "sgd", NOTHING),
    ("digits", "mlp", ["adam", "shifted", "order_alone"], NOTHING),
    ("digits", "random_forest", "rounds", NOTHING),
    ("docstrings", "text_transformer", "adam", NOTHING),
    ("gabor", "mlp", "sgd", NOTHING),
    (["digits_noisy", "digits_random_labels"], "mlp", "sgd", NOTHING),
    ("digits", "cnn", "sgd", {"also_predict": ["noise_8"]}),
)
NOISE = {"noise_8": {"reader": "noise", "examples": {"train": 10, "test": 10}, "shape": [1, 8, 8]}}


@pytest.fixture(scope="module")
def whole():
    return study(*ALL, datasets=NOISE)


def named(collections):
    return [collection.path for collection in collections]


def test_main_collections_are_paired_and_variants_with_their_own_main_one(whole):
    pairs = {pair.path for pair in whole.pairs}
    assert "digits/linear/sgd/mlp/sgd" in pairs
    assert "digits/mlp/sgd/mlp/adam" in pairs
    assert "digits/linear/sgd/mlp/adam" not in pairs
    assert "digits/mlp/adam/mlp/order_alone" not in pairs
    assert "digits/mlp/sgd/random_forest/rounds" in pairs
    assert not any(path.startswith("gabor") for path in pairs)


def test_redrawn_labels_stand_next_to_true_ones_of_the_same_examples():
    half = {"reader": "subset", "of": "digits", "examples": {"train": 600, "test": 599}}
    datasets = {
        "half": half,
        "half_shuffled": half | {"labels": "shuffled"},
        "drawn": half | {"seed": 1, "label_noise": 0.9},  # of which nothing with true labels is here but the whole
        "own": {"reader": "image_folder", "path": "own", "size": 8, "label_noise": 0.9},
    }
    names = [*datasets, "digits", "digits_noisy"]
    redrawn = study((names, "mlp", "sgd", NOTHING), datasets=datasets)
    true = {name: selection.with_true_labels(redrawn, name) for name in names}
    assert true == {
        "half": "half",
        "half_shuffled": "half",
        "drawn": "digits",
        "own": None,
        "digits": "digits",
        "digits_noisy": "digits",
    }
    assert named(selection.noisy_beside_true(redrawn))[:2] == ["half/mlp/sgd", "digits/mlp/sgd"]
    decided = selection.looked_at(redrawn)["random_labels"]
    assert ("half_shuffled", "mlp", "sgd", "half", "mlp", "sgd") in decided


def test_each_kind_of_collection_is_told_apart(whole):
    digits = ["digits/linear/sgd", "digits/mlp/sgd"]
    assert named(selection.real(whole)) == [*digits, "docstrings/text_transformer/adam", "digits/cnn/sgd"]
    assert named(selection.text(whole)) == ["docstrings/text_transformer/adam"]
    assert named(selection.generated_beside_real(whole)) == ["gabor/mlp/sgd", "digits/mlp/sgd"]
    assert named(selection.learners_beside_networks(whole)) == [
        "digits/random_forest/rounds",
        *digits,
        "digits/cnn/sgd",
    ]
    assert named(selection.variants(whole)) == ["digits/mlp/sgd", "digits/mlp/adam", "digits/mlp/shifted"]
    assert named(selection.streams(whole)) == ["digits/mlp/shifted", "digits/mlp/order_alone"]
    assert named(selection.noisy_beside_true(whole)) == [
        "digits/mlp/sgd",
        "digits_noisy/mlp/sgd",
        "digits_random_labels/mlp/sgd",
    ]
    assert named(selection.others_predicted(whole)) == ["digits/cnn/sgd"]
    assert named(selection.gabor(whole)) == ["gabor/mlp/sgd"]
    assert named(selection.gaussians(whole)) == []
    assert named(selection.linear_beside_others(whole)) == [*digits, "digits/cnn/sgd"]
    # Of which all streams vary, and which differ in a hyper-parameter.
    assert named(selection.swept(whole)) == ["digits/mlp/sgd", "digits/mlp/adam", "digits/mlp/shifted"]
    assert named(selection.scored(whole)) == ["digits_noisy/mlp/sgd", "digits_random_labels/mlp/sgd"]
    assert named(selection.one_per_dataset(whole)) == ["digits/linear/sgd", "docstrings/text_transformer/adam"]


OF_ONE_COLLECTION = {
    *("bimodality", "class_order", "controls", "forgetting", "gallery", "learning_order", "same_order"),
}


def test_all_figures_are_drawn_for_which_there_is_something(whole):
    assert selection.drawn(whole) == [name for name in selection.FIGURES if name != "disjoint_parts"]
    few = study(("digits", "mlp", "sgd", NOTHING))
    assert set(selection.drawn(few)) == OF_ONE_COLLECTION


@pytest.mark.parametrize(
    "figure",
    sorted(set(selection.FIGURES) - OF_ONE_COLLECTION),
)
def test_a_figure_without_anything_to_draw_says_what_it_needs(figure):
    with pytest.raises(UserError, match=f"figure {figure}: the study default has nothing to draw; it needs "):
        list(selection.paths(study(("digits", "mlp", "sgd", NOTHING)), figure))


def test_files_of_a_figure(whole):
    assert list(selection.paths(whole, "seeds")) == [
        f"{layout.measures(whole, whole.by_path[f'digits/mlp/{recipe}'])}/{table}.parquet"
        for table in ("epochs", "reliability")
        for recipe in ("shifted", "order_alone")
    ]
    assert layout.baselines(whole, "digits") in selection.paths(whole, "controls")
    [variants] = [pair for pair in whole.pairs if pair.path == "digits/mlp/sgd/mlp/adam"]
    assert f"{layout.pair(whole, variants)}/correlation.parquet" in selection.paths(whole, "robustness")


def test_what_decides_each_claim(whole):
    looked_at = selection.looked_at(whole)
    assert looked_at["synthetic"] == [("gabor", "mlp", "sgd", "digits", "mlp", "sgd")]
    assert looked_at["random_labels"] == [("digits_random_labels", "mlp", "sgd", "digits", "mlp", "sgd")]
    assert ("digits", "random_forest", "rounds", "mlp", "sgd") in looked_at["paradigms"]
    variants = [("digits", "mlp", "sgd", "mlp", recipe) for recipe in ("adam", "shifted")]
    assert looked_at["robustness"] == variants
    assert ("digits", "linear", "sgd", "mlp", "sgd") in looked_at["nested"]
    assert looked_at["other_images"] == [("digits", "cnn", "sgd")]
    others = f"{layout.measures(whole, whole.by_path['digits/cnn/sgd'])}/others.parquet"
    assert others in selection.claims_paths(whole)


def test_all_parts_of_a_dataset_are_looked_at_together():
    cut = {"cut": {"reader": "subset", "of": "digits", "parts": 3}}
    recipes = {"small": configuration()["recipes"]["sgd"] | {"batch_size": 16}}
    parts = study(("cut", "mlp", "small", NOTHING), datasets=cut, recipes=recipes)
    [names] = selection.looked_at(parts)["disjoint_parts"]
    assert names == ("cut_1", "mlp", "small", "cut_2", "mlp", "small", "cut_3", "mlp", "small")
    assert all(f"{layout.measures(parts, c)}/learned.parquet" in selection.claims_paths(parts) for c in parts.main)


def test_a_linear_network_without_another_one_is_not_compared():
    assert selection.linear_beside_others(study(("digits", ["linear", "deep_linear"], "sgd", NOTHING))) == []


def test_figures_of_the_datasets_that_the_study_names_and_of_their_parts(whole):
    whole = study(*ALL, datasets=NOISE)
    whole.config["drawn_datasets"] = ["digits"]
    assert "docstrings" not in {c.dataset for c in selection.chosen(whole, "bimodality")[0]}
    assert {c.dataset for c in selection.chosen(whole, "shuffled_labels")[0]} == {
        "digits",
        "digits_noisy",
        "digits_random_labels",
    }
    assert not any("docstrings" in path for path in selection.paths(whole, "gallery"))
    assert "docstrings" not in selection.about(whole, "gallery")["datasets"]
    assert "text" not in selection.drawn(whole)
    collections, pairs = selection.explored(whole)
    assert "docstrings" not in {c.dataset for c in collections}
    assert {c.dataset for c in collections} >= {"digits", "digits_noisy"}
    assert {pair.first.dataset for pair in pairs} >= {"digits"}
    whole.config["drawn_datasets"] = ["docstrings"]
    assert "across_architectures" not in selection.drawn(whole)
    # The claims are about all.
    assert len(selection.looked_at(whole)["shared_order"]) == 4


def test_what_is_said_of_the_names(whole):
    about = selection.about(whole, "shuffled_labels")
    assert about["datasets"]["digits_noisy"]["label_noise"] == 0.2
    assert about["datasets"]["digits_noisy"]["of"] == "digits"
    assert about["datasets"]["digits"]["reader"] == "digits"
    assert set(about["recipes"]) == {"sgd"}


@pytest.mark.parametrize("figure", selection.FIGURES)
def test_a_figure_gets_the_tables_that_it_takes(figure):
    chosen = selection.FIGURES[figure]
    of_datasets = ["dataset" if name == "examples" else name for name in chosen.dataset_tables]
    taken = set(signature(import_module(f"learnorder.figures.{figure}").table).parameters) - {"about"}
    if "inputs" in taken:  # the datasets that those tables are of
        taken, of_datasets = taken - {"inputs"}, []
    assert taken == {*chosen.tables, *chosen.pair_tables, *of_datasets}


def test_architectures_that_both_have_variants_are_no_variants_of_each_other():
    two = study(
        *(
            ("digits", architecture, recipe, NOTHING)
            for architecture in ("mlp", "cnn")
            for recipe in ("sgd", "adam")
        )
    )
    assert selection.looked_at(two)["robustness"] == [
        ("digits", architecture, "sgd", architecture, "adam") for architecture in ("mlp", "cnn")
    ]
