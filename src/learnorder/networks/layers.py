"""What the hand-made networks have in common: pooling, activations, initialisations, dropout."""

from collections.abc import Callable
from math import sqrt

import torch
from torch import nn

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "elu": nn.ELU,
    "tanh": nn.Tanh,
    "linear": nn.Identity,
}
"""By name; all rise, so that max-pooling before them gives what max-pooling after them does."""


class Halving(nn.MaxPool2d):
    """Max-pooling of 2×2 pixels, without a last odd row or column.

    torch compares one pixel's channels at a time, of which small networks have few. Evaluation on a CPU compares
    whole rows and columns: up to nine times as fast, with the same result.
    """

    def __init__(self):
        super().__init__(2)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Images n × channels × height × width to half the height and width."""
        if self.training or images.is_cuda:
            return super().forward(images)
        height, width = (size // 2 * 2 for size in images.shape[2:])
        rows = torch.maximum(images[:, :, 0:height:2], images[:, :, 1:height:2])
        return torch.maximum(rows[..., 0:width:2], rows[..., 1:width:2])


# A normal distribution cut at two deviations keeps this share of its deviation; Keras corrects its He and LeCun
# initialisations by it.
KEPT_DEVIATION = 0.87962566103423978
KERAS_DEVIATION = 0.05


def activation(name: str) -> nn.Module:
    """A new layer; a `ValueError` names what is allowed."""
    return _known("activation", name, ACTIVATIONS)()


def dropout(rate: float) -> list[nn.Module]:
    """A layer of dropout, none for rate 0."""
    return [nn.Dropout(rate)] if rate else []


@torch.no_grad()
def initialise(network: nn.Module, name: str | None) -> nn.Module:
    """Draw the weights of all linear and convolutional layers again and set biases to zero; None: as torch does.

    With f inputs and g outputs of a weight (times the kernel's size):

    - `xavier`: uniform in ±√(6 / (f + g)) (Glorot and Bengio 2010).
    - `he_normal`: deviation √(2 / f) (He et al. 2015). `lecun_normal`: √(1 / f) (LeCun et al. 1998). Both are
      normal, cut at two deviations, as in Keras.
    - `truncated_normal`: deviation 0.05 before it is cut at two deviations, Keras's default.
    """
    if name is not None:
        draw = _known("initialisation", name, INITIALISATIONS)
        for module in network.modules():
            if isinstance(module, nn.Linear | nn.Conv2d):
                draw(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
    return network


def _cut_normal(weight: torch.Tensor, deviation: float) -> None:
    nn.init.trunc_normal_(weight, std=deviation, a=-2 * deviation, b=2 * deviation)


def _scaled(gain: float) -> Callable[[torch.Tensor], None]:
    def draw(weight: torch.Tensor) -> None:
        _cut_normal(weight, sqrt(gain / weight[0].numel()) / KEPT_DEVIATION)

    return draw


INITIALISATIONS: dict[str, Callable[[torch.Tensor], object]] = {
    "xavier": nn.init.xavier_uniform_,
    "he_normal": _scaled(2),
    "lecun_normal": _scaled(1),
    "truncated_normal": lambda weight: _cut_normal(weight, KERAS_DEVIATION),
}


def _known(option: str, name: str, values: dict):
    if name not in values:
        raise ValueError(f"option {option} is {name}; allowed: {', '.join(values)}")
    return values[name]
