"""The hand-made architectures. Every width is a parameter."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from torch import nn


def linear(shape: tuple[int, int, int], classes: int) -> nn.Module:
    """Multinomial logistic regression on the pixels."""
    return nn.Sequential(nn.Flatten(), nn.Linear(prod(shape), classes))


def mlp(shape: tuple[int, int, int], classes: int, *, widths: Sequence[int] = (128, 128)) -> nn.Module:
    """Fully connected hidden layers of the given widths, ReLU between them."""
    hidden = [
        layer
        for inputs, outputs in pairwise([prod(shape), *widths])
        for layer in (nn.Linear(inputs, outputs), nn.ReLU())
    ]
    return nn.Sequential(nn.Flatten(), *hidden, nn.Linear(widths[-1], classes))


def cnn(
    shape: tuple[int, int, int], classes: int, *, channels: Sequence[int] = (16, 32), width: int = 64
) -> nn.Module:
    """Blocks of 3×3 convolution, ReLU and 2×2 max-pooling, then one hidden layer of the given width.

    Each block halves height and width, so an image must be at least 2 to the number of blocks on each side.
    """
    blocks = [
        layer
        for inputs, outputs in pairwise([shape[0], *channels])
        for layer in (nn.Conv2d(inputs, outputs, kernel_size=3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
    ]
    height, columns = (size >> len(channels) for size in shape[1:])
    if not height or not columns:
        raise ValueError(f"{len(channels)} halvings leave nothing of {shape[1]}×{shape[2]} pixels")
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(channels[-1] * height * columns, width),
        nn.ReLU(),
        nn.Linear(width, classes),
    )


MODELS = {"linear": linear, "mlp": mlp, "cnn": cnn}
