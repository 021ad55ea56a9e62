"""How difficult an example is for its inputs alone: three scores that need no network.

Inputs are those that networks see: pixels of mean 0 and deviation 1 per channel over the train split; or of a
text the counts of its words, weighted by their rarity among the train texts and scaled to length 1 (tf-idf), so
that a distance does not measure how long a text is. Labels are the true ones.
"""

import numpy as np
import polars as pl
import torch
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import Ridge
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.model_selection import KFold
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

from learnorder.datasets import inputs
from learnorder.datasets.canonical import SPLITS, Dataset
from learnorder.datasets.rows import Matrix, features
from learnorder.errors import UserError

NEIGHBOURS = 10
FOLDS = 5
FOLDS_SEED = 0
LARGEST = 2 * 2**30
"""Bytes of pixels as float32 up to which they are held at once."""


def baselines(dataset: Dataset) -> pl.DataFrame:
    """One row per (split, example), with its `label` and three scores.

    - `class_mean_distance`: Euclidean distance to the mean of its class over the train split; null for a class
      that is not there. Large: hard.
    - `neighbour_purity`: share of the 10 nearest train examples, itself not among them, that have its label, in
      [0, 1]; of fewer, where there are not so many. Large: easy.
    - `linear_margin`: score of its label less the largest other score of a linear model of the labels; above 0
      where the model is right. Large: easy. A train example is judged by a model of the other four fifths, or of
      all others where there are fewer than five. Null where there is but one class.

    Raises a `UserError` for images that together would take more than 2 GiB, and for a single train example.
    """
    if len(dataset.splits["train"].labels) < 2:
        raise UserError("baselines: 1 train example; allowed: at least 2, each is compared with the others")
    x = _inputs(dataset)
    y = {split: np.asarray(dataset.splits[split].labels) for split in SPLITS}
    # The number of threads changes the order of sums, so it may not depend on the machine.
    with threadpool_limits(1):
        scores = {
            "class_mean_distance": _class_mean_distance(x, y),
            "neighbour_purity": _neighbour_purity(x, y),
            "linear_margin": _linear_margin(x, y, len(dataset.classes)),
        }
    return pl.concat(
        pl.DataFrame(
            {
                "split": pl.Series([split] * len(y[split]), dtype=pl.Enum(SPLITS)),
                "example": np.arange(len(y[split]), dtype=np.uint32),
                "label": y[split].astype(np.uint16),
                **{name: score[split].astype(np.float64) for name, score in scores.items()},
            }
        ).fill_nan(None)
        for split in SPLITS
    )


def _inputs(dataset: Dataset) -> dict[str, Matrix]:
    """One row per example, float32, by split."""
    if dataset.is_text:
        counts = features(dataset, {}, dense=False)
        weights = TfidfTransformer().fit(counts["train"])
        return {split: sparse.csr_array(weights.transform(counts[split])) for split in SPLITS}
    examples = sum(len(dataset.splits[split].labels) for split in SPLITS)
    size = 4 * examples * int(np.prod(dataset.shape))
    if size > LARGEST:
        raise UserError(
            f"baselines: {examples} images of shape {dataset.shape} take {size / 2**30:.1f} GiB; "
            f"allowed: up to {LARGEST / 2**30:.0f} GiB; take a subset of the dataset"
        )
    images = inputs.load(dataset, {}, {"whitening": False}, torch.device("cpu"))
    return {split: images[split][:].flatten(1).numpy() for split in SPLITS}


def _class_mean_distance(x: dict[str, Matrix], y: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    distance = {split: np.full(len(labels), np.nan) for split, labels in y.items()}
    for label in np.unique(y["train"]):
        mean = np.asarray(x["train"][y["train"] == label].mean(0)).reshape(1, -1)
        for split, labels in y.items():
            own = labels == label
            if own.any():
                distance[split][own] = euclidean_distances(x[split][own], mean)[:, 0]
    return distance


def _neighbour_purity(x: dict[str, Matrix], y: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    index = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(y["train"]) - 1), algorithm="brute").fit(x["train"])
    # Without an argument: of the train examples themselves, each without itself.
    near = {
        "train": index.kneighbors(return_distance=False),
        "test": index.kneighbors(x["test"], return_distance=False),
    }
    return {split: (y["train"][rows] == y[split][:, np.newaxis]).mean(1) for split, rows in near.items()}


def _linear_margin(x: dict[str, Matrix], y: dict[str, np.ndarray], classes: int) -> dict[str, np.ndarray]:
    """Ridge regression of the classes, one-hot: it has one solution, found at a cost that classes hardly add to.

    A logistic regression of pixels takes hundreds of passes, and stops wherever it is told to.
    """
    wanted = np.eye(classes, dtype=np.float32)[y["train"]]
    scores = np.empty_like(wanted)
    folds = min(FOLDS, len(wanted))
    for others, fold in KFold(folds, shuffle=True, random_state=FOLDS_SEED).split(wanted):
        scores[fold] = _predicted(x["train"][others], wanted[others], x["train"][fold])
    scores = {"train": scores, "test": _predicted(x["train"], wanted, x["test"])}
    return {split: _margin(scores[split], y[split]) for split in SPLITS}


def _predicted(x: Matrix, wanted: np.ndarray, new: Matrix) -> np.ndarray:
    """Scores of new inputs by a ridge regression, one per class."""
    # Penalty: the mean squared length of an input, so that neither their unit nor their number of values matters.
    penalty = float((x**2).sum() / len(wanted))
    return Ridge(alpha=penalty).fit(x, wanted).predict(new).reshape(-1, wanted.shape[1])


def _margin(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    own = np.eye(scores.shape[1], dtype=bool)[labels]
    others = np.where(own, -np.inf, scores).max(1)
    return np.where(np.isfinite(others), scores[own] - others, np.nan)
