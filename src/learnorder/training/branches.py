"""Several networks that are trained next to each other as they are, on a GPU each in a stream of its own.

Works for every architecture. In a CUDA graph the streams become parallel branches, whose small kernels fill the
device between them.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy

import torch
from torch import nn

from learnorder.training.dropout import give_own_dropout


class Branches:
    """Networks, and the copies of them that are `trained`.

    `networks` stay as they are until `give` brings them what was learned. `generators`: one per network, for
    dropout; of one network on a CPU torch's own generator serves.
    """

    def __init__(self, networks: Sequence[nn.Module], generators: Sequence[torch.Generator], device: torch.device):
        self.networks = list(networks)
        self.trained = nn.ModuleList(deepcopy(self.networks))
        self.streams: list[torch.cuda.Stream] = []
        if device.type == "cuda" or len(self.networks) > 1:
            for network, generator in zip(self.trained, generators, strict=True):
                give_own_dropout(network, [generator])
        if device.type == "cuda" and len(self.networks) > 1:
            self.streams = [torch.cuda.Stream(device) for _ in self.networks]

    def backward(self, loss: Callable[[nn.Module, int], torch.Tensor]) -> None:
        """Set the gradients of all networks; `loss` gives the loss of a network, from it and its number."""
        with _forked(self.streams) as branches:
            for number, network in enumerate(self.trained):
                with torch.cuda.stream(branches[number] if branches else None):
                    loss(network, number).backward()

    @torch.no_grad()
    def give(self) -> None:
        """Copy what was learned to each network."""
        for network, trained in zip(self.networks, self.trained, strict=True):
            network.load_state_dict(trained.state_dict())


@contextmanager
def _forked(streams: Sequence[torch.cuda.Stream]) -> Iterator[Sequence[torch.cuda.Stream]]:
    """Streams that begin when what was asked for is done, and that all later work waits for."""
    if not streams:
        yield streams
        return
    current = torch.cuda.current_stream()
    for stream in streams:
        stream.wait_stream(current)
    yield streams
    for stream in streams:
        current.wait_stream(stream)
