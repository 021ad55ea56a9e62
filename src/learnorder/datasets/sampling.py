"""Samples of examples in proportion to their classes."""

import numpy as np


def stratified(labels: np.ndarray, size: int, generator: np.random.Generator) -> np.ndarray:
    """Rows of exactly `size` of the examples, rising, as nearly in proportion to the classes as whole numbers go.

    Each class gets its proportion rounded down, and those with the largest remainders one more.
    """
    classes, counts = np.unique(labels, return_counts=True)
    exact = size * counts / counts.sum()
    sizes = np.floor(exact).astype(int)
    first = np.argsort(sizes - exact, kind="stable")[: size - sizes.sum()]
    sizes[first] += 1
    rows = [
        generator.choice(np.flatnonzero(labels == label), wanted, replace=False)
        for label, wanted in zip(classes, sizes, strict=True)
    ]
    return np.sort(np.concatenate(rows))


def disjoint_part(labels: np.ndarray, of: int, number: int, generator: np.random.Generator) -> np.ndarray:
    """Rows, rising, of part `number`, from 1, where all examples are dealt to `of` parts.

    The parts are disjoint and hold all examples. They differ by at most one example, and so do their classes.
    """
    dealt = [generator.permutation(np.flatnonzero(labels == label)) for label in np.unique(labels)]
    return np.sort(np.concatenate(dealt)[number - 1 :: of])
