"""Every name in the catalogues, and names that are in none, from configuration alone."""

import copy

import numpy as np
import polars as pl
import pytest
from conftest import SHARED, Clone, configuration
from PIL import Image

from learnorder import outcomes, shard
from learnorder.datasets import canonical
from learnorder.datasets.build import build
from learnorder.errors import UserError
from learnorder.study import fit
from learnorder.study.collection import Collection
from learnorder.study.model import Study

CATALOGUE = configuration()
ONE_EPOCH = CATALOGUE["recipes"]["sgd"] | {"epochs": 1, "evaluate_at": [1], "batch_size": 10}
LEARNERS = [name for name, entry in CATALOGUE["architectures"].items() if entry.get("library") == "scikit-learn"]
TEXT = [name for name, entry in CATALOGUE["architectures"].items() if entry.get("takes") == "text"]
IMAGE = [
    name
    for name, entry in CATALOGUE["architectures"].items()
    if name not in (*LEARNERS, *TEXT) and entry.get("smallest", 1) <= 32
]

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not beside the clone")


def study(dataset, architecture, recipe="sgd", **entries):
    config = copy.deepcopy(CATALOGUE)
    for catalogue, added in entries.items():
        config[catalogue] |= added
    config["collections"] = [{"dataset": dataset, "architecture": architecture, "recipe": recipe, "networks": 2}]
    return Study(config)


def make(study, name, folder):
    """Make a dataset, and first what it is a part of."""
    entry = study["datasets"][name]
    if "of" in entry:
        make(study, entry["of"], folder)
    canonical.write(folder / name, build(name, entry, folder, folder / "downloads", [str(SHARED)]))


def one_collection(study, datasets, folder, seeds):
    """Train the study's collection and read its outcome table back, checked."""
    collection = study.collections[0]
    identity = study.identity(collection.dataset, collection.architecture, collection.recipe)
    path = folder / f"seeds-{seeds[0]:03d}-{seeds[-1]:03d}.parquet"
    shard.make(path, checkpoint=folder / "checkpoint", datasets=datasets, identity=identity, seeds=seeds)
    return outcomes.scan([path], identity).collect()


def refusal(config, dataset, architecture):
    """Why the architecture cannot be trained on the dataset; nothing if it can."""
    recipe = "growing_samples" if architecture in LEARNERS else "sgd"
    try:
        fit.check(config, Collection(dataset, architecture, recipe, networks=2))
    except UserError as told:
        return str(told)
    return ""


def test_what_fits_is_planned_and_what_does_not_is_refused_in_words():
    config = Study(CATALOGUE).config
    refused = {
        (dataset, architecture): refusal(config, dataset, architecture)
        for dataset in config["datasets"]
        for architecture in config["architectures"]
    }
    for (dataset, architecture), words in refused.items():
        assert not words or (
            "allowed" in words and dataset in words and architecture in words and "\n" not in words
        )
    assert not any(
        refused[dataset, architecture] for dataset in ("cifar10", "cifar10_jpeg") for architecture in IMAGE
    )
    assert not any(refused["stackoverflow", architecture] for architecture in TEXT)
    assert not any(refused["digits", architecture] for architecture in LEARNERS)
    assert not refused["imagenet", "resnet50_224"]
    assert "at least" in refused["cifar10", "resnet50_224"]
    assert "takes text" in refused["mnist", "bilstm_attention"]
    assert "takes images" in refused["docstrings", "resnet18"]


