"""What networks see: mini-batches of normalised images, or of texts."""

from collections.abc import Mapping
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


class Pixels:
    """Images of one split, uint8, n × channels × height × width: in memory, or decoded as they are asked for."""

    def __init__(self, images: np.ndarray | EncodedImages):
        self.images = images if isinstance(images, EncodedImages) else torch.from_numpy(np.array(images))

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, rows: torch.Tensor | slice) -> torch.Tensor:
        if isinstance(self.images, torch.Tensor):
            return self.images[rows]
        return torch.from_numpy(self.images[rows if isinstance(rows, slice) else rows.numpy()])


class Words:
    """Texts of one split, n × length word numbers."""

    def __init__(self, texts: np.ndarray):
        self.texts = torch.from_numpy(texts.astype(np.int32))

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, rows: torch.Tensor | slice) -> torch.Tensor:
        return self.texts[rows].long()


def load(dataset: Dataset, others: Mapping[str, Dataset]) -> dict[str, Pixels | Words]:
    """Inputs of the train and the test split, and of the test splits of other datasets, by name."""
    kind = Words if dataset.is_text else Pixels
    for name, other in others.items():
        if other.shape != dataset.shape or other.is_text != dataset.is_text:
            raise UserError(
                f"configuration: also_predict has {name}, of shape {other.shape}; "
                f"allowed: the shape of the dataset that is trained on, {dataset.shape}"
            )
    inputs = {name: split.inputs for name, split in dataset.splits.items()}
    inputs |= {name: other.splits["test"].inputs for name, other in others.items()}
    return {name: kind(array) for name, array in inputs.items()}


class Normalisation:
    """Pixels to float images of mean 0 and deviation 1 per channel over the train set, or whitened by it."""

    def __init__(self, train: Pixels, recipe: Mapping[str, Any], batch: int = 1000):
        self.mean, self.deviation = _moments(train, batch)
        self.whitening = None  # while its matrix is made, of images that are only normalised
        if recipe["whitening"]:
            self.whitening = _zca(train, self, batch)

    def __call__(self, pixels: torch.Tensor) -> torch.Tensor:
        """Float images, in the layout that convolutions want."""
        images = (pixels.float() - self.mean) / self.deviation
        if self.whitening is not None:
            images = (images.flatten(1) @ self.whitening).reshape(images.shape)
        return images.to(memory_format=torch.channels_last)


def as_they_are(words: torch.Tensor) -> torch.Tensor:
    """Texts need no normalisation."""
    return words


def _batches(pixels: Pixels, batch: int):
    return (pixels[first : first + batch] for first in range(0, len(pixels), batch))


def _moments(train: Pixels, batch: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and deviation of each channel, 1 × channels × 1 × 1.

    From its histogram, which is exact whatever the order of the sum.
    """
    counts = sum(
        torch.stack([torch.bincount(channel, minlength=VALUES) for channel in pixels.transpose(0, 1).flatten(1)])
        for pixels in _batches(train, batch)
    ).double()
    values = torch.arange(VALUES, dtype=torch.double)
    mean = (counts @ values) / counts.sum(1)
    variance = (counts @ values**2) / counts.sum(1) - mean**2
    # A channel of one value stays as it is.
    deviation = variance.clamp(min=1).sqrt()
    return mean.float().reshape(1, -1, 1, 1), deviation.float().reshape(1, -1, 1, 1)


def _zca(train: Pixels, normalisation: Normalisation, batch: int) -> torch.Tensor:
    """Matrix of ZCA whitening of the normalised train images, Σ^(-1/2), d × d for d values of an image.

    Source: Bell and Sejnowski 1997; as a control of the learning order, Hacohen and Weinshall 2022.
    """
    values = train[:1].numel()
    if values > LARGEST_WHITENED:
        raise UserError(
            f"recipe: whitening of images of {values} values; allowed: up to {LARGEST_WHITENED}, "
            "since its matrix has the square of that"
        )
    covariance = torch.zeros(values, values, dtype=torch.double)
    for pixels in _batches(train, batch):
        images = normalisation(pixels).flatten(1).double()
        covariance += images.T @ images
    variances, directions = torch.linalg.eigh(covariance / len(train))
    scale = (variances.clamp(min=0) + WHITENING_FLOOR * variances.mean()).rsqrt()
    return ((directions * scale) @ directions.T).float()
