"""Encoded images in folders, archives or tables, as the inputs of a dataset's splits.

Where a size is asked for, the middle square of each image is resized to it, once. Sets whose pixels would take
more than `LARGEST_ARRAYS` stay encoded, as JPEG; others become arrays.
"""

import io
import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError
from tqdm import tqdm

from learnorder.datasets.canonical import Split
from learnorder.datasets.encoded import EncodedStream, as_shown, size_as_shown
from learnorder.datasets.folders import Tree
from learnorder.errors import UserError

# Bytes of pixels, of both splits together.
LARGEST_ARRAYS = 4 * 10**9
JPEG_QUALITY = 95
# Images that are prepared ahead of the one that is written.
BATCH = 256
SECONDS_WITHOUT_PROGRESS_BAR = 10


@dataclass(frozen=True)
class Pictures:
    """The n encoded images of one split, in order.

    `names`: n texts, each once, which become the `source` of the examples; `open` makes a file of one, and may
    be called from several threads. `labels`: n integers. `place`: what stands before a name in a message.
    """

    place: str
    names: list[str]
    labels: np.ndarray
    open: Callable[[str], BinaryIO]

    def __getitem__(self, rows: np.ndarray) -> "Pictures":
        return Pictures(self.place, [self.names[row] for row in rows], self.labels[rows], self.open)


def owners_folder(sources, path: str, way: str) -> Path:
    """A folder that its owners give only to those who ask; `way`: where to get it."""
    try:
        return folder_at(sources, path)
    except UserError as error:
        raise UserError(f"{error}; {way}") from None


def folder_at(sources, path: str) -> Path:
    """A folder of images, where it lies."""
    found = sources.mirror(path)
    if not found.is_dir():
        raise UserError(f"{found}: a file; allowed: a folder of images")
    return found


def in_folder(root: Path, paths: dict[str, Path], labels: np.ndarray) -> Pictures:
    """Images by their names below `root`."""
    return Pictures(f"{root}/", list(paths), labels, open=lambda name: paths[name].open("rb"))


def in_class_folders(tree: Tree, folders: dict[str, Path]) -> Pictures:
    """All files in the folders of some classes, however deep, by class and then by path."""
    of_class = [tree.files(folder) for folder in folders.values()]
    paths = {name: path for files in of_class for name, path in files.items()}
    return in_folder(tree.root, paths, np.repeat(np.arange(len(folders)), list(map(len, of_class))))


def divided(pictures: Pictures, classes: list[str], test_share: float, seed: int) -> dict[str, Pictures]:
    """A train and a test split; of each class `test_share` is drawn for the test split, and at least one image.

    Raises a `UserError` for a class of one image.
    """
    random = np.random.default_rng(seed)
    parts: dict[str, list[np.ndarray]] = {"train": [], "test": []}
    for label, name in enumerate(classes):
        rows = random.permutation(np.flatnonzero(pictures.labels == label))
        if len(rows) < 2:
            raise UserError(
                f"{pictures.place}{pictures.names[rows[0]]}: the only image of class {name}; "
                "allowed: at least 2, one for each split: add one or remove the class"
            )
        tested = min(max(round(test_share * len(rows)), 1), len(rows) - 1)
        parts["test"].append(rows[:tested])
        parts["train"].append(rows[tested:])
    return {split: pictures[np.sort(np.concatenate(rows))] for split, rows in parts.items()}


def splits(pictures: dict[str, Pictures], channels: int, size: int | None = None) -> dict[str, Split]:
    """Splits of images, uint8, of `channels` and `size`×`size` pixels; without `size`, of the one size they have.

    Arrays are decoded here. Of sets that stay encoded only the headers are read here, and each image is resized,
    or decoded to see that it is whole, when it is written. Raises a `UserError` that names an image which cannot
    be decoded, or has another size.
    """
    for split, data in pictures.items():
        if not data.names:
            raise UserError(f"{data.place.rstrip('/')}: no images for the {split} split; allowed: at least one")
    shape = (channels, size, size) if size else _shape_of_first(pictures["train"], channels)
    pixels = math.prod(shape) * sum(len(data.names) for data in pictures.values())
    if pixels <= LARGEST_ARRAYS:
        inputs = {split: _array(data, shape, size) for split, data in pictures.items()}
    else:
        for data in pictures.values():
            for _ in _each(data, partial(_look, data, shape=shape, size=size)):
                pass
        inputs = {
            split: EncodedStream(_Encoded(data, shape, size), len(data.names), shape)
            for split, data in pictures.items()
        }
    return {split: Split(inputs[split], data.labels, np.array(data.names)) for split, data in pictures.items()}


