"""What networks see: mini-batches of normalised images, or of texts."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import torch

from learnorder.datasets.canonical import Dataset
from learnorder.datasets.encoded import EncodedImages
from learnorder.errors import UserError

VALUES = 256
LARGEST_WHITENED = 4096
# Relative to the mean variance: keeps directions without any variance from being blown up to unit variance.
WHITENING_FLOOR = 1e-3
BATCH = 1000
FLOAT_BYTES = 4
MOST_NORMALISED_BYTES = 2**30
"""Sets of up to so many bytes are also kept as they are after normalisation."""


class Images:
    """Images of one split, uint8, n × channels × height × width, in memory or decoded as they are asked for.

    `images[rows]`: normalised. They are kept normalised too where that is asked for, so that it is done once.
    `workers`: number of threads that decode.
    """

    def __init__(self, images: np.ndarray | EncodedImages, workers: int = 1):
        self.images = images if isinstance(images, EncodedImages) else torch.from_numpy(np.array(images))
        self.decoding = ThreadPoolExecutor(workers) if isinstance(images, EncodedImages) else None
        self.workers = workers
        self._ahead: list[tuple[torch.Tensor | slice, list[Future]]] = []
        self.device = self.home = torch.device("cpu")
        self.normalise: Normalisation | None = None
        self.normalised: torch.Tensor | None = None

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, rows: torch.Tensor | slice) -> torch.Tensor:
        if self.normalised is not None:
            return _rows(self.normalised, rows)
        return self.normalise(self.pixels(rows))

    def pixels(self, rows: torch.Tensor | slice) -> torch.Tensor:
        """The images as they are, uint8."""
        if isinstance(self.images, torch.Tensor):
            found = _rows(self.images, rows)
        else:
            found = torch.from_numpy(np.concatenate([part.result() for part in self._begun(rows)]))
        return found.to(self.device, non_blocking=True)

    def prefetch(self, rows: torch.Tensor | slice) -> None:
        """Start to decode rows that will be asked for soon."""
        if self.decoding:
            self._ahead.append((rows, self._decoded(rows)))

    def _begun(self, rows: torch.Tensor | slice) -> list[Future]:
        """What decodes these rows: begun before, or now."""
        for place, (asked_for, parts) in enumerate(self._ahead):
            if _equal(asked_for, rows):
                del self._ahead[place]
                return parts
        return self._decoded(rows)

    def _decoded(self, rows: torch.Tensor | slice) -> list[Future]:
        numbers = np.arange(len(self))[rows if isinstance(rows, slice) else rows.numpy()]
        return [
            self.decoding.submit(self.images.__getitem__, part) for part in np.array_split(numbers, self.workers)
        ]

    @property
    def is_features(self) -> bool:
        """Whether they are features, float32, n × features × 1 × 1."""
        return isinstance(self.images, torch.Tensor) and self.images.is_floating_point()

    @property
    def values(self) -> int:
        """Number of values of all images."""
        return torch.Size(self.images.shape).numel()

    def ready(self, normalise: "Normalisation", device: torch.device, fits: bool, keep_normalised: bool) -> None:
        """Be normalised by the train set; on the device that trains if it `fits` there, else in memory."""
        self.device, self.normalise = device, normalise
        if isinstance(self.images, torch.Tensor):
            self.images = self.images.to(device) if fits else self.images.pin_memory()
            self.home = self.images.device
            if fits and keep_normalised:
                batches = (slice(first, first + BATCH) for first in range(0, len(self), BATCH))
                self.normalised = torch.cat([normalise(self.pixels(rows)) for rows in batches])


class Words:
    """Texts of one split, n × length word numbers."""

    def __init__(self, texts: np.ndarray):
        self.texts = torch.from_numpy(texts.astype(np.int32))
        self.device = self.home = torch.device("cpu")

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, rows: torch.Tensor | slice) -> torch.Tensor:
        return self.texts[rows].long()

    def prefetch(self, rows: torch.Tensor | slice) -> None:
        """Texts are always at hand."""

    def ready(self, device: torch.device) -> None:
        """Be on the device that trains."""
        self.texts = self.texts.to(device)
        self.device = self.home = device


def load(
    dataset: Dataset,
    others: Mapping[str, Dataset],
    recipe: Mapping[str, Any],
    device: torch.device,
    workers: int = 1,
) -> dict[str, Images | Words]:
    """Inputs of the train and the test split, and of the test splits of other datasets, by name."""
    for name, other in others.items():
        if other.shape != dataset.shape or other.is_text != dataset.is_text:
            raise UserError(
                f"configuration: also_predict has {name}, of shape {other.shape}; "
                f"allowed: the shape of the dataset that is trained on, {dataset.shape}"
            )
    arrays = {name: split.inputs for name, split in dataset.splits.items()}
    arrays |= {name: other.splits["test"].inputs for name, other in others.items()}
    if dataset.is_text:
        texts = {name: Words(array) for name, array in arrays.items()}
        for split in texts.values():
            split.ready(device)
        return texts
    images = {name: Images(array, workers) for name, array in arrays.items()}
    normalise = Normalisation(images["train"], recipe).to(device)
    values = sum(split.values for split in images.values())
    keep = values * FLOAT_BYTES <= MOST_NORMALISED_BYTES
    fits = _fits(values * (1 + FLOAT_BYTES * keep), device)
    for split in images.values():
        split.ready(normalise, device, fits, keep)
    return images


def _equal(one: torch.Tensor | slice, other: torch.Tensor | slice) -> bool:
    if isinstance(one, slice) or isinstance(other, slice):
        return isinstance(one, slice) and isinstance(other, slice) and one == other
    return torch.equal(one, other)


def _rows(tensor: torch.Tensor, rows: torch.Tensor | slice) -> torch.Tensor:
    """Indexing, three times as fast."""
    return tensor[rows] if isinstance(rows, slice) else tensor.index_select(0, rows)


def _fits(size: int, device: torch.device) -> bool:
    """Whether the device has room for so many bytes of images beside the networks."""
    return device.type == "cpu" or size < torch.cuda.mem_get_info(device)[0] / 4


class Normalisation:
    """Pixels to float images of mean 0 and deviation 1 per channel over the train set, or whitened by it."""

    def __init__(self, train: Images, recipe: Mapping[str, Any]):
        self.mean, self.deviation = _moments(train)
        self.whitening = None  # while its matrix is made, of images that are only normalised
        if recipe["whitening"]:
            self.whitening = _zca(train, self)

    def to(self, device: torch.device) -> "Normalisation":
        """Itself, with what it computes with on that device."""
        self.mean, self.deviation = self.mean.to(device), self.deviation.to(device)
        if self.whitening is not None:
            self.whitening = self.whitening.to(device)
        return self

    def __call__(self, pixels: torch.Tensor) -> torch.Tensor:
        """Float images, in the layout that convolutions want."""
        images = (pixels.float() - self.mean) / self.deviation
        if self.whitening is not None:
            images = (images.flatten(1) @ self.whitening).reshape(images.shape)
        return images.to(memory_format=torch.channels_last)


def _batches(images: Images):
    return (images.pixels(slice(first, first + BATCH)) for first in range(0, len(images), BATCH))


def _moments(train: Images) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and deviation of each channel, 1 × channels × 1 × 1.

    From its histogram, which is exact whatever the order of the sum; of features, which have none, by batches.
    """
    if train.is_features:
        return _moments_of_features(train)
    counts = sum(
        torch.stack([torch.bincount(channel, minlength=VALUES) for channel in pixels.transpose(0, 1).flatten(1)])
        for pixels in _batches(train)
    ).double()
    values = torch.arange(VALUES, dtype=torch.double)
    mean = (counts @ values) / counts.sum(1)
    variance = (counts @ values**2) / counts.sum(1) - mean**2
    # A channel of one value stays as it is.
    deviation = variance.clamp(min=1).sqrt()
    return mean.float().reshape(1, -1, 1, 1), deviation.float().reshape(1, -1, 1, 1)


