"""Images that stay encoded (JPEG, PNG), for sets whose pixels would not fit: decoded when they are asked for."""

import io
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps

from learnorder import atomic

MODES = {1: "L", 3: "RGB"}
# EXIF's orientations by which width and height change places.
TURNED = {5, 6, 7, 8}


class EncodedImages:
    """Images in one file, end to end, with the places where each begins; indexed like a uint8 array.

    `images[rows]` with a slice, an integer array or a boolean one gives uint8, n × channels × height × width.
    All images have one shape.
    """

    dtype = np.dtype(np.uint8)

    def __init__(self, content: np.ndarray, starts: np.ndarray, shape: tuple[int, int, int]):
        self.content, self.starts, self.image_shape = content, starts, shape

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of images, channels, height, width."""
        return (len(self), *self.image_shape)

    def __getitem__(self, rows) -> np.ndarray:
        rows = np.arange(len(self))[rows]
        decoded = [decode(self.encoded(row), channels=self.image_shape[0]) for row in rows]
        return np.stack(decoded) if decoded else np.empty((0, *self.image_shape), np.uint8)

    def encoded(self, row: int) -> bytes:
        """One image as it is stored."""
        return self.content[self.starts[row] : self.starts[row + 1]].tobytes()


def as_shown(image: Image.Image, channels: int) -> Image.Image:
    """An image in grey or colour as a viewer shows it: turned as its EXIF tag says, transparent parts on white."""
    image.load()
    with suppress(Exception):  # a damaged tag, which viewers ignore; Pillow raises errors of many kinds
        image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert(MODES[channels])


def size_as_shown(image: Image.Image) -> tuple[int, int]:
    """Width and height of an image as a viewer shows it, from its header."""
    with suppress(Exception):
        if image.getexif().get(ExifTags.Base.Orientation) in TURNED:
            return image.size[::-1]
    return image.size


def decode(content: bytes, channels: int) -> np.ndarray:
    """Pixels of an encoded image, uint8, channels × height × width; raises PIL's errors."""
    with Image.open(io.BytesIO(content)) as image:
        pixels = np.asarray(as_shown(image, channels))
    return pixels[np.newaxis] if channels == 1 else pixels.transpose(2, 0, 1)


class EncodedStream:
    """Encoded images that are still to be written, one at a time: as many as `length`, all of `shape`."""

    dtype = np.dtype(np.uint8)

    def __init__(self, images: Iterable[bytes], length: int, shape: tuple[int, int, int]):
        self.images, self.shape = images, (length, *shape)

    def __len__(self) -> int:
        return self.shape[0]

    def write(self, content: Path, starts: Path) -> None:
        """Write the images end to end, then where each begins and the last ends."""
        places = [0]
        with atomic.replacing(content) as partial, partial.open("wb") as file:
            for image in self.images:
                file.write(image)
                places.append(places[-1] + len(image))
        with atomic.replacing(starts) as partial, partial.open("wb") as file:
            np.save(file, np.array(places, dtype=np.int64))
