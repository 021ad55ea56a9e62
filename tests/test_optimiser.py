"""Optimisers as the recipe names them, without torch's compiler."""

import subprocess
import sys

import pytest
import torch
from torch import nn

from learnorder.training import optimiser

RECIPE = {"learning_rate": 0.1, "weight_decay": 0.01, "momentum": 0.9, "nesterov": True}


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw", "adadelta"])
def test_a_step_is_the_one_that_torch_makes(name):
    networks = [nn.Linear(3, 2) for _ in range(2)]
    networks[1].load_state_dict(networks[0].state_dict())
    recipe = RECIPE | {"optimiser": name}
    ours, plain = (optimiser.build(network, recipe, torch.device("cpu")) for network in networks)
    for _ in range(3):
        for network in networks:
            network(torch.ones(4, 3)).square().sum().backward()
        optimiser.step(ours)
        plain.step()
    assert torch.equal(networks[0].weight, networks[1].weight)


def test_training_imports_no_compiler():
    code = (
        "import sys, torch\n"
        "from learnorder.training import optimiser\n"
        "network = torch.nn.Linear(3, 2)\n"
        f"made = optimiser.build(network, {RECIPE | {'optimiser': 'sgd'}}, torch.device('cpu'))\n"
        "network(torch.ones(4, 3)).sum().backward()\n"
        "optimiser.step(made)\n"
        "made.zero_grad()\n"
        "made.load_state_dict(made.state_dict())\n"
        "print('torch._dynamo' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert run.stdout.split() == ["False"]