@pytest.fixture(scope="module")
def cifar(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cifar")
    part = {"some": {"reader": "subset", "of": "cifar10_jpeg", "examples": {"train": 40, "test": 10}}}
    planned = study("some", "linear", "one_epoch", datasets=part, recipes={"one_epoch": ONE_EPOCH})
    make(planned, "some", folder)
    return part, folder


@needs_shared
@pytest.mark.parametrize("architecture", IMAGE)
def test_every_architecture_trains_on_colour_photographs(cifar, architecture, tmp_path):
    part, datasets = cifar
    planned = study("some", architecture, "one_epoch", datasets=part, recipes={"one_epoch": ONE_EPOCH})
    table = one_collection(planned, datasets, tmp_path, [0])
    assert len(table) == 50


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    part = {"some": {"reader": "subset", "of": "digits", "examples": {"train": 200, "test": 100}}}
    planned = study("some", "linear", "one_epoch", datasets=part, recipes={"one_epoch": ONE_EPOCH})
    datasets = tmp_path_factory.mktemp("digits")
    make(planned, "some", datasets)
    return part, datasets


@pytest.mark.parametrize("architecture", LEARNERS)
def test_every_learner_learns_digits_and_its_members_differ(digits, architecture, tmp_path):
    part, datasets = digits
    recipe = {"few": {"clock": "rounds", "evaluate_at": [20, 100]}}
    table = one_collection(
        study("some", architecture, "few", datasets=part, recipes=recipe), datasets, tmp_path, [0, 1]
    )
    assert not table["seed_000"].equals(table["seed_001"])
    last = table.filter(split="test", epoch=100.0)
    assert (last["seed_000"] == last["label"]).mean() > 0.2  # twice chance


@needs_shared
@pytest.mark.parametrize("architecture", TEXT)
def test_every_text_network_trains_on_titles(architecture, tmp_path):
    part = {"some": {"reader": "subset", "of": "stackoverflow", "examples": {"train": 400, "test": 100}}}
    planned = study("some", architecture, "one_epoch", datasets=part, recipes={"one_epoch": ONE_EPOCH})
    make(planned, "some", tmp_path)
    assert len(one_collection(planned, tmp_path, tmp_path, [0])) == 500


def pictures(folder, classes, each, size):
    """A folder of class folders of pictures, each class of its own colour."""
    random = np.random.default_rng(0)
    for number, name in enumerate(classes):
        (folder / name).mkdir(parents=True)
        for index in range(each):
            pixels = random.integers(0, 100, (*size, 3))
            pixels[..., number] += 150
            Image.fromarray(pixels.astype(np.uint8)).save(folder / name / f"{index}.png")


@pytest.mark.long
def test_own_images_an_unnamed_model_a_learner_and_imported_outcomes_from_configuration_alone(tmp_path):
    """A folder of images and a timm model that no catalogue names, through the whole workflow."""
    pictures(tmp_path / "photographs", ["cats", "dogs", "newts"], each=20, size=(40, 30))
    labels = np.repeat(np.arange(3), 4)  # as the dataset has them: its classes one after the other
    right = np.random.default_rng(0).random((3, 2, 12)) < 0.7
    np.savez(
        tmp_path / "theirs.npz",
        predictions=np.where(right, labels, (labels + 1) % 3),
        labels=labels,
        epochs=[1.0, 2.0],
    )
    clone = Clone(
        tmp_path / "clone",
        {
            "study": "own",
            "collections": [
                {
                    "dataset": "pets",
                    "architecture": ["convnext", "linear"],
                    "recipe": "quick",
                    "networks": 2,
                    "also_predict": ["static"],
                },
                {"dataset": "pets", "architecture": "random_forest", "recipe": "trees", "networks": 2},
            ],
            "imported": [
                {
                    "dataset": "pets",
                    "architecture": "theirs",
                    "recipe": "theirs",
                    "networks": 3,
                    "test": str(tmp_path / "theirs.npz"),
                }
            ],
            "datasets": {
                "pets": {"reader": "image_folder", "path": str(tmp_path / "photographs"), "size": 32},
                "static": {"reader": "noise", "shape": [3, 32, 32], "examples": {"train": 4, "test": 6}},
            },
            "architectures": {"convnext": {"library": "timm", "model": "test_convnext", "stem": "small"}},
            "recipes": {
                "quick": ONE_EPOCH | {"record": ["margin"]},
                "trees": {"clock": "rounds", "evaluate_at": [1, 5]},
            },
            "measures": {"permutations": 99},
        },
    )
    clone.run()
    results = clone.folder / "results/own"
    drawn = pl.read_csv(results / "figures/bimodality.csv")
    assert drawn["architecture"].unique().sort().to_list() == ["convnext", "linear", "theirs"]
    assert drawn.filter(architecture="theirs")["examples"].unique().to_list() == [12]
    table = outcomes.read(clone.folder / clone.shards("pets/convnext/quick")[0])
    assert table.group_by("split").len().sort("len").rows() == [("static", 6), ("test", 12), ("train", 48)]
    assert table.schema["margin_001"] == pl.Float16
    agreement = pl.read_parquet(clone.folder / clone.measures("pets/convnext/quick", "agreement"))
    static = agreement.filter(pl.col("split").cast(pl.String) == "static")
    assert static["tp_agreement"].null_count() == 6
    assert static["agreement"].null_count() == 0
    costs = pl.read_csv(results / "architectures.csv")
    assert costs.filter(architecture="linear")["parameters"].to_list() == [3 * 32 * 32 * 3 + 3]
