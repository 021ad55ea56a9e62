"""A dataset of bright patches that networks learn in seconds, and the identity of what is trained on it."""

import numpy as np

from learnorder.datasets.canonical import Dataset, Split


def dataset_of_patches() -> Dataset:
    """Three classes that differ by the place of a bright patch, on noise."""
    random = np.random.default_rng(0)
    splits = {}
    for split, n in (("train", 90), ("test", 40)):
        labels = np.arange(n) % 3
        images = random.integers(0, 120, (n, 1, 8, 8))
        for label in range(3):
            images[labels == label, :, 2 * label : 2 * label + 3, 2:6] += 90
        splits[split] = Split(images.astype(np.uint8), labels, np.arange(n))
    return Dataset(splits, ["a", "b", "c"], checksum="0")


def identity(model="cnn", options=None, library="learnorder", takes="images", stacked=1, **recipe):
    return {
        "training_version": 1,
        "dataset": {"name": "patches", "classes": ["a", "b", "c"], "examples": {"train": 90, "test": 40}},
        "architecture": {
            "name": model,
            "library": library,
            "model": model,
            "takes": takes,
            "options": options or {},
            "stacked": stacked,
        },
        "also_predict": [],
        "recipe": {
            "name": "tiny",
            "clock": "epochs",
            "epochs": 4,
            "evaluate_at": [0, 0.4, 1, 4],
            "batch_size": 16,
            "optimiser": "sgd",
            "learning_rate": 0.05,
            "momentum": 0.9,
            "nesterov": False,
            "weight_decay": 0.0,
            "schedule": "constant",
            "step_at": [],
            "warm_up": 0,
            "label_smoothing": 0,
            "cutout": 0,
            "dropout": 0,
            "train_examples": 0,
            "train_examples_drawn": "shared",
            "precision": "float32",
            "batch_norm": "running",
            "whitening": False,
            "record": [],
            "flip": True,
            "shift": 1,
            "vary": ["initialisation", "order", "augmentation"],
        }
        | recipe,
    }


def equal(one, other):
    return all(np.array_equal(one[split], other[split]) for split in ("train", "test"))
