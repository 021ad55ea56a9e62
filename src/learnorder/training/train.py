"""Train the networks of some seeds and keep every prediction."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import torch

from learnorder.datasets.canonical import Dataset
from learnorder.errors import UserError
from learnorder.training import devices
from learnorder.training.group import Group
from learnorder.training.job import Job
from learnorder.training.progress import Progress, accuracies

Kept = dict[str, dict[str, np.ndarray]]
Watch = Callable[[Callable[[], dict[str, Any]]], None]
"""Called whenever the state of the training could be saved, with what gives that state."""

TRIED_STEPS = 20
WORTH_IT = 1.05


def train(
    dataset: Dataset,
    others: Mapping[str, Dataset],
    identity: Mapping[str, Any],
    seeds: Iterable[int],
    *,
    report: Callable[[str], None] = print,
    watch: Watch = lambda state: None,
    saved: Mapping[str, Any] | None = None,
    device: str = "cpu",
    workers: int = 1,
) -> Iterator[tuple[int, Kept, float | None]]:
    """Train a network per seed; yield the seed, what is kept of it, and where it diverged.

    Kept are `seed`, the predicted classes, and what the recipe records, each by split, points × examples. Splits
    are the dataset's own and the names of the others. The last value is the first evaluation point, in epochs,
    at which a logit was not finite, or None. `saved`: a state that `watch` was given earlier, to go on from.
    `workers`: number of threads that decode images.

    A network's predictions depend on its own seed alone: on the CPU, bit for bit, whatever else is trained and
    however often training was interrupted. There, networks are stacked in groups of as many seeds as the
    architecture says, from multiples of that number: a group is trained whole, whichever of it are asked for.
    On a GPU a measurement chooses how many; kernels there may add in any order.
    """
    place, wanted = prepared(device), list(seeds)
    job = Job(dataset, others, identity, place, workers)
    if saved and not set(saved["seeds"]) & set(wanted):
        saved = None  # of networks that are already known
    groups = list(_groups(job, wanted, saved))
    progress = Progress(report, sum(map(len, groups)) * job.points[-1], job.batch_size)
    while groups:
        members = groups.pop(0)
        try:
            group = _trained(job, members, progress, watch, saved if saved and saved["seeds"] == members else None)
        except torch.cuda.OutOfMemoryError:
            if len(members) == 1:
                raise UserError(
                    f"{job.key}: one network does not fit on {torch.cuda.get_device_name(place)}; "
                    "allowed: a smaller `batch_size`, or a larger device"
                ) from None
            half = len(members) // 2
            groups[:0] = [members[:half], members[half:]]
            continue
        for seed, (kept, diverged) in group.results().items():
            if seed in wanted:
                yield seed, kept, diverged


def prepared(device: str) -> torch.device:
    """The device, with torch set to be as repeatable and as fast there as it can."""
    place = torch.device(device)
    devices.check(device)
    # The number of threads changes the order of sums, so it may not depend on the machine.
    torch.set_num_threads(1)
    if place.type == "cuda":
        torch.backends.cudnn.benchmark = True
    # Weights that decay into the smallest numbers there are would slow a CPU down a hundredfold.
    torch.set_flush_denormal(True)
    # As `use_deterministic_algorithms`, which would first import a compiler for more than a second.
    torch.set_deterministic_debug_mode("error" if place.type == "cpu" else "default")
    # It would also fill all memory that is about to be written, a seventh of a small CNN's time.
    torch.utils.deterministic.fill_uninitialized_memory = False
    return place


def _groups(job: Job, seeds: list[int], saved: Mapping[str, Any] | None) -> Iterator[list[int]]:
    """Seeds that are trained side by side; first those that were already under way."""
    if saved:
        yield saved["seeds"]
        seeds = [seed for seed in seeds if seed not in saved["seeds"]]
    if job.device.type == "cpu":
        size = job.identity["architecture"]["stacked"]
        for number in sorted({seed // size for seed in seeds}):
            yield list(range(number * size, (number + 1) * size))
    else:
        size = _fastest(job, seeds) if seeds else 1
        for first in range(0, len(seeds), size):
            yield seeds[first : first + size]


def _fastest(job: Job, seeds: list[int]) -> int:
    """How many networks side by side train fastest on this GPU: doubled for as long as it is worth it."""
    best, most = 1, 0.0
    size = 1
    while size <= len(seeds):
        try:
            group = Group(job, seeds[:size])
            group.train(TRIED_STEPS, lambda: None)
            torch.cuda.synchronize(job.device)
            started = time.perf_counter()
            group.train(2 * TRIED_STEPS, lambda: None)
            torch.cuda.synchronize(job.device)
            rate = size / (time.perf_counter() - started)
        except (UserError, torch.cuda.OutOfMemoryError):
            break  # an architecture that cannot be stacked, or a device that is full
        if rate < WORTH_IT * most:
            break
        best, most, size = size, rate, 2 * size
    return best


def _trained(
    job: Job, seeds: list[int], progress: Progress, watch: Watch, state: Mapping[str, Any] | None
) -> Group:
    """A group that has passed its last evaluation point."""
    group = Group(job, seeds)
    if state:
        group.resume(state)
        progress.skip(group.done * len(seeds))

    def stepped() -> None:
        progress.step(len(seeds))
        watch(group.state)

    for number in range(len(group.kept[0]), len(job.points)):
        group.train(job.points[number], stepped)
        group.evaluate(lambda: watch(group.state))
        progress.point(
            seeds,
            job.recipe["evaluate_at"][number],
            accuracies([points[-1] for points in group.kept], job.targets),
        )
    return group
