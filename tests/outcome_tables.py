"""Outcome tables of a small dataset, as tests of what is in them write them."""

import copy

import numpy as np

from learnorder import outcomes
from learnorder.datasets.canonical import Dataset, Split

IDENTITY = {
    "training_version": 1,
    "dataset": {"name": "small", "classes": ["a", "b", "c"], "examples": {"train": 3, "test": 2}},
    "architecture": {"name": "cnn", "model": "cnn"},
    "recipe": {"name": "sgd", "clock": "epochs", "evaluate_at": [0.5, 1], "learning_rate": 0.1},
    "also_predict": [],
}
LABELS = {"train": np.array([0, 1, 2]), "test": np.array([2, 0])}


def dataset(classes=3, trained=None, checksum="0"):
    splits = {
        split: Split(np.empty((len(labels), 0)), labels, labels, (trained or {}).get(split))
        for split, labels in LABELS.items()
    }
    return Dataset(splits, [str(label) for label in range(classes)], checksum=checksum)


def network(seed):
    return {"seed": predictions(seed)}


def predictions(seed):
    return {"train": (np.arange(6).reshape(2, 3) + seed) % 3, "test": (np.arange(4).reshape(2, 2) + seed) % 3}


def write(folder, first=0, last=1, identity=IDENTITY, network=network, **about):
    path = folder / f"seeds-{first:03d}-{last:03d}.parquet"
    outcomes.write(
        path,
        dataset=dataset(**about),
        kept={seed: network(seed) for seed in range(first, last + 1)},
        identity=identity,
        environment={"torch": "2", "device": "cpu"},
    )
    return path


def other(**settings):
    identity = copy.deepcopy(IDENTITY)
    identity["recipe"] |= settings
    return identity
