"""What is kept of a network at an evaluation point."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.nn.modules.batchnorm import _BatchNorm

from learnorder.training.inputs import Pixels, Words

# Small enough that the activations of a small CNN stay in the cache of a core.
BATCH = 128
RE_ESTIMATED_FROM = 4096
CLASS_TYPE = torch.int16
FLOAT16_MOST = 65504.0

Predictor = Callable[[torch.Tensor], torch.Tensor]


@torch.inference_mode()
def evaluate(
    predict: Predictor, inputs: Pixels | Words, targets: torch.Tensor | None, record: Sequence[str]
) -> dict[str, np.ndarray]:
    """Of every example the predicted class, `seed`, and what the recipe records, by name; n values each.

    `predict` gives logits. Without targets, nothing but the class is known: the rest is NaN.
    """
    parts: dict[str, list[torch.Tensor]] = {name: [] for name in ("seed", *record)}
    for first in range(0, len(inputs), BATCH):
        logits = predict(inputs[first : first + BATCH]).float()
        parts["seed"].append(logits.argmax(1).to(CLASS_TYPE))
        for name in record:
            if targets is None:
                parts[name].append(torch.full((len(logits),), torch.nan, dtype=torch.float16))
            else:
                score = SCORES[name](logits, targets[first : first + BATCH])
                parts[name].append(score.clamp(-FLOAT16_MOST, FLOAT16_MOST).half())
    return {name: torch.cat(values).numpy() for name, values in parts.items()}


def margin(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Logit of the label minus the largest other one. Its mean over training is AUM (Pleiss et al. 2020)."""
    of_label = logits.gather(1, targets[:, None])[:, 0]
    others = logits.scatter(1, targets[:, None], -torch.inf)
    return of_label - others.amax(1)


def loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Cross-entropy, in nats, without label smoothing."""
    return functional.cross_entropy(logits, targets, reduction="none")


def el2n(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Euclidean norm of predicted probabilities minus one-hot label, in [0, √2]. Source: Paul et al. 2021."""
    wanted = functional.one_hot(targets, logits.shape[1])
    return (logits.softmax(1) - wanted).norm(dim=1)


SCORES = {"margin": margin, "loss": loss, "el2n": el2n}


@contextmanager
def evaluating(network: nn.Module, predict: Predictor, re_estimate: Pixels | Words | None) -> Iterator[None]:
    """Set the network to evaluate, and back to train as if nothing had been.

    With inputs to `re_estimate` from, batch normalisation has the mean statistics of their first 4,096 examples
    instead of the running ones, which lag while a network learns fast.
    """
    norms = [module for module in network.modules() if isinstance(module, _BatchNorm)]
    kept = [{name: value.clone() for name, value in norm.named_buffers()} for norm in norms]
    momenta = [norm.momentum for norm in norms]
    network.eval()
    if re_estimate is not None and norms:
        _re_estimate(norms, predict, re_estimate)
    try:
        yield
    finally:
        for norm, buffers, momentum in zip(norms, kept, momenta, strict=True):
            norm.momentum = momentum
            for name, value in buffers.items():
                norm.get_buffer(name).copy_(value)
        network.train()


@torch.no_grad()
def _re_estimate(norms: Sequence[nn.Module], predict: Predictor, inputs: Pixels | Words) -> None:
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # torch's word for the plain mean over the batches to come
        norm.train()
    # Whole batches alone, since each counts the same.
    for number in range(max(1, min(len(inputs), RE_ESTIMATED_FROM) // BATCH)):
        predict(inputs[number * BATCH : (number + 1) * BATCH])
    for norm in norms:
        norm.eval()


def accuracies(kept: Mapping[str, Mapping[str, np.ndarray]], targets: Mapping[str, torch.Tensor]) -> str:
    """Accuracy on each split that has targets, for people."""
    return "  ".join(
        f"{split} {np.mean(kept[split]['seed'] == targets[split].numpy()):.4f}"
        for split in kept
        if split in targets
    )
