"""What a network costs: parameters, and multiply-adds for one example.

As a command, read by `operations`: networks as JSON on standard input, what they cost on standard output.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from math import prod
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from learnorder.datasets import canonical
from learnorder.errors import UserError
from learnorder.networks.build import build
from learnorder.networks.text import UNKNOWN

COLUMNS = ("architecture", "dataset", "shape", "classes", "parameters", "multiply_adds")


def cost(network: nn.Module, shape: tuple[int, ...]) -> tuple[int, int]:
    """Trained parameters, and the multiply-adds of classifying one example of `shape`.

    Counted are convolutions and products of matrices (attention and LSTM too), not biases, normalisation or
    activations. A text counts at its full length. The network must be on the current device.
    """
    parameters = sum(parameter.numel() for parameter in network.parameters() if parameter.requires_grad)
    example = torch.zeros(1, *shape) if len(shape) > 1 else torch.full((1, *shape), UNKNOWN)
    training = network.training
    # With gradients, since without them torch fuses transformer layers into one operation, which is not counted.
    fused = {torch.ops.aten.mkldnn_rnn_layer: _lstm_flops}
    with FlopCounterMode(display=False, custom_mapping=fused) as counter, torch.enable_grad():
        network.eval()(example)
    network.train(training)
    return parameters, counter.get_total_flops() // 2


def of_entry(described: Mapping[str, Any], shape: tuple[int, ...], classes: int, vocabulary=()) -> tuple[int, int]:
    """The same of the network of an entry in the catalogue. Images are counted without computing anything."""
    # Which vectors the words have changes no cost.
    options = {key: value for key, value in described["options"].items() if key != "glove"}
    with torch.device("meta" if len(shape) > 1 else "cpu"):
        network = build({**described, "options": options}, shape, classes, vocabulary=vocabulary)
        return cost(network, shape)


def counted(network: Mapping[str, Any]) -> dict[str, Any]:
    """The `multiply_adds` of one of `operations`, or the `fault` for which it cannot be built."""
    try:
        _, multiply_adds = of_entry(
            network["described"], tuple(network["shape"]), network["classes"], ["word"] * network["words"]
        )
    except UserError as error:
        return {"fault": str(error)}
    return {"multiply_adds": multiply_adds}


def table(datasets: Path, networks: Iterable[dict[str, Any]]) -> list[tuple]:
    """One row of `COLUMNS` per network, given by its entry in the catalogue, `described`, and its `dataset`."""
    return [
        _row(network["dataset"], network["described"], canonical.metadata(datasets / network["dataset"]))
        for network in networks
    ]


def _lstm_flops(inputs, of_inputs, of_states, *_, **__) -> int:
    """Of one direction of an LSTM, from the shapes of its input and of its two matrices."""
    return 2 * prod(inputs[:-1]) * (prod(of_inputs) + prod(of_states))


def _row(dataset: str, described: dict[str, Any], made: dict[str, Any]) -> tuple:
    shape, classes = tuple(made["shape"]), len(made["classes"])
    costs = of_entry(described, shape, classes, made["vocabulary"])
    return described["name"], dataset, "×".join(map(str, shape)), classes, *costs


if __name__ == "__main__":
    print(json.dumps([counted(network) for network in json.load(sys.stdin)]))
