import numpy as np
import pytest
import torch

from learnorder import outcomes
from learnorder.datasets.canonical import Dataset, Split
from learnorder.training import augmentation
from learnorder.training.streams import stream_seed, stream_seeds
from learnorder.training.train import train


@pytest.fixture(scope="module")
def dataset():
    """Three classes that differ by the place of a bright patch, on noise."""
    random = np.random.default_rng(0)
    splits = {}
    for split, n in (("train", 90), ("test", 40)):
        labels = np.arange(n) % 3
        images = random.integers(0, 120, (n, 1, 8, 8))
        for label in range(3):
            images[labels == label, :, 2 * label : 2 * label + 3, 2:6] += 90
        splits[split] = Split(images.astype(np.uint8), labels, np.arange(n))
    return Dataset(splits, ["a", "b", "c"])


def identity(model="cnn", options=None, library="learnorder", **recipe):
    return {
        "training_version": 1,
        "dataset": {"name": "patches", "classes": ["a", "b", "c"], "examples": {"train": 90, "test": 40}},
        "architecture": {"name": model, "library": library, "model": model, "options": options or {}},
        "recipe": {
            "name": "tiny",
            "epochs": 4,
            "evaluate_at": [0, 0.4, 1, 4],
            "batch_size": 16,
            "optimiser": "sgd",
            "learning_rate": 0.05,
            "momentum": 0.9,
            "weight_decay": 0.0,
            "flip": True,
            "shift": 1,
            "vary": ["initialisation", "order", "augmentation"],
        }
        | recipe,
    }


def trained(dataset, seeds, **settings):
    return dict(train(dataset, identity(**settings), seeds, report=lambda line: None))


def equal(one, other):
    return all(np.array_equal(one[split], other[split]) for split in ("train", "test"))


def test_every_example_is_predicted_at_every_point(dataset):
    predictions = trained(dataset, [3])[3]
    assert predictions["train"].shape == (4, 90)
    assert predictions["test"].shape == (4, 40)


@pytest.mark.parametrize("model", ["linear", "mlp", "cnn"])
@pytest.mark.parametrize(
    "optimiser",
    [
        {},
        {"optimiser": "adam", "momentum": 0, "learning_rate": 0.01},
        {"optimiser": "adamw", "momentum": 0, "learning_rate": 0.01},
    ],
)
def test_networks_learn(dataset, model, optimiser):
    predicted = trained(dataset, [0], model=model, flip=False, **optimiser)[0]["test"]
    accuracy = (predicted == dataset.splits["test"].labels).mean(1)
    assert accuracy[0] < 0.7 < 0.9 < accuracy[-1]


def write(path, dataset, seeds, **settings):
    outcomes.write(
        path,
        labels={name: split.labels for name, split in dataset.splits.items()},
        predictions=trained(dataset, seeds, **settings),
        identity=identity(**settings),
        environment={"device": "cpu"},
    )
    return path


# Batch normalisation, dropout and drop path keep state or draw numbers of their own.
RICH = {"model": "test_resnet", "library": "timm", "options": {"drop_rate": 0.3}}


@pytest.mark.parametrize("settings", [{}, RICH], ids=["cnn", "timm"])
def test_the_same_seeds_give_the_same_bytes(dataset, tmp_path, settings):
    files = [
        write(tmp_path / str(number) / "seeds-000-001.parquet", dataset, [0, 1], **settings) for number in (1, 2)
    ]
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize("settings", [{}, RICH], ids=["cnn", "timm"])
def test_a_network_does_not_depend_on_its_shard(dataset, settings):
    together = trained(dataset, range(10), **settings)
    assert len({predictions["train"].tobytes() for predictions in together.values()}) == 10
    for seed in (0, 4, 9):
        torch.rand(seed + 1)  # what else drew numbers does not matter either
        assert equal(trained(dataset, [seed], **settings)[seed], together[seed])


def test_an_evaluation_point_more_changes_no_other(dataset):
    few = trained(dataset, [0], evaluate_at=[1, 4], **RICH)[0]
    many = trained(dataset, [0], evaluate_at=[0, 0.4, 1, 2, 4], **RICH)[0]
    for split in ("train", "test"):
        assert np.array_equal(few[split], many[split][[2, 4]])


def test_streams_are_the_same_on_every_machine_and_unlike_each_other():
    assert stream_seed(0, "order") == 2774440215086976078
    seeds = {
        stream_seed(seed, stream) for seed in range(100) for stream in ("initialisation", "order", "augmentation")
    }
    assert len(seeds) == 300
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_only_what_varies_is_drawn_from_the_own_seed():
    alone = stream_seeds(7, ["order"])
    assert alone == stream_seeds(0, ["order"]) | {"order": stream_seed(7, "order")}


@pytest.mark.parametrize("vary", ["initialisation", "order", "augmentation"])
def test_each_stream_alone_makes_networks_differ(dataset, vary):
    both = trained(dataset, [0, 1], vary=[vary], model="linear")
    assert not equal(both[0], both[1])
    untrained = [both[seed]["train"][0] for seed in (0, 1)]
    assert np.array_equal(*untrained) == (vary != "initialisation")


def test_streams_that_the_recipe_does_not_use_move_nothing(dataset):
    both = trained(dataset, [0, 1], vary=["augmentation"], flip=False, shift=0)
    assert equal(both[0], both[1])


def test_flip_mirrors_about_half_of_the_images():
    pixels = torch.arange(1000 * 2 * 3 * 4).reshape(1000, 2, 3, 4)
    flipped = augmentation.flip(pixels, torch.Generator().manual_seed(0))
    mirrored = (flipped == pixels.flip(-1)).flatten(1).all(1)
    kept = (flipped == pixels).flatten(1).all(1)
    assert torch.all(mirrored ^ kept)
    assert 450 < mirrored.sum() < 550


def test_shift_moves_whole_images_and_brings_in_zeros():
    pixels = torch.arange(1, 31, dtype=torch.uint8).reshape(1, 1, 5, 6).repeat(500, 2, 1, 1)
    shifted = augmentation.shift(pixels, 1, torch.Generator().manual_seed(0))
    padded = torch.nn.functional.pad(pixels[0], (1, 1, 1, 1))
    allowed = {padded[:, y : y + 5, x : x + 6].numpy().tobytes() for y in range(3) for x in range(3)}
    assert {image.numpy().tobytes() for image in shifted} == allowed
