"""How far a job is: a line per group of networks and evaluation point; on a terminal, also a bar."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence

import torch
from tqdm import tqdm

from learnorder.stages import duration


class Progress:
    """Counts mini-batches of single networks, `total` in all, and tells `report` of each evaluation point."""

    def __init__(self, report: Callable[[str], None], total: int, batch_size: int):
        self.report, self.total, self.batch_size = report, total, batch_size
        self.done = self._done_here = self._before = 0
        self._started = self._last = time.perf_counter()
        self._bar = tqdm(total=total, unit="mini-batch", disable=not sys.stderr.isatty(), leave=False)

    def skip(self, steps: int) -> None:
        """Count what was done before this job started."""
        self.done += steps
        self._bar.update(steps)

    def step(self, networks: int) -> None:
        """Count one mini-batch of each of so many networks."""
        self.done += networks
        self._done_here += networks
        self._bar.update(networks)

    def point(self, seeds: Sequence[int], epoch: float, accuracies: Mapping[str, float]) -> None:
        """Tell of an evaluation point: mean accuracy by split, train examples per second, time left."""
        now = time.perf_counter()
        rate = (self._done_here - self._before) * self.batch_size / (now - self._last)
        left = (self.total - self.done) * (now - self._started) / self._done_here if self._done_here else None
        said = "  ".join(f"{split} {accuracy:.4f}" for split, accuracy in accuracies.items())
        networks = f"seed {seeds[0]:03d}" if len(seeds) == 1 else f"seeds {seeds[0]:03d} to {seeds[-1]:03d}"
        with tqdm.external_write_mode():
            self.report(
                f"{networks}  epoch {epoch:g}  accuracy {said}  {rate:,.0f} examples/s"
                + (f"  {duration(left)} left" if left is not None else "")
            )
        self._before, self._last = self._done_here, now


def accuracies(
    points: Sequence[Mapping[str, Mapping[str, torch.Tensor]]], targets: Mapping[str, torch.Tensor]
) -> dict[str, float]:
    """Mean accuracy of networks on each split that has targets; `points`: what is kept of each network."""
    return {
        split: torch.stack([_accuracy(point[split]["seed"], right) for point in points]).mean().item()
        for split, right in targets.items()
    }


def _accuracy(predicted: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    return (predicted.to(right.device) == right).double().mean()
