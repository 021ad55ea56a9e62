"""The 1,797 handwritten digits that scikit-learn carries: no download."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from learnorder.datasets.canonical import Dataset, Split

LARGEST_VALUE = 16
SPLIT_SEED = 0


def read(entry: dict, sources) -> Dataset:
    """A stratified, seeded split. ASSUME: UCI's own split by writer is not in scikit-learn's copy."""
    digits = load_digits()
    images = np.round(digits.images * 255 / LARGEST_VALUE).astype(np.uint8)[:, np.newaxis]
    rows, wanted = np.arange(len(images)), entry["examples"]["test"]
    train, test = train_test_split(rows, test_size=wanted, stratify=digits.target, random_state=SPLIT_SEED)
    chosen = {"train": np.sort(train), "test": np.sort(test)}
    splits = {split: Split(images[rows], digits.target[rows], source=rows) for split, rows in chosen.items()}
    return Dataset(splits, entry["classes"])