@dataclass(frozen=True)
class _Encoded:
    """The bytes of each image, made anew whenever they are gone through."""

    pictures: Pictures
    shape: tuple[int, int, int]
    size: int | None

    def __iter__(self) -> Iterator[bytes]:
        return _each(self.pictures, self._bytes)

    def _bytes(self, name: str) -> bytes:
        image = _prepared(self.pictures, name, self.shape, self.size)
        if not self.size:  # nothing to change: what has been decoded is whole and stays as it is
            with self.pictures.open(name) as file:
                return file.read()
        content = io.BytesIO()
        image.save(content, "JPEG", quality=JPEG_QUALITY)
        return content.getvalue()


def _array(pictures: Pictures, shape: tuple[int, int, int], size: int | None) -> np.ndarray:
    array = np.empty((len(pictures.names), *shape), np.uint8)
    for row, image in enumerate(_each(pictures, partial(_prepared, pictures, shape=shape, size=size))):
        array[row] = np.asarray(image).reshape(*shape[1:], shape[0]).transpose(2, 0, 1)
    return array


def _each(pictures: Pictures, prepare: Callable[[str], Any]) -> Iterator[Any]:
    """What `prepare` makes of each name, in order; Pillow lets go of the interpreter's lock, so threads help."""
    progress = tqdm(
        desc=pictures.place.rstrip(" /"),
        total=len(pictures.names),
        unit=" images",
        delay=SECONDS_WITHOUT_PROGRESS_BAR,
    )
    with ThreadPoolExecutor() as pool, progress:
        for first in range(0, len(pictures.names), BATCH):
            for prepared in pool.map(prepare, pictures.names[first : first + BATCH]):
                progress.update()
                yield prepared


def _shape_of_first(pictures: Pictures, channels: int) -> tuple[int, int, int]:
    width, height = _taken(pictures, pictures.names[0], partial(as_shown, channels=channels)).size
    return channels, height, width


def _look(pictures: Pictures, name: str, shape: tuple[int, int, int], size: int | None) -> None:
    """Check what the header tells."""
    found = _taken(pictures, name, size_as_shown)
    if not size:
        _check_size(pictures, name, found, shape)


def _prepared(pictures: Pictures, name: str, shape: tuple[int, int, int], size: int | None) -> Image.Image:
    """One image, decoded; its middle square, resized, if there is a `size`."""
    image = _taken(pictures, name, partial(as_shown, channels=shape[0]))
    if size:
        return _square(image, size)
    _check_size(pictures, name, image.size, shape)
    return image


def _taken(pictures: Pictures, name: str, take: Callable[[Image.Image], Any]) -> Any:
    """What `take` makes of an image, which is open meanwhile."""
    called = f"{pictures.place}{name}"
    try:
        with pictures.open(name) as file, Image.open(file) as image:
            if image.mode[0] not in "IF":  # of which Pillow would cut the values off at 255
                return take(image)
    except Exception as error:  # Pillow's decoders raise errors of many kinds on damaged files
        # Where Pillow knows no format, it says nothing else but the path, or a number in memory.
        said = "" if isinstance(error, UnidentifiedImageError) else f": {' '.join(str(error).split())}"
        raise UserError(
            f"{called}: cannot be decoded as an image ({type(error).__name__}{said}); "
            "allowed: a whole file of a format that Pillow reads: repair or remove it"
        ) from None
    raise UserError(f"{called}: pixels of mode {image.mode}; allowed: 8 bits per channel: convert it")


def _check_size(pictures: Pictures, name: str, size: tuple[int, int], shape: tuple[int, int, int]) -> None:
    width, height = size
    if (height, width) != shape[1:]:
        raise UserError(
            f"{pictures.place}{name}: {width}×{height} pixels, the first image has {shape[2]}×{shape[1]}; "
            "allowed: images of one size, or `size` in the dataset's entry"
        )


def _square(image: Image.Image, size: int) -> Image.Image:
    side = min(image.size)
    left, top = ((length - side) // 2 for length in image.size)
    return image.resize((size, size), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side))
