"""workflow/scripts/train.py, where `net` is one more architecture: that of torch's CIFAR-10 tutorial."""

import runpy
from pathlib import Path

from torch import nn

from learnorder.networks import simple
from learnorder.networks.layers import Halving


def net(shape: tuple[int, int, int], classes: int) -> nn.Module:
    """Two 5×5 convolutions and two hidden layers, for images of 32×32."""
    return nn.Sequential(
        *(nn.Conv2d(shape[0], 6, 5), Halving(), nn.ReLU()),
        *(nn.Conv2d(6, 16, 5), Halving(), nn.ReLU()),
        *(nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, classes)),
    )


if __name__ == "__main__":
    simple.MODELS["net"] = net
    runpy.run_path(str(Path(__file__).parents[1] / "workflow/scripts/train.py"), run_name="__main__")
