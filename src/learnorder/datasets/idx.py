"""MNIST's format: a big-endian header of magic number and sizes, then bytes; gzipped."""

import gzip
import struct
import zlib
from pathlib import Path

import numpy as np

from learnorder.datasets.canonical import Dataset, Split
from learnorder.errors import UserError

UNSIGNED_BYTE = 0x08


def read_array(path: Path) -> np.ndarray:
    """The uint8 array of an IDX file, in the shape its header gives.

    Source of the format: LeCun, Cortes and Burges, "The MNIST database".
    """
    try:
        content = gzip.decompress(Path(path).read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"{path}: not a whole gzip file ({error})") from None
    zeros, kind, dimensions = struct.unpack(">HBB", content[:4].ljust(4, b"\xff"))
    sizes = np.frombuffer(content[4 : 4 + 4 * dimensions], dtype=">u4").astype(int)
    data = np.frombuffer(content[4 + 4 * dimensions :], dtype=np.uint8)
    if zeros != 0 or kind != UNSIGNED_BYTE or len(sizes) != dimensions or sizes.prod() != data.size:
        raise UserError(f"{path}: not an IDX file of unsigned bytes (its header does not fit its size)")
    return data.reshape(sizes)


def read(entry: dict, sources) -> Dataset:
    """Dataset from the four files `train_images`, `train_labels`, `test_images` and `test_labels`."""
    paths = {part: sources.fetch(file) for part, file in entry["files"].items()}
    splits = {}
    for split in ("train", "test"):
        images = read_array(paths[f"{split}_images"])[:, np.newaxis]
        labels = read_array(paths[f"{split}_labels"])
        splits[split] = Split(images, labels, source=np.arange(len(labels)))
    return Dataset(splits, entry["classes"])
