"""The inputs of a dataset as scikit-learn takes them: one row per example, one column per feature."""

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from learnorder.datasets.canonical import PADDING, Dataset
from learnorder.errors import UserError

Matrix = np.ndarray | sparse.csr_array
BRIGHTEST = 255
LARGEST_DENSE = 2**30
"""Bytes up to which a bag of words is written out for a learner that takes no sparse matrix."""


def features(dataset: Dataset, others: Mapping[str, Dataset], dense: bool) -> dict[str, Matrix]:
    """Features, float32, of both splits and of the test split of each other dataset, by split or name.

    Images: their pixels in [0, 1], channel by channel, row by row. Features: as they are. Texts: how often each
    word of the vocabulary occurs, a sparse matrix, or a `dense` one if asked for. Raises a `UserError` for another
    dataset whose inputs are not of the same kind, and for texts that would take more than 1 GiB as a dense matrix.
    """
    inputs = {name: split.inputs for name, split in dataset.splits.items()}
    for name, other in others.items():
        if (other.vocabulary, other.shape) != (dataset.vocabulary, dataset.shape):
            raise UserError(
                f"configuration: also_predict has {name}, with inputs of shape {_times(other.shape)}"
                f"{' and a vocabulary of its own' if other.is_text else ''}; "
                f"allowed: inputs like those trained on, of shape {_times(dataset.shape)}"
            )
        inputs[name] = other.splits["test"].inputs
    if not dataset.is_text:
        return {name: _pixels(images[:]) for name, images in inputs.items()}
    words = len(dataset.vocabulary)
    if not dense:
        return {name: _bag_of_words(texts[:], words) for name, texts in inputs.items()}
    most = LARGEST_DENSE // (4 * sum(map(len, inputs.values())))
    if words > most:
        raise UserError(
            f"configuration: a vocabulary of {words} words is too large for a learner of dense features; "
            f"allowed: up to {most} for so many texts; set `words` of the dataset, or take another architecture"
        )
    return {name: _bag_of_words(texts[:], words).toarray() for name, texts in inputs.items()}


def _pixels(images: np.ndarray) -> np.ndarray:
    rows = images.reshape(len(images), -1).astype(np.float32)
    return rows if images.dtype.kind == "f" else rows / BRIGHTEST


def _bag_of_words(texts: np.ndarray, words: int) -> sparse.csr_array:
    """Counts of words, n × words, without the padding; `texts`: n × length."""
    row, place = np.nonzero(texts != PADDING)
    # Trees and the linear SVM take sparse matrices with indices of 32 bits alone.
    where = row.astype(np.int32), texts[row, place].astype(np.int32)
    # Words that occur twice stand twice among the coordinates, which the conversion sums.
    return sparse.coo_array((np.ones(len(row), np.float32), where), shape=(len(texts), words)).tocsr()


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
