"""The hand-made architectures of images. Every width is a parameter.

All take `initialisation`, those with hidden layers also `activation`: see `layers`.
"""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from math import prod

from torch import nn

from learnorder.networks.layers import Halving, initialise
from learnorder.networks.layers import activation as activated
from learnorder.networks.layers import dropout as dropped

ST_VGG_DROPOUT = (0.25, 0.5)
POOLINGS = {"max": Halving, "average": partial(nn.AvgPool2d, 2)}


def linear(shape: tuple[int, int, int], classes: int, *, initialisation: str | None = None) -> nn.Module:
    """Multinomial logistic regression on the pixels."""
    return initialise(nn.Sequential(nn.Flatten(), nn.Linear(prod(shape), classes)), initialisation)


def deep_linear(
    shape: tuple[int, int, int],
    classes: int,
    *,
    widths: Sequence[int] = (128, 128),
    initialisation: str | None = None,
) -> nn.Module:
    """Linear layers of the given widths with nothing between them.

    Its functions are those of `linear` (while no width is below the number of classes), its dynamics are not.
    """
    hidden = [nn.Linear(inputs, outputs) for inputs, outputs in pairwise([prod(shape), *widths])]
    return initialise(nn.Sequential(nn.Flatten(), *hidden, nn.Linear(widths[-1], classes)), initialisation)


def mlp(
    shape: tuple[int, int, int],
    classes: int,
    *,
    widths: Sequence[int] = (128, 128),
    dropout: float = 0.0,
    activation: str = "relu",
    initialisation: str | None = None,
) -> nn.Module:
    """Fully connected hidden layers of the given widths, an activation between them; dropout after each."""
    hidden = [
        layer
        for inputs, outputs in pairwise([prod(shape), *widths])
        for layer in (nn.Linear(inputs, outputs), activated(activation), *dropped(dropout))
    ]
    network = nn.Sequential(nn.Flatten(), *hidden, nn.Linear(widths[-1], classes))
    return initialise(network, initialisation)


def cnn(
    shape: tuple[int, int, int],
    classes: int,
    *,
    channels: Sequence[int] = (16, 32),
    convolutions: int = 1,
    batch_norm: bool = False,
    width: int = 64,
    dropout: float = 0.0,
    activation: str = "relu",
    initialisation: str | None = None,
) -> nn.Module:
    """Blocks of 3×3 convolutions with an activation and 2×2 max-pooling; then one hidden layer.

    `channels`: of each block. `convolutions`: of a block. `batch_norm`: before each activation of a block.
    `width`: of the hidden layer, after which dropout stands. A block pools before its last activation, which
    commutes and has a quarter to do. Each block halves height and width, so an image must be at least 2 to the
    number of blocks on each side.
    """
    blocks = [
        layer
        for inputs, outputs in pairwise([shape[0], *channels])
        for layer in (
            *_convolutions(inputs, outputs, convolutions, batch_norm, activation),
            Halving(),
            activated(activation),
        )
    ]
    network = nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(channels[-1] * _pixels_left(shape, len(channels)), width),
        activated(activation),
        *dropped(dropout),
        nn.Linear(width, classes),
    )
    return initialise(network, initialisation)


def st_vgg(
    shape: tuple[int, int, int],
    classes: int,
    *,
    channels: Sequence[int] = (32, 64, 128, 256),
    width: int = 512,
    activation: str = "elu",
    pooling: str = "max",
    initialisation: str = "xavier",
    dropout: float | None = None,
) -> nn.Module:
    """The paper's st-VGG: blocks of two convolutions, 2×2 pooling and dropout; then one hidden layer.

    As the authors' code of 2019 has it: 3×3 convolutions, in the last block 2×2, height and width unchanged. After
    each pooling stands dropout 0.25, after the hidden layer of `width` 0.5. `dropout`: one rate for both.
    `pooling`: `max` or `average`; with `activation: linear` and `average` the network is linear, with `max` it is
    not. Each block halves height and width, of which four need images of 16 pixels a side.
    """
    if pooling not in POOLINGS:
        raise ValueError(f"option pooling is {pooling}; allowed: {', '.join(POOLINGS)}")
    after_pooling, after_hidden = ST_VGG_DROPOUT if dropout is None else (dropout, dropout)
    layers: list[nn.Module] = []
    for block, (inputs, outputs) in enumerate(pairwise([shape[0], *channels]), start=1):
        kernel = 2 if block == len(channels) else 3
        pool, last = POOLINGS[pooling](), activated(activation)
        layers += [*_same(inputs, outputs, kernel), activated(activation), *_same(outputs, outputs, kernel)]
        # Max-pooling commutes with an activation that rises, which then has a quarter to do; the average does not.
        layers += [pool, last] if pooling == "max" else [last, pool]
        layers += dropped(after_pooling)
    network = nn.Sequential(
        *layers,
        nn.Flatten(),
        nn.Linear(channels[-1] * _pixels_left(shape, len(channels)), width),
        activated(activation),
        *dropped(after_hidden),
        nn.Linear(width, classes),
    )
    return initialise(network, initialisation)


def _same(inputs: int, outputs: int, kernel: int) -> list[nn.Module]:
    """A convolution that keeps height and width; an even kernel sees one pixel more below and to the right."""
    before, after = (kernel - 1) // 2, kernel // 2
    if before == after:
        return [nn.Conv2d(inputs, outputs, kernel, padding=before)]
    return [nn.ZeroPad2d((before, after, before, after)), nn.Conv2d(inputs, outputs, kernel)]


def _pixels_left(shape: tuple[int, int, int], halvings: int) -> int:
    height, width = (size >> halvings for size in shape[1:])
    if not height or not width:
        raise ValueError(f"{halvings} halvings leave nothing of {shape[1]}×{shape[2]} pixels")
    return height * width


def _convolutions(inputs: int, outputs: int, number: int, batch_norm: bool, activation: str) -> list[nn.Module]:
    """Convolutions of a block, with an activation between them."""
    layers = [
        layer
        for channels in [inputs, *[outputs] * (number - 1)]
        for layer in (
            # A bias before batch normalisation would be subtracted again.
            nn.Conv2d(channels, outputs, kernel_size=3, padding=1, bias=not batch_norm),
            *([nn.BatchNorm2d(outputs)] if batch_norm else []),
            activated(activation),
        )
    ]
    return layers[:-1]


MODELS = {"linear": linear, "deep_linear": deep_linear, "mlp": mlp, "cnn": cnn, "st_vgg": st_vgg}
