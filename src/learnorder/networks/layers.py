"""What the hand-made networks have in common: activations, initialisations, dropout."""

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
