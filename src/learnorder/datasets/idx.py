"""MNIST's format: a big-endian header of magic number and sizes, then bytes; mostly gzipped."""

import gzip
import struct
import zlib
from pathlib import Path

import numpy as np

from learnorder.datasets import files
from learnorder.datasets.canonical import Dataset, Split
from learnorder.errors import UserError

UNSIGNED_BYTE = 0x08
PACKED, GZIP = ".gz", b"\x1f\x8b"


def read_array(path: Path) -> np.ndarray:
    """The uint8 array of an IDX file, gzipped or not, in the shape its header gives.

    Source of the format: LeCun, Cortes and Burges, "The MNIST database".
    """
    try:
        content = _unpacked(Path(path))
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"{path}: not a whole gzip file ({error})") from None
    zeros, kind, dimensions = struct.unpack(">HBB", content[:4].ljust(4, b"\xff"))
    sizes = np.frombuffer(content[4 : 4 + 4 * dimensions], dtype=">u4").astype(int)
    data = np.frombuffer(content[4 + 4 * dimensions :], dtype=np.uint8)
    if zeros != 0 or kind != UNSIGNED_BYTE or len(sizes) != dimensions or sizes.prod() != data.size:
        raise UserError(f"{path}: not an IDX file of unsigned bytes (its header does not fit its size)")
    return data.reshape(sizes)


def _unpacked(path: Path) -> bytes:
    content = path.read_bytes()
    # No IDX file begins with these two bytes, which all gzip files do.
    return gzip.decompress(content) if path.suffix == PACKED or content.startswith(GZIP) else content


def _content(file: dict, checksum: str | None) -> dict:
    """How the same content is known under other names."""
    if not checksum:
        return {}

    def is_content(path: Path) -> bool:
        try:
            return path.is_file() and files.is_same(_unpacked(path), checksum)
        except (OSError, EOFError, zlib.error):
            return False

    unpacked = file["name"].removesuffix(PACKED)
    return {"also": [unpacked, unpacked.replace("-idx", ".idx")], "is_content": is_content}


def read(entry: dict, sources) -> Dataset:
    """Dataset from the four files `train_images`, `train_labels`, `test_images` and `test_labels`.

    They may also be gzipped again, or unpacked, where the entry has the checksums of their `contents`.
    """
    paths = {
        part: sources.fetch(file, **_content(file, entry.get("contents", {}).get(part)))
        for part, file in entry["files"].items()
    }
    splits = {}
    for split in ("train", "test"):
        images = read_array(paths[f"{split}_images"])[:, np.newaxis]
        labels = read_array(paths[f"{split}_labels"])
        splits[split] = Split(images, labels, source=np.arange(len(labels)))
    return Dataset(splits, entry["classes"])
