"""The optimiser of a recipe."""

from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from learnorder.training.stack import StackedLinear


def build(network: nn.Module, recipe: dict[str, Any], device: torch.device) -> Optimizer:
    """The recipe's optimiser of a network's weights."""
    on_gpu = device.type == "cuda"
    groups = _penalised(network, recipe)
    # Fused: one pass over the weights for all that a step does to them.
    settings = {"lr": recipe["learning_rate"], "weight_decay": recipe["weight_decay"]}
    if recipe["optimiser"] == "sgd":
        return torch.optim.SGD(
            groups, momentum=recipe["momentum"], nesterov=recipe["nesterov"], fused=True, **settings
        )
    if recipe["optimiser"] == "adadelta":
        return torch.optim.Adadelta(groups, capturable=on_gpu, **settings)
    adaptive = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[recipe["optimiser"]]
    return adaptive(groups, capturable=on_gpu, fused=True, **settings)


def _penalised(network: nn.Module, recipe: dict[str, Any]) -> list[dict[str, Any]]:
    """The weights as groups of the optimiser: with `l2`, those of linear and convolutional layers have a penalty.

    The gradient of l2 · Σ w² is 2 · l2 · w, in torch's terms a weight decay of 2 · l2.
    """
    if not recipe.get("l2"):
        return [{"params": list(network.parameters())}]
    layers = (module for module in network.modules() if isinstance(module, nn.Linear | nn.Conv2d | StackedLinear))
    penalised = {id(layer.weight) for layer in layers}
    with_penalty = [weight for weight in network.parameters() if id(weight) in penalised]
    without = [weight for weight in network.parameters() if id(weight) not in penalised]
    return [{"params": with_penalty, "weight_decay": 2 * recipe["l2"]}, {"params": without, "weight_decay": 0.0}]
