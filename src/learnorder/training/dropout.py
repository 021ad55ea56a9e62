"""Dropout that draws from generators of its own, so that a network's masks follow from its seed alone."""

from collections.abc import Sequence

import torch
from torch import nn


class OwnDropout(nn.Module):
    """Dropout of one network or of several side by side, each by its own generator.

    Inputs are n × (networks · channels) × …, all channels of the first network first. A network's mask does not
    depend on how many stand side by side, nor on the memory layout.
    """

    def __init__(self, rate: float, generators: Sequence[torch.Generator]):
        super().__init__()
        self.rate, self.generators = rate, list(generators)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Leave out units in training."""
        if not self.training:
            return inputs
        # Channels last: the layout that convolutions have, so that nothing is copied.
        parts = inputs.movedim(1, -1).unflatten(-1, (len(self.generators), -1))
        own = (*parts.shape[:-2], parts.shape[-1])
        kept = [
            torch.empty(own, dtype=inputs.dtype, device=inputs.device).bernoulli_(
                1 - self.rate, generator=generator
            )
            for generator in self.generators
        ]
        mask = kept[0].unsqueeze(-2) if len(kept) == 1 else torch.stack(kept, dim=-2)
        return (parts * mask.div_(1 - self.rate)).flatten(-2).movedim(-1, 1)


def give_own_dropout(network: nn.Module, generators: Sequence[torch.Generator]) -> nn.Module:
    """Replace the network's layers of dropout, in place; its other random draws stay."""
    for path, layer in list(network.named_modules()):
        if type(layer) is nn.Dropout:
            parent, _, name = path.rpartition(".")
            setattr(network.get_submodule(parent), name, OwnDropout(layer.p, generators))
    return network
