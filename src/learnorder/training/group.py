"""Networks that are trained side by side, from their seeds to what is kept of them."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from learnorder.streams import stream_seeds
from learnorder.training import evaluation
from learnorder.training.capture import Captured
from learnorder.training.job import Job
from learnorder.training.schedule import schedule
from learnorder.training.stack import Stack

Kept = dict[str, dict[str, np.ndarray]]
"""What one network leaves: by what it is (`seed`, `margin`, …), then by split, points × examples."""

Point = dict[str, dict[str, torch.Tensor]]
"""What `evaluation.evaluate` gives at one point, by split."""


class Group:
    """One network, or several that are stacked: `train` goes on, `evaluate` looks at them.

    `done`: number of mini-batches so far. `kept`: of each network its evaluation points so far. `diverged`: of
    each network the first evaluation point, in epochs, at which a logit was not finite, or None.
    """

    def __init__(self, job: Job, seeds: Sequence[int]):
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
            self.stack, self.trained = None, deepcopy(self.networks[0])
            # Dropout and the like draw from the global generator: theirs is the stream of augmentation.
            torch.manual_seed(self.streams[0]["augmentation"])
        else:
            self.stack = Stack(self.networks, self.generators, job.dataset.shape, job.key)
            self.trained = self.stack.wide
        self.optimiser = _optimiser(self.trained, job.recipe, job.device)
        self.factor = schedule(job.recipe, job.steps_per_epoch)
        self.forward = _over_all_gpus(self.trained, job)
        self.evaluation_batch = evaluation.batch_size(self.networks[0], job.dataset.shape, job.device)
        self._epoch, self._drawn = -1, {}
        self._update = self._updated
        if job.device.type == "cuda" and self.stack and job.home == job.device:
            self._update = Captured(self._updated, self.generators, self.state, self._restore)

    def train(self, until: int, watch: Callable[[], None]) -> None:
        """Go on to mini-batch `until`; `watch` is called after each."""
        following = self._mini_batch(self.done) if self.done < until else {}
        while self.done < until:
            drawn, following = following, {}
            if self.done + 1 < until:
                following = self._mini_batch(self.done + 1)
                self.job.inputs["train"].prefetch(following["rows"])
            self._update(drawn, self.job.recipe["learning_rate"] * self.factor(self.done))
            self.done += 1
            watch()

    def evaluate(self, watch: Callable[[], None]) -> None:
        """Keep what the networks predict now, as the next evaluation point; `watch` is called now and then."""
        job, epoch = self.job, self.job.recipe["evaluate_at"][len(self.kept[0])]
        if self.stack:
            self.stack.give()
        else:
            self.networks[0].load_state_dict(self.trained.state_dict())
        point, finite = [], []
        for network in self.networks:
            network.eval()
            predict = _predictor(_over_all_gpus(network, job), job)
            if job.recipe["batch_norm"] == "re_estimated":
                evaluation.re_estimate([network], predict, job.inputs["train"])
            found = {}
            for split, examples in job.inputs.items():
                found[split], all_finite = evaluation.evaluate(
                    predict,
                    examples,
                    job.targets.get(split),
                    job.recipe["record"],
                    job.class_type,
                    self.evaluation_batch,
                    watch,
                )
                finite.append(all_finite)
            point.append(found)
        each = torch.stack(finite).reshape(len(self.networks), -1).all(1).tolist()
        for number, found in enumerate(point):
            self.kept[number].append(found)
            if not each[number] and self.diverged[number] is None:
                self.diverged[number] = float(epoch)

    def results(self) -> dict[int, tuple[Kept, float | None]]:
        """By seed, what is kept of each network, and where it diverged."""
        return {
            seed: ({what: _stacked(points, what) for what in ("seed", *self.job.recipe["record"])}, diverged)
            for seed, points, diverged in zip(self.seeds, self.kept, self.diverged, strict=True)
        }

    def state(self) -> dict[str, Any]:
        """All that the rest of training follows from, as tensors and plain values."""
        return {
            "seeds": self.seeds,
            "done": self.done,
            "network": self.trained.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "random": [generator.get_state() for generator in self.generators],
            "global_random": torch.get_rng_state(),
            "gpu_random": torch.cuda.get_rng_state(self.job.device) if self.job.device.type == "cuda" else None,
            "kept": self.kept,
            "diverged": self.diverged,
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a state of the same seeds."""
        self.done, self.kept, self.diverged = state["done"], state["kept"], state["diverged"]
        self.trained.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        for generator, random in zip(self.generators, state["random"], strict=True):
            generator.set_state(random)
        torch.set_rng_state(state["global_random"])
        if state["gpu_random"] is not None:
            torch.cuda.set_rng_state(state["gpu_random"], self.job.device)

    def _restore(self, state: dict[str, Any]) -> None:
        """Be as in an earlier state, in the very tensors that a captured step works on."""
        for number, weights in enumerate(self.optimiser.param_groups[0]["params"]):
            before = state["optimiser"]["state"].get(number, {})
            for name, value in self.optimiser.state[weights].items():
                # Before the first step there is no momentum, which is as much as a momentum of zero.
                value.copy_(before[name]) if name in before else value.zero_()
        self.trained.load_state_dict(state["network"])
        for generator, random in zip(self.generators, state["random"], strict=True):
            generator.set_state(random)

    def _mini_batch(self, number: int) -> dict[str, torch.Tensor]:
        """What was drawn for a mini-batch of each network, in turn."""
        epoch, place = divmod(number, self.job.steps_per_epoch)
        if epoch != self._epoch:
            self._epoch, self._drawn = epoch, self._draws(epoch)
        batch = slice(place * self.job.batch_size, (place + 1) * self.job.batch_size)
        return {name: numbers[batch].flatten(0, 1) for name, numbers in self._drawn.items()}

    def _draws(self, epoch: int) -> dict[str, torch.Tensor]:
        """What an epoch draws for all networks, examples × networks × …, where the data lie."""
        each = [
            self.job.draws(streams, rows, epoch) for streams, rows in zip(self.streams, self.rows, strict=True)
        ]
        return {name: torch.stack([drawn[name] for drawn in each], dim=1).to(self.job.home) for name in each[0]}

    def _updated(self, drawn: dict[str, torch.Tensor], rate: float | torch.Tensor) -> None:
        """One step of the optimiser on a mini-batch of each network."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        inputs, targets = self.job.batch(drawn)
        networks = len(self.seeds)
        if networks > 1:
            inputs = inputs.unflatten(0, (-1, networks)).flatten(1, 2)
        with self.job.autocast():
            logits = self.forward(inputs)
        # The sum over networks of each one's mean: no network's gradient knows of another.
        loss = functional.cross_entropy(
            logits.float().reshape(len(targets), self.job.classes),
            targets,
            label_smoothing=self.job.recipe["label_smoothing"],
            reduction="sum",
        )
        self.optimiser.zero_grad()
        (loss / self.job.batch_size).backward()
        self.optimiser.step()


def _stacked(points: list[Point], what: str) -> dict[str, np.ndarray]:
    """One kind of what was kept, by split, points × examples."""
    return {split: torch.stack([point[split][what] for point in points]).numpy() for split in points[0]}


def _predictor(network: nn.Module, job: Job) -> evaluation.Predictor:
    def predict(batch: torch.Tensor) -> torch.Tensor:
        with job.autocast():
            return network(batch)

    return predict


def _over_all_gpus(network: nn.Module, job: Job) -> nn.Module:
    """The network itself; one that was given several GPUs shares each mini-batch among them."""
    if job.device.type == "cuda" and torch.cuda.device_count() > 1:
        return nn.DataParallel(network)
    return network


def _optimiser(network: nn.Module, recipe: dict[str, Any], device: torch.device) -> torch.optim.Optimizer:
    # Fused: one pass over the weights for all that a step does to them.
    settings = {"lr": recipe["learning_rate"], "weight_decay": recipe["weight_decay"], "fused": True}
    if recipe["optimiser"] == "sgd":
        return torch.optim.SGD(
            network.parameters(), momentum=recipe["momentum"], nesterov=recipe["nesterov"], **settings
        )
    adaptive = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[recipe["optimiser"]]
    return adaptive(network.parameters(), capturable=device.type == "cuda", **settings)
