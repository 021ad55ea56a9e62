"""Train networks one after the other on one device and keep every prediction."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import torch
from torch import nn

from learnorder.configuration import step
from learnorder.datasets.canonical import Dataset
from learnorder.networks.build import build
from learnorder.training import augmentation
from learnorder.training.streams import stream_seeds

# Small enough that the activations of a small CNN stay in the cache of a core.
EVALUATION_BATCH = 128
CLASS_TYPE = torch.int16


@dataclass(frozen=True)
class Images:
    """A split on the device: uint8 pixels, and the mean and deviation of the train pixels of each channel."""

    pixels: torch.Tensor
    labels: torch.Tensor
    mean: torch.Tensor
    deviation: torch.Tensor

    def normalised(self, pixels: torch.Tensor) -> torch.Tensor:
        """Float images, of mean 0 and deviation 1 over the train set, in the layout convolutions want."""
        images = (pixels.float() - self.mean) / self.deviation
        return images.to(memory_format=torch.channels_last)


def train(
    dataset: Dataset,
    identity: dict[str, Any],
    seeds: Iterable[int],
    report: Callable[[str], None] = print,
) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
    """Train a network per seed; yield the seed and its predicted classes by split, points × examples.

    A network's predictions depend on its own seed alone: on the CPU, bit for bit, whatever else is trained.
    """
    torch.use_deterministic_algorithms(True)
    # The number of threads changes the order of sums, so it may not depend on the machine.
    torch.set_num_threads(1)
    splits = _load(dataset)
    for seed in seeds:
        yield seed, _train_one(splits, len(dataset.classes), identity, seed, report)


def environment() -> dict[str, str]:
    """What beside its identity may change the last bits of a result: versions and the device."""
    return {"learnorder": version("learnorder"), "torch": torch.__version__, "device": "cpu"}


def _load(dataset: Dataset) -> dict[str, Images]:
    pixels = {name: torch.from_numpy(np.array(split.images)) for name, split in dataset.splits.items()}
    # Moments from the histogram of each channel are exact, whatever the order of the sum.
    channels = pixels["train"].transpose(0, 1).flatten(1)
    counts = torch.stack([torch.bincount(channel, minlength=256) for channel in channels]).double()
    values = torch.arange(256, dtype=torch.double)
    mean = (counts @ values) / counts.sum(1)
    deviation = ((counts @ values**2) / counts.sum(1) - mean**2).sqrt().clamp(min=1)
    mean, deviation = (moment.float().reshape(1, -1, 1, 1) for moment in (mean, deviation))
    return {
        name: Images(pixels[name], torch.from_numpy(split.labels.astype(np.int64)), mean, deviation)
        for name, split in dataset.splits.items()
    }


def _train_one(
    splits: dict[str, Images],
    classes: int,
    identity: dict[str, Any],
    seed: int,
    report: Callable[[str], None],
) -> dict[str, np.ndarray]:
    recipe, train_split = identity["recipe"], splits["train"]
    streams = stream_seeds(seed, recipe["vary"])
    torch.manual_seed(streams["initialisation"])
    network = build(identity["architecture"], tuple(train_split.pixels.shape[1:]), classes)
    network = network.to(memory_format=torch.channels_last)
    # Dropout and the like draw from the global generator: theirs is the stream of augmentation.
    torch.manual_seed(streams["augmentation"])
    augmenting = torch.Generator().manual_seed(streams["augmentation"])
    ordering = torch.Generator().manual_seed(streams["order"])
    optimiser = _optimiser(network, recipe)

    examples, batch_size = len(train_split.labels), recipe["batch_size"]
    points = [step(epoch, examples, batch_size) for epoch in recipe["evaluate_at"]]
    predictions: dict[str, list[np.ndarray]] = {name: [] for name in splits}
    started = time.perf_counter()

    def evaluate(steps: int) -> None:
        for name, split in splits.items():
            predictions[name].append(_predict(network, split))
        accuracies = (
            f"{name} {np.mean(rows[-1] == splits[name].labels.numpy()):.4f}" for name, rows in predictions.items()
        )
        epoch = recipe["evaluate_at"][points.index(steps)]
        seconds = time.perf_counter() - started
        report(f"seed {seed:03d}  epoch {epoch:g}  accuracy {'  '.join(accuracies)}  {seconds:.1f} s")

    done = 0
    if done in points:
        evaluate(done)
    while done < points[-1]:
        order = torch.randperm(examples, generator=ordering)
        for rows in order[: examples // batch_size * batch_size].split(batch_size):
            pixels = _augmented(train_split.pixels[rows], recipe, augmenting)
            logits = network(train_split.normalised(pixels))
            loss = nn.functional.cross_entropy(logits, train_split.labels[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            done += 1
            if done in points:
                evaluate(done)
            if done == points[-1]:
                break
    return {name: np.stack(rows) for name, rows in predictions.items()}


def _augmented(pixels: torch.Tensor, recipe: dict[str, Any], generator: torch.Generator) -> torch.Tensor:
    if recipe["flip"]:
        pixels = augmentation.flip(pixels, generator)
    if recipe["shift"]:
        pixels = augmentation.shift(pixels, recipe["shift"], generator)
    return pixels


def _optimiser(network: nn.Module, recipe: dict[str, Any]) -> torch.optim.Optimizer:
    settings = {"lr": recipe["learning_rate"], "weight_decay": recipe["weight_decay"]}
    if recipe["optimiser"] == "sgd":
        return torch.optim.SGD(network.parameters(), momentum=recipe["momentum"], **settings)
    adaptive = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[recipe["optimiser"]]
    return adaptive(network.parameters(), **settings)


@torch.inference_mode()
def _predict(network: nn.Module, split: Images) -> np.ndarray:
    """Predicted class of every example."""
    network.eval()
    parts = [
        network(split.normalised(pixels)).argmax(1).to(CLASS_TYPE)
        for pixels in split.pixels.split(EVALUATION_BATCH)
    ]
    network.train()
    return torch.cat(parts).numpy()
