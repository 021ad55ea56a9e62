"""Wrong labels to train on."""

from dataclasses import replace

import numpy as np

from learnorder.datasets.canonical import Dataset
from learnorder.errors import UserError


def redrawn(dataset: Dataset, share: float, seed: int) -> Dataset:
    """Dataset with `trained_labels`: of the n train labels round(share · n) are wrong; `labels` stay true.

    Each wrong label is uniform over the other classes. So share 1 leaves no label right, which is information
    too: labels that say nothing, uniform over all k classes, are those of share (k - 1) / k. With one seed the
    wrong labels of a smaller share are among those of a larger one.

    Raises a `UserError` if labels were redrawn before, or if there is no other class.
    """
    train, classes = dataset.splits["train"], len(dataset.classes)
    if train.trained_labels is not None:
        raise UserError(
            f"label_noise is {share}, of labels that label_noise of the origin redrew; allowed: one of both"
        )
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
    return replace(dataset, splits=dataset.splits | {"train": replace(train, trained_labels=trained)})
