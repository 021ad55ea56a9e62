"""Networks that are trained side by side, from their seeds to what is kept of them."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import deepcopy
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from learnorder.datasets.inputs import Images, Words
from learnorder.streams import stream_seeds
from learnorder.training import evaluation, optimiser
from learnorder.training.branches import Branches
from learnorder.training.capture import Captured, NotCapturableError
from learnorder.training.job import Job
from learnorder.training.schedule import schedule
from learnorder.training.stack import Stack

Kept = dict[str, dict[str, np.ndarray]]
"""What one network leaves: by what it is (`seed`, `margin`, …), then by split, points × examples."""

Point = dict[str, dict[str, torch.Tensor]]
"""What `evaluation.evaluate` gives at one point, by split."""


class Group:
    """One network, or several side by side: `train` goes on, `evaluate` looks at them.

    `stacked`: as one wide network, else each by itself. `capture`: on a GPU, make a step one graph, where it can
    be. `done`: number of mini-batches so far. `kept`: of each network its evaluation points so far, on the device.
    `diverged`: of each network the first evaluation point, in epochs, at which a logit was not finite, or None.
    `captured`: the graph, from the first step on.
    """

    def __init__(self, job: Job, seeds: Sequence[int], stacked: bool = False, capture: bool = True):
        self.job, self.seeds, self.done = job, list(seeds), 0
        self.streams = [stream_seeds(seed, job.recipe["vary"], job.collection) for seed in seeds]
        self.rows = [job.rows(seed) for seed in seeds]
        self.kept: list[list[Point]] = [[] for _ in seeds]
        self.diverged: list[float | None] = [None for _ in seeds]
        # Each alone, for evaluation: what is done to evaluate cannot touch what is trained.
        self.networks = [job.network(streams["initialisation"]) for streams in self.streams]
        self.generators = [
            torch.Generator(job.device).manual_seed(streams["augmentation"]) for streams in self.streams
        ]
        if len(self.seeds) == 1:
            # Whatever draws from the global generators: theirs is the stream of augmentation.
            torch.manual_seed(self.streams[0]["augmentation"])
        self.stacked = stacked
        if stacked:
            self.side_by_side = Stack(self.networks, self.generators, job.dataset.shape, job.key)
        else:
            self.side_by_side = Branches(self.networks, self.generators, job.device)
        self.trained = self.side_by_side.trained
        self.optimiser = optimiser.build(self.trained, job.recipe, job.device)
        self.factor = schedule(job.recipe, job.steps_per_epoch)
        self.evaluation_batch = evaluation.batch_size(self.networks[0], job.dataset.shape, job.device)
        self._draws = job.epochs(self.streams, self.rows)
        self.captured: Captured | None = None
        self._to_capture = capture and job.device.type == "cuda" and job.home == job.device

    def train(self, until: int, watch: Callable[[], None]) -> None:
        """Go on to mini-batch `until`; `watch` is called after each."""
        following = self._mini_batch(self.done) if self.done < until else {}
        while self.done < until:
            drawn, following = following, {}
            if self.done + 1 < until:
                following = self._mini_batch(self.done + 1)
                self.job.prefetch(following)
            self._step(drawn, self.job.recipe["learning_rate"] * self.factor(self.done))
            self.done += 1
            watch()

    def evaluate(self, watch: Callable[[], None]) -> None:
        """Keep what the networks predict now, as the next evaluation point; `watch` is called now and then."""
        job, epoch = self.job, self.job.recipe["evaluate_at"][len(self.kept[0])]
        self.side_by_side.give()
        point, finite = [], []
        # A search for the fastest convolutions would take longer than the few batches here.
        with torch.backends.cudnn.flags(enabled=True, benchmark=False, allow_tf32=torch.backends.cudnn.allow_tf32):
            for network, rows in zip(self.networks, self.rows, strict=True):
                network.eval()
                predict = _predictor(network, job)
                if job.recipe["batch_norm"] == "re_estimated":
                    evaluation.re_estimate(network, predict, job.inputs["train"], job.sampled(rows))
                found = {}
                for split, examples in job.inputs.items():
                    found[split], all_finite = self._evaluated(predict, split, examples, watch)
                    finite.append(all_finite)
                point.append(found)
        each = torch.stack(finite).reshape(len(self.networks), -1).all(1).tolist()
        for number, found in enumerate(point):
            self.kept[number].append(found)
            if not each[number] and self.diverged[number] is None:
                self.diverged[number] = float(epoch)

    def _evaluated(
        self, predict: evaluation.Predictor, split: str, examples: Images | Words, watch: Callable[[], None]
    ) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
        """What is kept of one network and split; where a GPU is too full, by ever smaller mini-batches."""
        job = self.job
        while True:
            try:
                return evaluation.evaluate(
                    predict,
                    examples,
                    job.targets.get(split),
                    job.recipe["record"],
                    job.class_type,
                    self.evaluation_batch,
                    watch,
                )
            except torch.cuda.OutOfMemoryError:
                if self.evaluation_batch == 1:
                    raise
            self.evaluation_batch //= 2
            torch.cuda.empty_cache()

    def results(self) -> dict[int, tuple[Kept, float | None]]:
        """By seed, what is kept of each network, and where it diverged."""
        return {
            seed: ({what: _kept(points, what) for what in ("seed", *self.job.recipe["record"])}, diverged)
            for seed, points, diverged in zip(self.seeds, self.kept, self.diverged, strict=True)
        }

    def state(self) -> dict[str, Any]:
        """All that the rest of training follows from, as tensors and plain values."""
        on_cpu = [
            [
                {split: {what: values.cpu() for what, values in found.items()} for split, found in point.items()}
                for point in points
            ]
            for points in self.kept
        ]
        return {
            "seeds": self.seeds,
            "stacked": self.stacked,
            "done": self.done,
            **self._moving(),
            "global_random": torch.get_rng_state(),
            "gpu_random": torch.cuda.get_rng_state(self.job.device) if self.job.device.type == "cuda" else None,
            "kept": on_cpu,
            "diverged": self.diverged,
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a state of the same seeds; before the first step, since a captured one keeps its tensors."""
        self.done, self.diverged = state["done"], state["diverged"]
        self.kept = [
            [
                {
                    split: {what: values.to(self.job.device) for what, values in found.items()}
                    for split, found in point.items()
                }
                for point in points
            ]
            for points in state["kept"]
        ]
        self.trained.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        for generator, random in zip(self.generators, state["random"], strict=True):
            generator.set_state(random)
        torch.set_rng_state(state["global_random"])
        if state["gpu_random"] is not None:
            torch.cuda.set_rng_state(state["gpu_random"], self.job.device)

    def _moving(self) -> dict[str, Any]:
        """What a step changes."""
        return {
            "network": self.trained.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "random": [generator.get_state() for generator in self.generators],
        }

    def _step(self, drawn: dict[str, torch.Tensor], rate: float) -> None:
        """One step of the optimiser, on a GPU as a graph that the first one captures."""
        if self._to_capture:
            self._to_capture = False
            self._capture(drawn)
        if self.captured:
            self.captured(drawn, rate)
        else:
            self._update(drawn, rate)

    def _capture(self, drawn: dict[str, torch.Tensor]) -> None:
        before = deepcopy(self._moving())
        gpu_random = torch.cuda.get_rng_state(self.job.device)
        # A step that cannot be captured is trained as on a CPU, kernel by kernel.
        with suppress(NotCapturableError):
            self.captured = Captured(self._update, drawn, self.generators)
        self._restore(before)
        torch.cuda.set_rng_state(gpu_random, self.job.device)

    def _restore(self, before: dict[str, Any]) -> None:
        """Be as before the warm-up, in the very tensors that a captured step works on."""
        weights = [weight for group in self.optimiser.param_groups for weight in group["params"]]
        for number, weight in enumerate(weights):
            earlier = before["optimiser"]["state"].get(number, {})
            for name, value in self.optimiser.state[weight].items():
                # Before the first step there is no momentum, which is as much as a momentum of zero.
                value.copy_(earlier[name]) if name in earlier else value.zero_()
        self.trained.load_state_dict(before["network"])
        for generator, random in zip(self.generators, before["random"], strict=True):
            generator.set_state(random)

    def _mini_batch(self, number: int) -> dict[str, torch.Tensor]:
        """What was drawn for a mini-batch of each network, examples × networks × …."""
        epoch, place = divmod(number, self.job.steps_per_epoch)
        batch = slice(place * self.job.batch_size, (place + 1) * self.job.batch_size)
        return {name: numbers[batch] for name, numbers in self._draws(epoch).items()}

    def _update(self, drawn: dict[str, torch.Tensor], rate: float | torch.Tensor) -> None:
        """One step of the optimiser on a mini-batch of each network."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad()
        if self.stacked:
            self._loss(self.trained, {name: numbers.flatten(0, 1) for name, numbers in drawn.items()}).backward()
        else:
            self.side_by_side.backward(
                lambda network, number: self._loss(
                    network, {name: numbers[:, number] for name, numbers in drawn.items()}
                )
            )
        self.optimiser.step()

    def _loss(self, network: nn.Module, drawn: dict[str, torch.Tensor]) -> torch.Tensor:
        """The sum over networks of each one's mean loss: no network's gradient knows of another."""
        inputs, targets = self.job.batch(drawn)
        if self.stacked:
            inputs = inputs.unflatten(0, (-1, len(self.seeds))).flatten(1, 2)
        with self.job.autocast():
            logits = network(inputs)
        summed = functional.cross_entropy(
            logits.float().reshape(len(targets), self.job.classes),
            targets,
            label_smoothing=self.job.recipe["label_smoothing"],
            reduction="sum",
        )
        return summed / self.job.batch_size


def _kept(points: list[Point], what: str) -> dict[str, np.ndarray]:
    """One kind of what was kept, by split, points × examples."""
    return {split: torch.stack([point[split][what] for point in points]).cpu().numpy() for split in points[0]}


def _predictor(network: nn.Module, job: Job) -> evaluation.Predictor:
    def predict(batch: torch.Tensor) -> torch.Tensor:
        with job.autocast():
            return network(batch)

    return predict
