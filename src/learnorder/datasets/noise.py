"""Images of noise with random labels: nothing to learn, all to memorise."""

import numpy as np

from learnorder.datasets.canonical import Dataset, Split
from learnorder.datasets.generated import GREYS, stream


def read(entry: dict, sources) -> Dataset:
    """Each pixel uniform over the grey levels; the labels in random order, as many of each."""
    classes = entry["number_of_classes"]
    splits = {}
    for split, n in entry["examples"].items():
        random = stream(entry["seed"], split)
        labels = random.permutation(np.arange(n) % classes)
        images = random.integers(0, GREYS, (n, *entry["shape"]), dtype=np.uint8, endpoint=True)
        splits[split] = Split(images, labels, source=np.arange(n))
    return Dataset(splits, [str(label) for label in range(classes)])
