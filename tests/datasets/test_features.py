"""Features as a dataset: read from files, or extracted from networks."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from patches import identity
from torch import nn

from learnorder import extraction, selection
from learnorder.datasets import canonical, inputs
from learnorder.datasets import rows as as_learners_take_them
from learnorder.datasets.build import build
from learnorder.datasets.canonical import Dataset
from learnorder.errors import UserError
from learnorder.study.model import Study
from learnorder.training.group import Group
from learnorder.training.job import Job
from learnorder.training.train import train


def clouds(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two classes of six features on different scales, of which the third says the class."""
    random = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    values = random.standard_normal((n, 6)) * [1, 10, 0.01, 1, 1, 0] + 3
    values[:, 2] += 0.05 * labels
    return values.astype(np.float32), labels


@pytest.fixture
def files(tmp_path):
    """A function that writes both splits in one form, and gives the entry."""

    def write(form: str, **changed):
        for seed, (split, n) in enumerate((("train", 200), ("test", 60))):
            values, labels = changed.get(split) or clouds(n, seed)
            if form == ".npz":
                np.savez(tmp_path / f"{split}.npz", features=values, labels=labels)
                continue
            columns = {"features": values.tolist()}
            if form == "columns":
                columns = {f"f{number}": values[:, number] for number in range(values.shape[1])}
            pq.write_table(pa.table(columns | {"label": labels}), tmp_path / f"{split}.parquet")
        suffix = ".npz" if form == ".npz" else ".parquet"
        return {"reader": "features", "train": f"train{suffix}", "test": f"{tmp_path}/test{suffix}"}

    return write


def read(entry: dict, folder) -> Dataset:
    return build("mine", entry, folder, folder, [str(folder)])


@pytest.mark.parametrize("form", [".npz", "lists", "columns"])
def test_features_are_read_and_kept_as_they_are(files, tmp_path, form):
    canonical.write(tmp_path / "out", read(files(form), tmp_path))
    dataset = canonical.read(tmp_path / "out")
    assert dataset.is_features
    assert not dataset.is_text
    assert dataset.shape == (6, 1, 1)
    assert dataset.classes == ["0", "1"]
    for seed, (split, n) in enumerate((("train", 200), ("test", 60))):
        values, labels = clouds(n, seed)
        assert dataset.splits[split].inputs.dtype == np.float32
        assert np.array_equal(dataset.splits[split].inputs[:, :, 0, 0], values)
        assert np.array_equal(dataset.splits[split].labels, labels)


