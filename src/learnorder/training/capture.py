"""A step of training as one CUDA graph: most of a small network's step goes into launching its kernels."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

import torch

WARM_UP = 3


class Captured:
    """Called like the `update` that it captures, on the first call, and replays from then on.

    `update` takes a mini-batch as it was drawn, and the learning rate, and may not wait for the device.
    `state` and `restore` put back what the warm-up and the capture change: nothing of them may be learned.
    """

    def __init__(
        self,
        update: Callable[[Mapping[str, torch.Tensor], torch.Tensor], None],
        generators: Sequence[torch.Generator],
        state: Callable[[], dict[str, Any]],
        restore: Callable[[dict[str, Any]], None],
    ):
        self.update, self.generators, self.state, self.restore = update, generators, state, restore
        self.graph: torch.cuda.CUDAGraph | None = None

    def __call__(self, drawn: Mapping[str, torch.Tensor], rate: float) -> None:
        """One step."""
        if self.graph is None:
            self._capture(drawn)
        for name, numbers in drawn.items():
            self.drawn[name].copy_(numbers)
        self.rate.fill_(rate)
        self.graph.replay()

    def _capture(self, drawn: Mapping[str, torch.Tensor]) -> None:
        self.drawn = {name: numbers.clone() for name, numbers in drawn.items()}
        self.rate = torch.zeros((), device=next(iter(self.drawn.values())).device)
        before = deepcopy(self.state())
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(WARM_UP):
                self.update(self.drawn, self.rate)
        torch.cuda.current_stream().wait_stream(aside)
        self.graph = torch.cuda.CUDAGraph()
        for generator in self.generators:
            self.graph.register_generator_state(generator)
        with torch.cuda.graph(self.graph):
            self.update(self.drawn, self.rate)
        self.restore(before)
