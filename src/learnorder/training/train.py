"""Train the networks of some seeds and keep every prediction."""

import gc
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

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
BRANCHES, STACKS = (1, 4, 16), (16, 100)
"""Numbers of networks side by side that a GPU tries, each by itself or as one wide network.

On an H200 more than 16 branches were no faster for st-VGG, more than 4 for ResNet-18; MLPs were fastest stacked.
"""
Result = TypeVar("Result")
Design = tuple[int, bool]
"""How networks are trained on a GPU: so many side by side, and whether stacked."""


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
    design: Design | None = None,
) -> Iterator[tuple[int, Kept, float | None]]:
    """Train a network per seed; yield the seed, what is kept of it, and where it diverged.

    Kept are `seed`, the predicted classes, and what the recipe records, each by split, points × examples. Splits
    are the dataset's own and the names of the others. The last value is the first evaluation point, in epochs,
    at which a logit was not finite, or None. `saved`: a state that `watch` was given earlier, to go on from.
    `workers`: number of threads that decode images.

    A network's predictions depend on its own seed alone: on the CPU, bit for bit, whatever else is trained and
    however often training was interrupted. There, networks are stacked in groups of as many seeds as the
    architecture says, from multiples of that number: a group is trained whole, whichever of it are asked for.
    On a GPU a measurement chooses how many and how, unless a `design` says so; kernels there may add in any order.
    """
    place, wanted = prepared(device), list(seeds)
    job = Job(dataset, others, identity, place, workers)
    if saved and not set(saved["seeds"]) & set(wanted):
        saved = None  # of networks that are already known
    groups = list(_groups(job, wanted, saved, design))
    progress = Progress(report, sum(len(members) for members, _ in groups) * job.points[-1], job.batch_size)
    while groups:
        members, stacked = groups.pop(0)
        state = saved if saved and saved["seeds"] == members else None
        results = unless_full(partial(_trained, job, members, stacked, progress, watch, state))
        if results is None and len(members) == 1:
            raise UserError(
                f"{job.key}: one network does not fit on {torch.cuda.get_device_name(place)}; "
                "allowed: a smaller `batch_size`, or a larger device"
            )
        if results is None:
            half = len(members) // 2
            groups[:0] = [(members[:half], stacked), (members[half:], stacked)]
            continue
        for seed, (kept, diverged) in results.items():
            if seed in wanted:
                yield seed, kept, diverged


def prepared(device: str) -> torch.device:
    """The device, with torch set to be as repeatable and as fast there as it can."""
    devices.check(device)
    place = torch.device(device)
    if place.type == "cuda" and place.index is None:
        place = torch.device("cuda", torch.cuda.current_device())
    # The number of threads changes the order of sums, so it may not depend on the machine.
    torch.set_num_threads(1)
    if place.type == "cuda":
        torch.cuda.set_device(place)
        torch.backends.cudnn.benchmark = True
        # Each shape's search takes seconds; the first few plans are the best of a good heuristic.
        torch.backends.cudnn.benchmark_limit = 4
    # Weights that decay into the smallest numbers there are would slow a CPU down a hundredfold.
    torch.set_flush_denormal(True)
    # As `use_deterministic_algorithms`, which would first import a compiler for more than a second.
    torch.set_deterministic_debug_mode("error" if place.type == "cpu" else "default")
    # It would also fill all memory that is about to be written, a seventh of a small CNN's time.
    torch.utils.deterministic.fill_uninitialized_memory = False
    return place


def unless_full(work: Callable[[], Result]) -> Result | None:
    """What some work gives; None if the GPU was too full for it, which then is as empty as before."""
    try:
        return work()
    except RuntimeError as error:
        if not _out_of_memory(error):
            raise
    # What was built hangs in the frames of the error, which is gone only here.
    gc.collect()
    torch.cuda.empty_cache()
    return None


def _out_of_memory(error: BaseException | None) -> bool:
    """Whether an error, or one on the way to it, is that a GPU is full: ending a capture can hide it."""
    while error is not None:
        if isinstance(error, torch.cuda.OutOfMemoryError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _groups(
    job: Job, seeds: list[int], saved: Mapping[str, Any] | None, design: Design | None
) -> Iterator[tuple[list[int], bool]]:
    """Seeds that are trained side by side, and whether stacked; first those that were already under way."""
    on_cpu = job.device.type == "cpu"
    if saved:
        yield saved["seeds"], saved["stacked"]
        seeds = [seed for seed in seeds if seed not in saved["seeds"]]
    if on_cpu:
        size = job.identity["architecture"]["stacked"]
        for number in sorted({seed // size for seed in seeds}):
            yield list(range(number * size, (number + 1) * size)), size > 1
    elif seeds:
        size, stacked = design or fastest(job, seeds)
        # As even as can be, so that no group is much smaller than the device can take.
        for part in np.array_split(seeds, math.ceil(len(seeds) / size)):
            yield part.tolist(), stacked and len(part) > 1


def fastest(job: Job, seeds: list[int], report: Callable[[Design, float], None] = lambda *_: None) -> Design:
    """How networks train fastest on this GPU, by trying. `report` gets each design and its examples per second."""
    if len(seeds) == 1 or draws_elsewhere(job):
        return 1, False
    designs = [(size, False) for size in BRANCHES] + [(size, True) for size in STACKS]
    rates: dict[Design, float] = {}
    for size, stacked in designs:
        if size > len(seeds):
            continue
        try:
            found = unless_full(lambda: rate(Group(job, seeds[:size], stacked)))  # noqa: B023
        except UserError:
            continue  # an architecture that cannot be stacked
        if found is not None:
            rates[size, stacked] = found
            report((size, stacked), found)
    return max(rates, key=rates.get, default=(1, False))


def rate(group: Group, steps: int = TRIED_STEPS) -> float:
    """Train examples per second of networks side by side, once they are under way: of twice so many steps."""
    job = group.job
    group.train(group.done + steps, lambda: None)
    _finish(job.device)
    started = time.perf_counter()
    group.train(group.done + 2 * steps, lambda: None)
    _finish(job.device)
    return 2 * steps * len(group.seeds) * job.batch_size / (time.perf_counter() - started)


def _finish(device: torch.device) -> None:
    """Wait for all that a GPU was asked to do."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def draws_elsewhere(job: Job) -> bool:
    """Whether a network in training draws from the GPU's generator, which networks side by side would share."""
    group = Group(job, [0])
    before = torch.cuda.get_rng_state(job.device)
    group.trained[0](group.job.inputs["train"][torch.arange(2, device=job.home)])
    return not torch.equal(before, torch.cuda.get_rng_state(job.device))


def _trained(
    job: Job,
    seeds: list[int],
    stacked: bool,
    progress: Progress,
    watch: Watch,
    state: Mapping[str, Any] | None,
) -> dict[int, tuple[Kept, float | None]]:
    """The results of a group that has passed its last evaluation point; the group itself is gone by then."""
    group = Group(job, seeds, stacked)
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
    return group.results()
