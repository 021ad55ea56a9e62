"""Gaussian clouds, one a class, as images."""

import numpy as np

from learnorder.datasets.canonical import Dataset, Split
from learnorder.datasets.generated import greys, stream
from learnorder.errors import UserError

CLIPPED_DEVIATIONS = 4


def means(dimension: int, number_of_classes: int, separation: float, seed: int) -> np.ndarray:
    """Class means, classes × dimension: random directions, all at distance `separation` from the centre."""
    directions = stream(seed, "classes").standard_normal((number_of_classes, dimension))
    return separation * directions / np.linalg.norm(directions, axis=1, keepdims=True)


def read(entry: dict, sources) -> Dataset:
    """Classes of unit deviation around their means, as many of each.

    `means` of the entry gives each class one value in every coordinate, in place of random directions. Grey
    levels: four deviations around every mean fit between black and white, one scale for all pixels; a level is
    0.03 to 0.05 deviations, so rounding adds less than 1/1000 to a variance.
    """
    shape, classes = entry["shape"], entry["number_of_classes"]
    dimension = int(np.prod(shape))
    if "means" in entry:
        if len(entry["means"]) != classes:
            raise UserError(
                f"means is {entry['means']}, number_of_classes is {classes}; allowed: a mean for each class"
            )
        centres = np.repeat(np.array(entry["means"], float)[:, np.newaxis], dimension, axis=1)
    else:
        centres = means(dimension, classes, entry["separation"], entry["seed"])
    limit = CLIPPED_DEVIATIONS + np.abs(centres).max()
    splits = {}
    for split, n in entry["examples"].items():
        labels = np.arange(n) % classes
        values = centres[labels] + stream(entry["seed"], split).standard_normal((n, centres.shape[1]))
        splits[split] = Split(greys(values, limit).reshape(n, *shape), labels, source=np.arange(n))
    return Dataset(splits, [str(label) for label in range(classes)])
