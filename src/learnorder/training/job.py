"""What the networks of a job have in common: the data, the recipe, the device."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from torch import nn

from learnorder.datasets import inputs
from learnorder.datasets.canonical import Dataset
from learnorder.datasets.sampling import stratified
from learnorder.errors import UserError
from learnorder.networks import weights
from learnorder.networks.build import build
from learnorder.streams import SHARED_SEED, collection, epoch_seed, stream_seed
from learnorder.study.fit import points
from learnorder.training import augmentation
from learnorder.training.evaluation import RE_ESTIMATED_FROM

FEW_CLASSES = 256


class Job:
    """The data of a collection, ready on a device, and what its recipe does with them.

    `workers`: number of threads that decode images of sets that stay encoded, while others are trained on.
    `points`: number of mini-batches at each evaluation point. Raises a `UserError` for a recipe that the data do
    not allow.
    """

    def __init__(
        self,
        dataset: Dataset,
        others: Mapping[str, Dataset],
        identity: Mapping[str, Any],
        device: torch.device,
        workers: int = 1,
    ):
        self.dataset, self.identity, self.recipe, self.device = dataset, identity, identity["recipe"], device
        self.key, self.collection = f"architecture {identity['architecture']['name']}", collection(identity)
        self.inputs = inputs.load(dataset, others, self.recipe, device, workers)
        self.home = self.inputs["train"].home
        self.targets = {
            name: torch.from_numpy(split.targets.astype(np.int64)).to(self.home)
            for name, split in dataset.splits.items()
        }
        self.classes = len(dataset.classes)
        self.class_type = torch.uint8 if self.classes <= FEW_CLASSES else torch.int16
        self.batch_size = self.recipe["batch_size"]
        self.examples = self.recipe["train_examples"] or len(self.targets["train"])
        self.points = self._points()
        self._drawing = ThreadPoolExecutor(1)
        self.steps_per_epoch = self.examples // self.batch_size

    def _points(self) -> list[int]:
        recipe = self.recipe
        if not 1 <= self.batch_size <= self.examples <= len(self.targets["train"]):
            raise UserError(
                f"recipe {recipe['name']}: mini-batches of {self.batch_size} of {self.examples} examples; "
                f"allowed: at most the {len(self.targets['train'])} train examples of the dataset"
            )
        return points(f"recipe {recipe['name']}", recipe, self.examples, self.identity["dataset"]["name"])

    def network(self, seed: int) -> nn.Module:
        """A network as this seed initialises it."""
        torch.manual_seed(seed)
        network = build(
            self.identity["architecture"],
            self.dataset.shape,
            self.classes,
            vocabulary=self.dataset.vocabulary,
            dropout=self.recipe["dropout"],
        )
        weights.load(network, self.identity["architecture"], self.classes)
        return network.to(self.device, memory_format=torch.channels_last)

    def rows(self, seed: int) -> torch.Tensor:
        """Rows of the train examples that network `seed` is trained on."""
        if not self.recipe["train_examples"]:
            return torch.arange(self.examples)
        own = seed if self.recipe["train_examples_drawn"] == "per_network" else SHARED_SEED
        generator = np.random.default_rng(stream_seed(own, "examples", self.collection))
        train = self.dataset.splits["train"].targets
        return torch.from_numpy(stratified(train, self.examples, generator))

    def sampled(self, rows: torch.Tensor) -> torch.Tensor:
        """A random sample of the rows that a network trains on, always the same: sets may be sorted by class."""
        generator = torch.Generator().manual_seed(stream_seed(SHARED_SEED, "sample", self.collection))
        return rows[torch.randperm(len(rows), generator=generator)[:RE_ESTIMATED_FROM]].to(self.home)

    def draws(self, streams: Mapping[str, int], rows: torch.Tensor, epoch: int) -> dict[str, torch.Tensor]:
        """What chance decides for one network in one epoch: the `rows` in their order, each one's augmentation."""
        order, augmenting = (
            torch.Generator().manual_seed(epoch_seed(streams[stream], epoch))
            for stream in ("order", "augmentation")
        )
        n = self.steps_per_epoch * self.batch_size
        drawn = {"rows": rows[torch.randperm(len(rows), generator=order)[:n]]}
        if not self.dataset.is_text:
            drawn |= augmentation.draws(n, self.dataset.shape, self.recipe, augmenting)
        return drawn

    def epochs(
        self, streams: Sequence[Mapping[str, int]], rows: Sequence[torch.Tensor]
    ) -> Callable[[int], dict[str, torch.Tensor]]:
        """What an epoch draws for several networks, examples × networks × …, where the data lie.

        The last one asked for is kept. On a GPU a thread draws the one that follows, so that the device need not
        wait.
        """

        def drawn(epoch: int) -> dict[str, torch.Tensor]:
            each = [self.draws(*network, epoch) for network in zip(streams, rows, strict=True)]
            together = {name: torch.stack([own[name] for own in each], dim=1) for name in each[0]}
            if self.home.type == "cuda":
                return {name: numbers.pin_memory() for name, numbers in together.items()}
            return together

        kept: dict[int, dict[str, torch.Tensor]] = {}
        ahead: dict[int, Future] = {}

        def epoch_of(epoch: int) -> dict[str, torch.Tensor]:
            if epoch not in kept:
                made = ahead.pop(epoch).result() if epoch in ahead else drawn(epoch)
                kept.clear()
                kept[epoch] = {name: numbers.to(self.home, non_blocking=True) for name, numbers in made.items()}
                if self.home.type == "cuda" and epoch + 1 < self.recipe["epochs"]:
                    ahead[epoch + 1] = self._drawing.submit(drawn, epoch + 1)
            return kept[epoch]

        return epoch_of

    def prefetch(self, drawn: Mapping[str, torch.Tensor]) -> None:
        """Start to decode the images of a mini-batch of each network."""
        for rows in drawn["rows"].unbind(1):
            self.inputs["train"].prefetch(rows)

    def batch(self, drawn: Mapping[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        """Inputs and targets of a mini-batch, as it was drawn."""
        train, rows = self.inputs["train"], drawn["rows"]
        targets = self.targets["train"].index_select(0, rows).to(self.device, non_blocking=True)
        if len(drawn) == 1:
            return train[rows], targets
        own = {name: numbers.to(self.device, non_blocking=True) for name, numbers in drawn.items()}
        return train.normalise(augmentation.augmented(train.pixels(rows), self.recipe, own)), targets

    def autocast(self) -> torch.autocast:
        """The number format of the recipe."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe["precision"] == "bfloat16")
