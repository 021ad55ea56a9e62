"""Features of a network as a dataset of their own: what the layer of its logits is given, for each example."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from learnorder.datasets import inputs
from learnorder.datasets.canonical import Dataset
from learnorder.datasets.features import vectors
from learnorder.errors import UserError
from learnorder.networks import weights
from learnorder.networks.build import build
from learnorder.training.group import Group
from learnorder.training.job import Job
from learnorder.training.train import prepared

BATCH = 32


def extract(dataset: Dataset, described: Mapping[str, Any], report: Callable[[str], None] = print) -> Dataset:
    """The dataset with the network's penultimate features, float32, n × features × 1 × 1, as its inputs.

    `described`: the dataset's entry, with those of its `architecture` and, if it was trained in a study, of its
    `recipe`, see `Study.entry`. Then the network is trained here again, as network `seed` of that collection, to
    its last evaluation point. Otherwise it is as it starts, from random or pretrained weights. It sees what
    networks see: images normalised by the train set, resized if there is a `size`. Labels, classes and sources
    stay as they are.

    Raises a `UserError` for a network whose logits do not come from a linear layer of vectors.
    """
    if "recipe" in described:
        network, images = _trained(dataset, described, report)
    else:
        network, images = _as_it_starts(dataset, described)
    layer = _last(network, len(dataset.classes), described["architecture"]["name"])
    size = described.get("size")
    splits = {
        split: replace(data, inputs=vectors(_features(network, layer, images[split], size)))
        for split, data in dataset.splits.items()
    }
    return replace(dataset, splits=splits, checksum="", remarks=[])


def _as_it_starts(dataset: Dataset, described: Mapping[str, Any]) -> tuple[nn.Module, Mapping[str, inputs.Images]]:
    place = prepared("cpu")
    shape, size = dataset.shape, described.get("size")
    torch.manual_seed(described["seed"])
    network = build(described["architecture"], (shape[0], size, size) if size else shape, len(dataset.classes))
    weights.load(network, described["architecture"], len(dataset.classes))
    images = inputs.load(dataset, {}, {"whitening": False}, place)
    return network.to(memory_format=torch.channels_last), images


def _trained(
    dataset: Dataset, described: Mapping[str, Any], report: Callable[[str], None]
) -> tuple[nn.Module, Mapping[str, inputs.Images]]:
    """Network `seed` of the collection, at its last evaluation point."""
    identity = {
        "dataset": described["of"],
        "architecture": described["architecture"],
        "recipe": described["recipe"],
        "also_predict": [],
    }
    job = Job(dataset, {}, identity, prepared("cpu"))
    # Networks that are trained side by side in the study are trained side by side here.
    side_by_side, seed = described["architecture"]["stacked"], described["seed"]
    first = seed - seed % side_by_side
    group = Group(job, range(first, first + side_by_side), stacked=side_by_side > 1)
    report(f"training network {seed:03d} of {described['architecture']['name']} for its features")
    group.train(job.points[-1], watch=lambda: None)
    # As at an evaluation point of the study: with the statistics of batch normalisation that its recipe wants.
    group.evaluate(watch=lambda: None)
    if group.diverged[seed - first] is not None:
        raise UserError(f"{job.key}: network {seed} diverged; allowed: another `seed` or recipe")
    return group.networks[seed - first], job.inputs


def _last(network: nn.Module, classes: int, name: str) -> nn.Linear:
    """The layer that gives the logits."""
    layers = (layer for layer in network.modules() if isinstance(layer, nn.Linear))
    linear = [layer for layer in layers if layer.out_features == classes]
    if not linear:
        raise UserError(
            f"architecture {name}: its logits come from no linear layer; allowed: a network that ends with one"
        )
    return linear[-1]


@torch.no_grad()
def _features(network: nn.Module, layer: nn.Linear, images: inputs.Images, size: int | None) -> np.ndarray:
    """What the layer is given, n × features."""
    network.eval()
    given: list[torch.Tensor] = []
    hook = layer.register_forward_pre_hook(lambda _, inputs: given.append(inputs[0]))
    resized = partial(functional.interpolate, size=(size, size), mode="bilinear", antialias=True)
    try:
        for first in range(0, len(images), BATCH):
            batch = images[slice(first, first + BATCH)]
            network(resized(batch) if size else batch)
    finally:
        hook.remove()
    features = torch.cat(given)
    if features.shape != (len(images), layer.in_features):
        raise UserError(
            f"the layer of the logits is given {'×'.join(map(str, features.shape))} values of {len(images)} "
            "examples; allowed: a network whose last linear layer is given a vector of each"
        )
    return features.float().numpy()