WRONG = {
    "three dimensions": (np.zeros((4, 2, 2)), [0, 1, 0, 1], "features are float64 of shape 4×2×2; allowed: `feat"),
    "words": (np.array([["a", "b"]] * 4), [0, 1, 0, 1], "features are <U1 of shape 4×2"),
    "few labels": (np.zeros((4, 2)), [0, 1], "labels are int64 of shape 2, of 4 examples"),
    "no number": (np.array([[0, 1], [0, np.nan]]), [0, 1], "row 1: a feature is no finite number"),
    "other width": (np.zeros((4, 7)), [0, 1, 0, 1], "6 features, the train split has 7"),
    "negative": (np.zeros((4, 6)), [0, 1, 0, -1], "train labels from -1 to 1"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_what_is_wrong_in_features_is_named(files, tmp_path, mistake):
    values, labels, words = WRONG[mistake]
    with pytest.raises(UserError, match=re.escape(words)):
        read(files(".npz", train=(values, np.array(labels))), tmp_path)


def test_files_that_are_no_features_are_named(files, tmp_path):
    entry = files("lists")
    (tmp_path / "x.npz").write_bytes(b"x")
    (tmp_path / "y.npz").write_bytes(b"")
    np.savez(tmp_path / "z.npz", x=np.zeros(3))
    (tmp_path / "x.parquet").write_bytes(b"x")
    pq.write_table(pa.table({"features": [[1.0], [1.0, 2.0]], "label": [0, 1]}), tmp_path / "y.parquet")
    pq.write_table(pa.table({"features": [[1.0]], "species": [0]}), tmp_path / "z.parquet")
    for name, words in (
        *((name, "allowed: `features`, n × d numbers") for name in ("x.npz", "y.npz", "z.npz")),
        ("x.parquet", "not a whole file of Parquet"),
        ("y.parquet", "rows of `features` differ in length"),
        ("z.parquet", "columns features, species; allowed: `features`, a list"),
    ):
        with pytest.raises(UserError, match=re.escape(words)):
            read(entry | {"train": name}, tmp_path)


def test_networks_see_features_normalised_and_learn_from_them(files, tmp_path):
    dataset = read(files(".npz"), tmp_path)
    seen = inputs.load(dataset, {}, {"whitening": False}, torch.device("cpu"))["train"][:].flatten(1)
    assert torch.allclose(seen.mean(0), torch.zeros(6), atol=1e-4)
    # The third feature has a deviation of 0.03 and becomes as large as the others; the last does not vary.
    assert torch.allclose(seen.std(0, correction=0), torch.tensor([1.0, 1, 1, 1, 1, 0]), atol=1e-4)
    for model in ("linear", "mlp"):
        [(_, kept, _)] = train(dataset, {}, identity(model, shift=0, flip=False), [0], report=lambda line: None)
        assert np.mean(kept["seed"]["test"][-1] == dataset.splits["test"].labels) > 0.95


def test_learners_take_features_as_they_are(files, tmp_path):
    dataset = read(files(".npz"), tmp_path)
    taken = as_learners_take_them.features(dataset, {}, dense=False)
    assert np.array_equal(taken["train"], clouds(200, 0)[0])


def test_a_study_of_features_is_checked_and_planned(config):
    config["datasets"]["mine"] = {"reader": "features", "train": "a.npz", "test": "b.npz"}
    config["collections"] = [
        {"dataset": "mine", "architecture": ["linear", "mlp"], "recipe": "sgd", "networks": 2},
        {"dataset": "mine", "architecture": "adaboost_linear", "recipe": "rounds", "networks": 2},
    ]
    study = Study(config)
    assert not selection.has(study, "gallery")  # features cannot be shown
    assert selection.has(study, "same_order")
    for entry, words in (
        (
            {"architecture": "cnn", "recipe": "sgd"},
            "cnn takes images, mine has features; allowed: the models linear",
        ),
        ({"architecture": "mlp", "recipe": "shifted"}, "recipes.shifted.shift is 1; allowed: only for images"),
        ({"architecture": "mlp", "recipe": "sgd", "also_predict": ["digits"]}, "also_predict has digits; allowed"),
    ):
        config["collections"] = [{"dataset": "mine", "networks": 2} | entry]
        with pytest.raises(UserError, match=re.escape(words)):
            Study(config)


# Extracted from networks


def described(**entry) -> dict:
    of_patches = identity()["dataset"]
    return {"reader": "extracted", "of": of_patches, "seed": 0} | entry


def test_features_are_what_the_last_layer_is_given(patches):
    architecture = identity("mlp", {"widths": [12, 5]})["architecture"]
    extracted = extraction.extract(patches, described(architecture=architecture), report=lambda line: None)
    assert extracted.is_features
    assert extracted.shape == (5, 1, 1)
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(64, 12), nn.ReLU(), nn.Linear(12, 5), nn.ReLU())
    seen = inputs.load(patches, {}, {"whitening": False}, torch.device("cpu"))
    for split, data in extracted.splits.items():
        expected = network(seen[split][:].contiguous()).detach().numpy()
        assert np.allclose(data.inputs[:, :, 0, 0], expected, atol=1e-6)
        assert np.array_equal(data.labels, patches.splits[split].labels)
        assert np.array_equal(data.source, patches.splits[split].source)
    again, other = (
        extraction.extract(patches, described(architecture=architecture, seed=seed)).splits["test"].inputs
        for seed in (0, 1)
    )
    assert np.array_equal(again, extracted.splits["test"].inputs)
    assert not np.array_equal(other, again)


@pytest.mark.parametrize("side_by_side", [1, 2])
def test_features_of_a_network_that_the_study_trains(patches, side_by_side):
    wanted = identity("mlp", {"widths": [12, 5]}, stacked=side_by_side)
    entry = described(architecture=wanted["architecture"], recipe=wanted["recipe"], seed=1)
    extracted = extraction.extract(patches, entry, report=lambda line: None)
    [(_, kept, _)] = train(patches, {}, wanted, [1], report=lambda line: None)
    job = Job(patches, {}, wanted, torch.device("cpu"))
    group = Group(job, [0, 1] if side_by_side == 2 else [1], stacked=side_by_side == 2)
    group.train(job.points[-1], watch=lambda: None)
    group.evaluate(watch=lambda: None)
    for split, data in extracted.splits.items():
        expected = group.networks[-1].eval()[:-1](job.inputs[split][:]).detach().numpy()
        assert np.allclose(data.inputs[:, :, 0, 0], expected, atol=1e-6)
        assert np.array_equal(group.networks[-1](job.inputs[split][:]).argmax(1), kept["seed"][split][-1])
    alone = extraction.extract(patches, entry | {"seed": 2}, report=lambda line: None)
    assert not np.allclose(alone.splits["test"].inputs, extracted.splits["test"].inputs)


def test_features_of_a_model_of_timm_at_another_size(patches):
    architecture = identity("mobilenetv3_small_050", library="timm")["architecture"]
    extracted = extraction.extract(patches, described(architecture=architecture, size=32))
    assert extracted.shape == (1024, 1, 1)
    assert np.isfinite(extracted.splits["test"].inputs).all()


def test_a_network_that_ends_with_no_linear_layer_is_refused(patches):
    architecture = identity("squeezenet1_1", library="torchvision")["architecture"]
    with pytest.raises(UserError, match="architecture squeezenet1_1: its logits come from no linear layer"):
        extraction.extract(patches, described(architecture=architecture, size=64))


def extracting(config, **entry) -> Study:
    config["datasets"]["mine"] = {"reader": "extracted", "of": "digits", "architecture": "mlp"} | entry
    config["collections"] = [{"dataset": "mine", "architecture": "linear", "recipe": "sgd", "networks": 2}]
    return Study(config)


def test_the_network_is_part_of_the_identity_of_its_features(config):
    entry = extracting(config, recipe="sgd").entry("datasets", "mine")
    assert entry["architecture"]["options"] == config["architectures"]["mlp"].get("options", {})
    assert entry["recipe"]["learning_rate"] == config["recipes"]["sgd"]["learning_rate"]
    assert entry["of"]["name"] == "digits"
    before = extracting(config, recipe="sgd").identity("mine", "linear", "sgd")
    config["recipes"]["sgd"] |= {"learning_rate": 0.5}
    after = extracting(config, recipe="sgd").identity("mine", "linear", "sgd")
    assert before["dataset"] != after["dataset"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"architecture": "mpl"}, "datasets.mine.architecture is 'mpl'; known are"),
        ({"recipe": "sdg"}, "datasets.mine.recipe is 'sdg'; known are"),
        ({"of": "docstrings"}, "datasets.mine.of is 'docstrings', which has no images"),
        ({"architecture": "random_forest"}, "datasets.mine.architecture is 'random_forest', no network"),
        ({"recipe": "rounds"}, "mlp of learnorder counts epochs, rounds counts rounds"),
        ({"recipe": "sgd", "size": 32}, "datasets.mine has recipe and size; allowed: one of them"),
        ({"recipe": "on_gpu"}, "datasets.mine.recipe is 'on_gpu', for a GPU"),
    ],
)
def test_features_that_no_network_gives_are_refused(config, entry, words):
    config["recipes"]["on_gpu"] = config["recipes"]["sgd"] | {"device": "gpu"}
    with pytest.raises(UserError, match=re.escape(words)):
        extracting(config, **entry)
