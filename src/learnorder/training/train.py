"""Train networks one after the other and keep every prediction."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from learnorder.datasets.canonical import Dataset
from learnorder.datasets.sampling import stratified
from learnorder.errors import UserError
from learnorder.fit import points
from learnorder.networks.build import build
from learnorder.streams import SHARED_SEED, stream_seed, stream_seeds
from learnorder.training import evaluation, inputs
from learnorder.training.augmentation import augmented
from learnorder.training.schedule import schedule

Report = Callable[[str], None]
Kept = dict[str, dict[str, np.ndarray]]


def train(
    dataset: Dataset, others: Mapping[str, Dataset], identity: dict[str, Any], seeds: Iterable[int], report: Report
) -> Iterator[tuple[int, Kept]]:
    """Train a network per seed; yield the seed and what is kept of it.

    That is `seed`, the predicted classes, and what the recipe records, each by split, points × examples. Splits
    are the dataset's own and the names of the others. A network's predictions depend on its own seed alone: on
    the CPU, bit for bit, whatever else is trained.
    """
    torch.use_deterministic_algorithms(True)
    # The number of threads changes the order of sums, so it may not depend on the machine.
    torch.set_num_threads(1)
    job = Job(dataset, others, identity, report)
    for seed in seeds:
        yield seed, job.network(seed)


class Job:
    """The data and the recipe that the networks of a shard have in common."""

    def __init__(self, dataset: Dataset, others: Mapping[str, Dataset], identity: dict[str, Any], report: Report):
        self.dataset, self.identity, self.recipe, self.report = dataset, identity, identity["recipe"], report
        self.inputs = inputs.load(dataset, others)
        self.targets = {
            name: torch.from_numpy(split.targets.astype(np.int64)) for name, split in dataset.splits.items()
        }
        self.normalise = (
            inputs.as_they_are if dataset.is_text else inputs.Normalisation(self.inputs["train"], self.recipe)
        )
        self.examples = self.recipe["train_examples"] or len(self.targets["train"])
        self.steps_per_epoch = self.examples // self.recipe["batch_size"]
        self.points = self._points()

    def _points(self) -> list[int]:
        """Number of mini-batches at each evaluation point."""
        recipe, batch_size = self.recipe, self.recipe["batch_size"]
        if not 1 <= batch_size <= self.examples <= len(self.targets["train"]):
            raise UserError(
                f"recipe {recipe['name']}: mini-batches of {batch_size} of {self.examples} examples; "
                f"allowed: at most the {len(self.targets['train'])} train examples of the dataset"
            )
        return points(f"recipe {recipe['name']}", recipe, self.examples, self.identity["dataset"]["name"])

    def network(self, seed: int) -> Kept:
        """Train one network; what is kept of it at every evaluation point."""
        started, recipe = time.perf_counter(), self.recipe
        streams = stream_seeds(seed, recipe["vary"])
        network = self._initialised(streams["initialisation"])
        # Dropout and the like draw from the global generator: theirs is the stream of augmentation.
        torch.manual_seed(streams["augmentation"])
        augmenting = torch.Generator().manual_seed(streams["augmentation"])
        predict = partial(self._logits, network)
        kept: list[dict[str, dict[str, np.ndarray]]] = []

        def keep() -> None:
            kept.append(self._evaluated(network, predict))
            epoch, seconds = recipe["evaluate_at"][len(kept) - 1], time.perf_counter() - started
            said = evaluation.accuracies(kept[-1], self.targets)
            self.report(f"seed {seed:03d}  epoch {epoch:g}  accuracy {said}  {seconds:.1f} s")

        optimiser, factor = _optimiser(network, recipe), schedule(recipe, self.steps_per_epoch)
        if self.points[0] == 0:
            keep()
        for done, rows in enumerate(self._mini_batches(seed, streams["order"]), start=1):
            for group in optimiser.param_groups:
                group["lr"] = recipe["learning_rate"] * factor(done - 1)
            batch = self.inputs["train"][rows]
            if not self.dataset.is_text:
                batch = augmented(batch, recipe, augmenting)
            loss = nn.functional.cross_entropy(
                predict(batch).float(), self.targets["train"][rows], label_smoothing=recipe["label_smoothing"]
            )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            if done == self.points[len(kept)]:
                keep()
        return {
            what: {split: np.stack([point[split][what] for point in kept]) for split in self.inputs}
            for what in ("seed", *recipe["record"])
        }

    def _initialised(self, seed: int) -> nn.Module:
        torch.manual_seed(seed)
        network = build(
            self.identity["architecture"],
            self.dataset.shape,
            len(self.dataset.classes),
            vocabulary=self.dataset.vocabulary,
            dropout=self.recipe["dropout"],
        )
        return network.to(memory_format=torch.channels_last)

    def _logits(self, network: nn.Module, batch: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=self.recipe["precision"] == "bfloat16"):
            return network(self.normalise(batch))

    def _evaluated(self, network: nn.Module, predict: evaluation.Predictor) -> dict[str, dict[str, np.ndarray]]:
        re_estimate = self.inputs["train"] if self.recipe["batch_norm"] == "re_estimated" else None
        with evaluation.evaluating(network, predict, re_estimate):
            return {
                split: evaluation.evaluate(predict, examples, self.targets.get(split), self.recipe["record"])
                for split, examples in self.inputs.items()
            }

    def _mini_batches(self, seed: int, order: int) -> Iterator[torch.Tensor]:
        """Rows of each mini-batch up to the last evaluation point, every epoch in a new order."""
        generator, batch_size = torch.Generator().manual_seed(order), self.recipe["batch_size"]
        rows = self._drawn(seed)
        left = self.points[-1]
        while left:
            shuffled = rows[torch.randperm(len(rows), generator=generator)]
            batches = shuffled[: self.steps_per_epoch * batch_size].split(batch_size)[:left]
            left -= len(batches)
            yield from batches

    def _drawn(self, seed: int) -> torch.Tensor:
        """Rows of the train examples that this network is trained on."""
        if not self.recipe["train_examples"]:
            return torch.arange(self.examples)
        own = seed if self.recipe["train_examples_drawn"] == "per_network" else SHARED_SEED
        generator = np.random.default_rng(stream_seed(own, "examples"))
        return torch.from_numpy(stratified(self.targets["train"].numpy(), self.examples, generator))


def _optimiser(network: nn.Module, recipe: dict[str, Any]) -> torch.optim.Optimizer:
    settings = {"lr": recipe["learning_rate"], "weight_decay": recipe["weight_decay"]}
    if recipe["optimiser"] == "sgd":
        return torch.optim.SGD(
            network.parameters(), momentum=recipe["momentum"], nesterov=recipe["nesterov"], **settings
        )
    adaptive = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[recipe["optimiser"]]
    return adaptive(network.parameters(), **settings)
