"""A step of training as one CUDA graph: most of a small network's step goes into launching its kernels."""

from collections.abc import Callable, Mapping, Sequence

import torch

WARM_UP = 3

Update = Callable[[Mapping[str, torch.Tensor], torch.Tensor], None]
"""A step on a mini-batch as it was drawn, by a learning rate. It may not wait for the device."""


class Captured:
    """A step that was captured on a mini-batch, and is replayed on others of its shape when called.

    Warm-up and capture run the update: whoever captures puts back what they change. The update itself is not kept,
    so that nothing here holds the networks. Raises `NotCapturableError` where the update waits for the device.
    """

    def __init__(self, update: Update, drawn: Mapping[str, torch.Tensor], generators: Sequence[torch.Generator]):
        self.drawn = {name: numbers.clone() for name, numbers in drawn.items()}
        self.rate = torch.zeros((), device=next(iter(self.drawn.values())).device)
        _warm_up(update, self.drawn, self.rate)
        self.graph = torch.cuda.CUDAGraph()
        for generator in generators:
            self.graph.register_generator_state(generator)
        # Other threads may go on to allocate memory: draws are made ahead.
        with torch.cuda.graph(self.graph, capture_error_mode="thread_local"):
            update(self.drawn, self.rate)

    def __call__(self, drawn: Mapping[str, torch.Tensor], rate: float) -> None:
        """One step."""
        for name, numbers in drawn.items():
            self.drawn[name].copy_(numbers, non_blocking=True)
        self.rate.fill_(rate)
        self.graph.replay()


class NotCapturableError(Exception):
    """A step cannot be one CUDA graph, since it waits for the device."""


def _warm_up(update: Update, drawn: Mapping[str, torch.Tensor], rate: torch.Tensor) -> None:
    """Run the update aside: libraries set themselves up, and what waits for the device is found out."""
    aside = torch.cuda.Stream()
    aside.wait_stream(torch.cuda.current_stream())
    before = torch.cuda.get_sync_debug_mode()
    with torch.cuda.stream(aside):
        update(drawn, rate)
        torch.cuda.set_sync_debug_mode("error")
        try:
            for _ in range(WARM_UP - 1):
                update(drawn, rate)
        except RuntimeError as error:
            if "synchronizing" in str(error):
                raise NotCapturableError(str(error).partition("\n")[0]) from None
            raise
        finally:
            torch.cuda.set_sync_debug_mode(before)
    torch.cuda.current_stream().wait_stream(aside)
