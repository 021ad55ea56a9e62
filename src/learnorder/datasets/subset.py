"""A part of another dataset: some of its classes, some of its examples."""

import numpy as np

from learnorder.datasets.canonical import Dataset, Split
from learnorder.datasets.encoded import EncodedImages, EncodedStream
from learnorder.datasets.generated import stream
from learnorder.datasets.sampling import disjoint_part, stratified
from learnorder.errors import UserError, suggestion


def read(entry: dict, sources) -> Dataset:
    """The examples of `classes`, in that order, or of a `superclass`; of them so many `examples`, in proportion.

    A `part` of them are the train examples of one of several disjoint parts.

    Examples stay in the order of the origin, with their `source`, trained labels, vocabulary and encoding.
    """
    origin = sources.origin(entry["of"])
    part = f"a subset of {entry['of']}"
    if "parts" in entry:
        raise UserError(
            f"{part}: it stands for {entry['parts']} parts; allowed: in `collections`, or one `part` of them"
        )
    kept = _kept_classes(part, origin, entry)
    splits = {}
    for split, data in origin.splits.items():
        rows = np.flatnonzero(np.isin(data.labels, kept))
        if split == "train" and "part" in entry:
            rows = rows[
                disjoint_part(data.labels[rows], **entry["part"], generator=stream(entry["seed"], "parts"))
            ]
        if wanted := entry.get("examples", {}).get(split):
            if wanted > len(rows):
                raise UserError(
                    f"{part}: examples.{split} is {wanted}; allowed: at most {len(rows)}, all of its classes"
                )
            rows = rows[stratified(data.labels[rows], wanted, stream(entry["seed"], split))]
        splits[split] = _rows(part, data, rows, kept, len(origin.classes))
    return Dataset(
        splits,
        classes=[origin.classes[label] for label in kept],
        superclasses=[origin.superclasses[label] for label in kept] if origin.superclasses else [],
        vocabulary=origin.vocabulary,
    )


def _kept_classes(part: str, origin: Dataset, entry: dict) -> list[int]:
    """Labels, in the origin, of the classes that are kept, in their new order."""
    if "classes" in entry and "superclass" in entry:
        raise UserError(
            f"{part}: it has classes {entry['classes']} and superclass '{entry['superclass']}'; "
            "allowed: one of both"
        )
    if "classes" in entry:
        for name in entry["classes"]:
            if name not in origin.classes:
                raise UserError(f"{part}: classes has '{name}'; {suggestion(name, origin.classes)}")
        return [origin.classes.index(name) for name in entry["classes"]]
    if "superclass" not in entry:
        return list(range(len(origin.classes)))
    name = entry["superclass"]
    if not origin.superclasses:
        raise UserError(f"{part}, which has no superclasses: superclass is '{name}'; allowed: `classes` instead")
    if name not in origin.superclasses:
        raise UserError(f"{part}: superclass is '{name}'; {suggestion(name, set(origin.superclasses))}")
    kept = [label for label, superclass in enumerate(origin.superclasses) if superclass == name]
    if len(kept) < 2:
        raise UserError(f"{part}: superclass is '{name}', of one class; allowed: one of 2 classes or more")
    return kept


def _rows(part: str, data: Split, rows: np.ndarray, kept: list[int], classes: int) -> Split:
    """Some rows of a split, with the labels that they have among the kept classes."""
    new = np.full(classes, -1)
    new[kept] = np.arange(len(kept))
    trained = None if data.trained_labels is None else new[data.trained_labels[rows]]
    if trained is not None and trained.min(initial=0) < 0:
        raise UserError(
            f"{part}: its label_noise drew trained labels of classes that are left out; "
            "allowed: label_noise of the subset, on an origin without"
        )
    return Split(_inputs(data.inputs, rows), new[data.labels[rows]], data.source[rows], trained)


def _inputs(inputs: np.ndarray | EncodedImages, rows: np.ndarray) -> np.ndarray | EncodedStream:
    """Encoded images stay encoded, and are read only when they are written."""
    if isinstance(inputs, EncodedImages):
        return EncodedStream(map(inputs.encoded, rows), len(rows), inputs.image_shape)
    return inputs if len(rows) == len(inputs) else inputs[rows]
