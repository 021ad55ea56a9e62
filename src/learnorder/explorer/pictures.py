"""Pictures of examples, small enough for ten thousand of them in one page."""

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image

from learnorder.datasets.encoded import EncodedImages

LARGEST_PIXELS = 64
"""Longer side up to which pictures are kept as they are."""
QUALITY = 80
"""Of colours: a third of the size of exact ones, and hardly to be told from them. Grey stays exact."""
AT_ONCE = 256


def pictures(inputs: np.ndarray | EncodedImages, rows: np.ndarray) -> Iterator[bytes]:
    """A WebP file of each of these images, uint8, channels × height × width."""
    for start in range(0, len(rows), AT_ONCE):
        yield from map(_picture, inputs[rows[start : start + AT_ONCE]])


def _picture(pixels: np.ndarray) -> bytes:
    grey = len(pixels) == 1
    image = Image.fromarray(pixels[0] if grey else np.ascontiguousarray(pixels.transpose(1, 2, 0)))
    image.thumbnail((LARGEST_PIXELS, LARGEST_PIXELS))
    file = io.BytesIO()
    image.save(file, "WEBP", lossless=grey, quality=QUALITY)
    return file.getvalue()
