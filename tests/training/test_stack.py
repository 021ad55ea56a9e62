"""Stacked networks against the same networks alone."""

import copy

import pytest
import torch
from torch import nn

from learnorder.errors import UserError
from learnorder.networks import simple
from learnorder.networks.build import build
from learnorder.training.stack import Stack

SHAPE, CLASSES, NETWORKS, IMAGES = (3, 8, 8), 4, 3, 16
MAKE = {
    "linear": lambda: simple.linear(SHAPE, CLASSES),
    "mlp": lambda: simple.mlp(SHAPE, CLASSES, widths=[16]),
    "cnn": lambda: simple.cnn(SHAPE, CLASSES),
    "batch_norm": lambda: simple.cnn(SHAPE, CLASSES, channels=[8, 8], convolutions=2, batch_norm=True),
    "resnet18": lambda: entry("torchvision", "resnet18", "small"),
}


def entry(library, model, of_stem="own"):
    described = {"name": model, "library": library, "model": model, "options": {}, "stem": of_stem}
    return build(described, SHAPE, CLASSES)


def stack(make):
    torch.manual_seed(0)
    # In double precision: what a step or a layer does wrong is not hidden in what rounding does to a deep network.
    networks = [make().double() for _ in range(NETWORKS)]
    generators = [torch.Generator().manual_seed(seed) for seed in range(NETWORKS)]
    return Stack(networks, generators, SHAPE, "architecture own")


def steps(network, images, targets, optimiser, number, networks=1):
    for step in range(number):
        logits = network(images[step]).reshape(-1, CLASSES)
        loss = nn.functional.cross_entropy(logits, targets[step].flatten(), reduction="sum") / IMAGES
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


@pytest.mark.parametrize("name", MAKE)
def test_stacked_networks_learn_what_each_learns_alone(name):
    stacked = stack(MAKE[name])
    alone = copy.deepcopy(stacked.networks)
    random = torch.Generator().manual_seed(1)
    images = torch.rand(3, IMAGES, NETWORKS, *SHAPE, generator=random).double()
    targets = torch.randint(CLASSES, (3, IMAGES, NETWORKS), generator=random)
    settings = {"lr": 0.05, "momentum": 0.9}
    steps(
        stacked.trained,
        images.flatten(2, 3),
        targets,
        torch.optim.SGD(stacked.trained.parameters(), **settings),
        3,
    )
    stacked.give()
    for number, network in enumerate(alone):
        before = copy.deepcopy(network.state_dict())
        optimiser = torch.optim.SGD(network.parameters(), **settings)
        steps(network, images[:, :, number], targets[:, :, number], optimiser, 3)
        for key, value in network.state_dict().items():
            # Running statistics included, and each network's own.
            assert torch.allclose(stacked.networks[number].state_dict()[key], value, rtol=1e-6, atol=1e-9), key
            assert not torch.equal(before[key], value), key


def test_each_network_draws_its_own_dropout():
    dropout = stack(lambda: simple.mlp(SHAPE, CLASSES, widths=[512], dropout=0.25)).trained[3]
    ones = torch.ones(IMAGES, NETWORKS * 512)
    masks = dropout(ones).unflatten(1, (NETWORKS, 512))
    assert torch.allclose(masks.unique(), torch.tensor([0, 4 / 3]))
    shares = (masks == 0).float().mean((0, 2))
    assert torch.all((shares > 0.22) & (shares < 0.28))
    assert not torch.equal(masks[:, 0], masks[:, 1])
    alone = torch.empty(IMAGES, 512).bernoulli_(0.75, generator=torch.Generator().manual_seed(1))
    assert torch.equal(masks[:, 1] > 0, alone > 0)
    assert torch.equal(dropout.eval()(ones), ones)


class Shuffled(nn.Module):
    """Mixes channels of all networks once they are side by side."""

    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 1)
        self.last = nn.Linear(8 * 64, CLASSES)

    def forward(self, images):
        return self.last(torch.cat([self.one(images), self.two(images)], dim=1).flatten(1))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (Shuffled, "its channels do not stay apart"),
        (lambda: nn.Sequential(nn.Flatten(), nn.LayerNorm(192), nn.Linear(192, CLASSES)), "its layer LayerNorm"),
        (lambda: nn.Sequential(nn.Flatten(), nn.Softmax(1), nn.Linear(192, CLASSES)), "its layer Softmax"),
        (lambda: entry("torchvision", "densenet121", "small"), "."),
    ],
    ids=["joined", "layer_norm", "softmax", "densenet"],
)
def test_what_cannot_be_stacked_is_refused(make, reason):
    with pytest.raises(UserError, match=f"architecture own cannot be stacked: {reason}.*allowed: `stacked: 1`"):
        stack(make)
