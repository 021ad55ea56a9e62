"""What is kept of a network at an evaluation point."""

from collections.abc import Callable, Sequence
from itertools import zip_longest

import torch
from torch import nn
from torch.nn import functional
from torch.nn.modules.batchnorm import _BatchNorm

from learnorder.datasets.inputs import Images, Words

RE_ESTIMATED_FROM = 4096
"""Number of examples that statistics are re-estimated from."""
RE_ESTIMATED_BATCH = 128
FLOAT16_MOST = 65504.0
# On a CPU the activations of a mini-batch should stay in the cache of a core: those of convolutions are many.
CPU_BATCH, CPU_CONVOLUTIONS_BATCH = 1024, 64
GPU_BATCH, GPU_BATCH_VALUES = 4096, 2**26

Predictor = Callable[[torch.Tensor], torch.Tensor]


def batch_size(network: nn.Module, shape: Sequence[int], device: torch.device) -> int:
    """Examples that are evaluated at a time, by measurement on small networks."""
    if device.type == "cuda":
        values = torch.Size(shape).numel()
        return max(1, min(GPU_BATCH, GPU_BATCH_VALUES // values))
    has_convolutions = any(isinstance(module, nn.Conv2d) for module in network.modules())
    return CPU_CONVOLUTIONS_BATCH if has_convolutions else CPU_BATCH


@torch.inference_mode()
def evaluate(
    predict: Predictor,
    inputs: Images | Words,
    targets: torch.Tensor | None,
    record: Sequence[str],
    class_type: torch.dtype,
    batch: int,
    watch: Callable[[], None],
) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """Of every example the predicted class, `seed`, and what the recipe records, by name; n values each.

    `predict` gives logits. Without targets, nothing but the class is known: the rest is NaN. Also returned is
    whether all logits were finite. All stay on the device, which nothing here waits for. `watch` is called after
    each of the mini-batches of size `batch`.
    """
    parts: dict[str, list[torch.Tensor]] = {name: [] for name in ("seed", *record)}
    finite = torch.ones((), dtype=torch.bool, device=inputs.device)
    places = [slice(first, first + batch) for first in range(0, len(inputs), batch)]
    for place, following in zip_longest(places, places[1:]):
        if following:
            inputs.prefetch(following)
        logits = predict(inputs[place]).float()
        finite &= torch.isfinite(logits).all()
        parts["seed"].append(logits.argmax(1).to(class_type))
        for name in record:
            if targets is None:
                unknown = torch.full((len(logits),), torch.nan, dtype=torch.float16, device=logits.device)
                parts[name].append(unknown)
            else:
                score = SCORES[name](logits, targets[place].to(logits.device))
                parts[name].append(score.clamp(-FLOAT16_MOST, FLOAT16_MOST).half())
        watch()
    return {name: torch.cat(values) for name, values in parts.items()}, finite


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


@torch.no_grad()
def re_estimate(network: nn.Module, predict: Predictor, inputs: Images | Words, rows: torch.Tensor) -> None:
    """Give batch normalisation the mean statistics of the examples in these rows.

    The running ones lag while a network learns fast. Nothing else of a network changes.
    """
    norms = [module for module in network.modules() if isinstance(module, _BatchNorm)]
    if not norms:
        return
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.train()
    # Whole batches alone, since each counts the same.
    for number in range(max(1, len(rows) // RE_ESTIMATED_BATCH)):
        # The plain mean over the batches; torch's own (`momentum = None`) makes the host wait for the device.
        for norm in norms:
            norm.momentum = 1 / (number + 1)
        predict(inputs[rows[number * RE_ESTIMATED_BATCH : (number + 1) * RE_ESTIMATED_BATCH]])
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
        norm.eval()
