"""One wide network in place of several alike ones: side by side they fill a device that one alone does not.

Activations are n × (networks · channels) × …, all channels of the first network first. Convolutions become grouped
ones, batch normalisation just gets wider (each channel has statistics of its own anyway), linear layers become one
batched product. What works channel by channel needs no change.
"""

from collections.abc import Sequence
from copy import deepcopy

import torch
from torch import nn

from learnorder.errors import UserError
from learnorder.networks.layers import Halving
from learnorder.training.dropout import OwnDropout

CHANNELWISE = (
    *(nn.Identity, nn.Flatten, nn.ZeroPad2d, nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, Halving),
    *(nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.ELU, nn.SELU, nn.CELU, nn.GELU, nn.SiLU, nn.Mish, nn.Softplus),
    *(nn.Tanh, nn.Sigmoid, nn.Hardtanh, nn.Hardsigmoid, nn.Hardswish, nn.LogSigmoid, nn.Softsign),
)
WIDENED = (nn.Conv2d, nn.BatchNorm1d, nn.BatchNorm2d)
TOLERANCE = 1e-3
"""Of the deviation of the logits: what rounding may change."""


class StackedLinear(nn.Module):
    """A linear layer of several networks: n × (networks · inputs) to n × (networks · outputs)."""

    def __init__(self, layers: Sequence[nn.Linear]):
        super().__init__()
        # Inputs × outputs, which a batched product reads faster than a linear layer's outputs × inputs.
        self.weight = nn.Parameter(torch.stack([layer.weight.detach().T for layer in layers]).contiguous())
        self.bias = None
        if layers[0].bias is not None:
            self.bias = nn.Parameter(torch.stack([layer.bias.detach() for layer in layers])[:, None])

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Each network's part of the inputs by its own weights."""
        parts = inputs.reshape(len(inputs), len(self.weight), -1).transpose(0, 1)
        product = (
            torch.bmm(parts, self.weight) if self.bias is None else torch.baddbmm(self.bias, parts, self.weight)
        )
        return product.transpose(0, 1).flatten(1)

    def give(self, layers: Sequence[nn.Linear]) -> None:
        """Copy the weights to each network's own layer."""
        for number, layer in enumerate(layers):
            layer.weight.copy_(self.weight[number].T)
            if self.bias is not None:
                layer.bias.copy_(self.bias[number, 0])


class Stack:
    """Alike networks, and the wide one that is `trained` in their place.

    `networks` stay as they are until `give` brings them what it has learned. `generators`: one per
    network, for dropout. `shape`: of an image. Raises a `UserError` that begins with `key` if the architecture
    cannot be stacked.
    """

    def __init__(
        self, networks: Sequence[nn.Module], generators: Sequence[torch.Generator], shape: Sequence[int], key: str
    ):
        self.networks, self.generators = list(networks), generators
        if reason := find_inseparable(networks[0]):
            raise UserError(_refused(key, reason))
        self.trained = deepcopy(networks[0])
        for path, layer in list(self.trained.named_modules()):
            if not list(layer.children()):
                stacked = self._stacked(path, layer)
                parent, _, name = path.rpartition(".")
                setattr(self.trained.get_submodule(parent), name, stacked)
        if reason := self._differs(shape):
            raise UserError(_refused(key, reason))

    @torch.no_grad()
    def give(self) -> None:
        """Copy what the wide network has learned to each network."""
        for path, layer in self.trained.named_modules():
            if isinstance(layer, StackedLinear):
                layer.give(self._each(path))
            elif isinstance(layer, WIDENED):
                own = [network.state_dict() for network in self._each(path)]
                for name, value in layer.state_dict().items():
                    parts = value.chunk(len(own)) if value.dim() else [value] * len(own)
                    for state, part in zip(own, parts, strict=True):
                        state[name].copy_(part)

    def _each(self, path: str) -> list[nn.Module]:
        return [network.get_submodule(path) for network in self.networks]

    def _stacked(self, path: str, layer: nn.Module) -> nn.Module:
        """The layers of all networks that stand where this one does."""
        if isinstance(layer, nn.Linear):
            return StackedLinear(self._each(path))
        if isinstance(layer, nn.Dropout):
            return OwnDropout(layer.p, self.generators)
        if isinstance(layer, WIDENED):
            return _widened(self._each(path))
        return layer

    @torch.no_grad()
    def _differs(self, shape: Sequence[int]) -> str:
        """Why the wide network says of noise what the networks do not, since layers may be joined in any way."""
        noise = torch.rand(2, len(self.networks), *shape, generator=torch.Generator().manual_seed(0))
        noise = noise.to(next(self.trained.parameters()))
        for network in (self.trained, *self.networks):
            network.eval()
        try:
            # Exact, and without a search for the fastest convolutions.
            with torch.backends.cudnn.flags(enabled=True, benchmark=False, allow_tf32=False):
                alone = torch.cat([network(noise[:, place]) for place, network in enumerate(self.networks)], dim=1)
                together = self.trained(noise.flatten(1, 2))
        except RuntimeError as error:
            return str(error).partition("\n")[0]
        finally:
            for network in (self.trained, *self.networks):
                network.train()
        if together.shape != alone.shape or (together - alone).abs().max() > TOLERANCE * alone.std():
            return "its channels do not stay apart"
        return ""


def find_inseparable(network: nn.Module) -> str:
    """Why a network cannot be stacked, as far as its layers tell."""
    known = (nn.Linear, nn.Dropout, *WIDENED, *CHANNELWISE)
    for module in network.modules():
        own = [*module.parameters(recurse=False), *module.buffers(recurse=False)]
        if type(module) not in known and (own or not list(module.children())):
            return f"its layer {type(module).__name__} is not known to work channel by channel"
    return ""


def _refused(key: str, reason: str) -> str:
    return f"{key} cannot be stacked: {reason}; allowed: `stacked: 1`"


def _widened(layers: Sequence[nn.Module]) -> nn.Module:
    """Convolutions or batch normalisations side by side."""
    wide = deepcopy(layers[0])
    for name, value in wide.state_dict(keep_vars=True).items():
        if value.dim():
            value.data = torch.cat([layer.state_dict()[name] for layer in layers])
    for number in ("in_channels", "out_channels", "groups", "num_features"):
        if hasattr(wide, number):
            setattr(wide, number, getattr(wide, number) * len(layers))
    return wide
