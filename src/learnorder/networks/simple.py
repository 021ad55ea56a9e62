"""The hand-made architectures of images. Every width is a parameter."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from torch import nn


def linear(shape: tuple[int, int, int], classes: int) -> nn.Module:
    """Multinomial logistic regression on the pixels."""
    return nn.Sequential(nn.Flatten(), nn.Linear(prod(shape), classes))


def deep_linear(shape: tuple[int, int, int], classes: int, *, widths: Sequence[int] = (128, 128)) -> nn.Module:
    """Linear layers of the given widths with nothing between them.

    Its functions are those of `linear` (while no width is below the number of classes), its dynamics are not.
    """
    hidden = [nn.Linear(inputs, outputs) for inputs, outputs in pairwise([prod(shape), *widths])]
    return nn.Sequential(nn.Flatten(), *hidden, nn.Linear(widths[-1], classes))


def mlp(
    shape: tuple[int, int, int], classes: int, *, widths: Sequence[int] = (128, 128), dropout: float = 0.0
) -> nn.Module:
    """Fully connected hidden layers of the given widths, ReLU between them; dropout after each."""
    hidden = [
        layer
        for inputs, outputs in pairwise([prod(shape), *widths])
        for layer in (nn.Linear(inputs, outputs), nn.ReLU(), *_dropout(dropout))
    ]
    return nn.Sequential(nn.Flatten(), *hidden, nn.Linear(widths[-1], classes))


def cnn(
    shape: tuple[int, int, int],
    classes: int,
    *,
    channels: Sequence[int] = (16, 32),
    convolutions: int = 1,
    batch_norm: bool = False,
    width: int = 64,
    dropout: float = 0.0,
) -> nn.Module:
    """Blocks of 3×3 convolutions with ReLU and 2×2 max-pooling; then one hidden layer of the given width.

    `channels`: of each block. `convolutions`: of a block. `batch_norm`: before each ReLU of a block. Dropout
    stands after the hidden layer. A block pools before its last ReLU, which commutes and has a quarter to do.
    Each block halves height and width, so an image must be at least 2 to the number of blocks on each side.
    """
    blocks = [
        layer
        for inputs, outputs in pairwise([shape[0], *channels])
        for layer in (*_convolutions(inputs, outputs, convolutions, batch_norm), nn.MaxPool2d(2), nn.ReLU())
    ]
    height, columns = (size >> len(channels) for size in shape[1:])
    if not height or not columns:
        raise ValueError(f"{len(channels)} halvings leave nothing of {shape[1]}×{shape[2]} pixels")
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(channels[-1] * height * columns, width),
        nn.ReLU(),
        *_dropout(dropout),
        nn.Linear(width, classes),
    )


def _convolutions(inputs: int, outputs: int, number: int, batch_norm: bool) -> list[nn.Module]:
    """Convolutions of a block, with ReLU between them."""
    layers = [
        layer
        for channels in [inputs, *[outputs] * (number - 1)]
        for layer in (
            # A bias before batch normalisation would be subtracted again.
            nn.Conv2d(channels, outputs, kernel_size=3, padding=1, bias=not batch_norm),
            *([nn.BatchNorm2d(outputs)] if batch_norm else []),
            nn.ReLU(),
        )
    ]
    return layers[:-1]


def _dropout(rate: float) -> list[nn.Module]:
    return [nn.Dropout(rate)] if rate else []


MODELS = {"linear": linear, "deep_linear": deep_linear, "mlp": mlp, "cnn": cnn}
