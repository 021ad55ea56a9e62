"""Wrong labels to train on."""

from dataclasses import replace

import numpy as np

from learnorder.datasets.canonical import Dataset, Split
from learnorder.errors import UserError


def redrawn(dataset: Dataset, share: float, seed: int) -> Dataset:
    """Dataset with `trained_labels`: of the n train labels round(share · n) are wrong; `labels` stay true.

    Each wrong label is uniform over the other classes. So share 1 leaves no label right, which is information
    too: labels that say nothing, uniform over all k classes, are those of share (k - 1) / k. With one seed the
    wrong labels of a smaller share are among those of a larger one.

    Raises a `UserError` if labels were redrawn before, or if there is no other class.
    """
    train, classes = _true(f"label_noise is {share}", dataset), len(dataset.classes)
    if classes < 2:
        raise UserError(
            f"label_noise is {share}, of {classes} class; allowed: 0, or a dataset of 2 classes or more"
        )
    random = np.random.default_rng(seed)
    wrong = random.permutation(len(train.labels))[: round(share * len(train.labels))]
    labels = train.labels.astype(np.int64)
    others = (labels + random.integers(1, classes, len(labels))) % classes
    trained = labels.copy()
    trained[wrong] = others[wrong]
    return _trained_on(dataset, trained)


def shuffled(dataset: Dataset, seed: int) -> Dataset:
    """Dataset with `trained_labels`: the train labels in another, random order; `labels` stay true.

    Each class keeps its number of labels. By chance some stay right: one in k of k classes of one size.

    Raises a `UserError` if labels were redrawn or shuffled before.
    """
    train = _true("labels is shuffled", dataset)
    return _trained_on(dataset, np.random.default_rng(seed).permutation(train.labels))


def _true(key: str, dataset: Dataset) -> Split:
    """The train split, whose labels nobody has changed yet."""
    train = dataset.splits["train"]
    if train.trained_labels is not None:
        raise UserError(f"{key}, of labels that label_noise or labels of the origin changed; allowed: one of both")
    return train


def _trained_on(dataset: Dataset, labels: np.ndarray) -> Dataset:
    train = replace(dataset.splits["train"], trained_labels=labels)
    return replace(dataset, splits=dataset.splits | {"train": train})
