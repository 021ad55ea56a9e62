"""Features that were computed elsewhere: vectors of numbers, in a file of numpy's or of Parquet per split."""

import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from learnorder.datasets.canonical import SPLITS, Dataset, Split
from learnorder.errors import UserError

FEATURES, LABELS = "features", "labels"
ALLOWED = {
    ".npz": f"`{FEATURES}`, n × d numbers, and `{LABELS}`, n integers from 0",
    ".parquet": f"`{FEATURES}`, a list in each row, or a column per feature; and `label`, integers",
}


def read(entry: dict, sources) -> Dataset:
    """Dataset from a file per split, `.npz` or `.parquet`; kept as float32, n × d × 1 × 1.

    The names of the classes are the entry's, else the labels. The source of an example is its row.
    """
    splits = {}
    for split in SPLITS:
        path = sources.mirror(entry[split])
        features, labels = _from_numpy(path) if path.suffix == ".npz" else _from_parquet(path)
        splits[split] = _split(path, features, labels)
    train, test = (splits[split].inputs.shape[1] for split in SPLITS)
    if train != test:
        raise UserError(
            f"{entry['test']}: {test} features, the train split has {train}; allowed: the same in both splits"
        )
    highest = max(int(split.labels.max()) for split in splits.values())
    return Dataset(splits, entry.get("classes") or [str(label) for label in range(highest + 1)])


def vectors(features: np.ndarray) -> np.ndarray:
    """Features, n × d, as inputs of networks: images of one pixel with d channels."""
    return np.ascontiguousarray(features, dtype=np.float32)[:, :, np.newaxis, np.newaxis]


def _split(path: Path, features: np.ndarray, labels: np.ndarray) -> Split:
    allowed = f"allowed: {ALLOWED.get(path.suffix, ALLOWED['.parquet'])}"
    if features.ndim != 2 or features.dtype.kind not in "fiub" or 0 in features.shape:
        raise UserError(
            f"{path}: features are {features.dtype} of shape {'×'.join(map(str, features.shape))}; {allowed}"
        )
    if labels.ndim != 1 or labels.dtype.kind not in "iu" or len(labels) != len(features):
        raise UserError(
            f"{path}: labels are {labels.dtype} of shape {'×'.join(map(str, labels.shape))}, of {len(features)} "
            f"examples; {allowed}"
        )
    wrong = np.flatnonzero(~np.isfinite(features).all(axis=1))
    if len(wrong):
        raise UserError(f"{path} row {wrong[0]}: a feature is no finite number; allowed: finite numbers")
    return Split(vectors(features), labels.astype(np.int64), np.arange(len(labels)))


def _from_numpy(path: Path) -> tuple[np.ndarray, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return arrays[FEATURES], arrays[LABELS]
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{path}: {reason}; allowed: {ALLOWED['.npz']}") from None


def _from_parquet(path: Path) -> tuple[np.ndarray, np.ndarray]:
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{path}: not a whole file of Parquet ({reason}); allowed: .npz or .parquet") from None
    label = next((name for name in ("label", LABELS) if name in table.column_names), None)
    columns = [name for name in table.column_names if name != label]
    if label is None or not columns or any(table[name].null_count for name in table.column_names):
        raise UserError(
            f"{path}: columns {', '.join(table.column_names)}; allowed: {ALLOWED['.parquet']}, without gaps"
        )
    labels = table[label].to_numpy()
    if FEATURES in columns:
        rows = table[FEATURES].to_pylist()
        if len({len(row) if isinstance(row, list) else 0 for row in rows}) != 1:
            raise UserError(f"{path}: rows of `{FEATURES}` differ in length; allowed: {ALLOWED['.parquet']}")
        return np.array(rows), labels
    return np.column_stack([table[name].to_numpy() for name in columns]), labels