def _moments_of_features(train: Images) -> tuple[torch.Tensor, torch.Tensor]:
    mean = sum(batch.double().sum(0) for batch in _batches(train)) / len(train)
    variance = sum((batch.double() - mean).square().sum(0) for batch in _batches(train)) / len(train)
    # A feature that does not vary stays as it is.
    deviation = torch.where(variance > 0, variance, 1).sqrt()
    return mean.float().reshape(1, -1, 1, 1), deviation.float().reshape(1, -1, 1, 1)


def _zca(train: Images, normalisation: Normalisation) -> torch.Tensor:
    """Matrix of ZCA whitening of the normalised train images, Σ^(-1/2), d × d for d values of an image.

    Source: Bell and Sejnowski 1997; as a control of the learning order, Hacohen and Weinshall 2022.
    """
    values = train.pixels(slice(1)).numel()
    if values > LARGEST_WHITENED:
        raise UserError(
            f"recipe: whitening of images of {values} values; allowed: up to {LARGEST_WHITENED}, "
            "since its matrix has the square of that"
        )
    covariance = torch.zeros(values, values, dtype=torch.double)
    for pixels in _batches(train):
        images = normalisation(pixels).flatten(1).double()
        covariance += images.T @ images
    variances, directions = torch.linalg.eigh(covariance / len(train))
    scale = (variances.clamp(min=0) + WHITENING_FLOOR * variances.mean()).rsqrt()
    return ((directions * scale) @ directions.T).float()
