"""A few of many, evenly chosen: where all would be too many to draw or to write."""

import numpy as np


def places(number: int, most: int) -> list[int]:
    """At most `most` of the places 0 to `number` − 1: the first, the last and between them at even distances."""
    return np.unique(np.linspace(0, number - 1, min(number, most)).round().astype(int)).tolist()
