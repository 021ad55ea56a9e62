"""From an entry of the catalogue of architectures to a network."""

from typing import Any

import torch
from torch import nn

from learnorder.errors import UserError, suggestion
from learnorder.networks import simple

RGB = 3


class GreyToRGB(nn.Module):
    """Repeat a single channel, for networks that take three."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Images n × 1 × height × width to n × 3 × height × width."""
        return images.expand(-1, RGB, -1, -1)


def build(described: dict[str, Any], shape: tuple[int, int, int], classes: int) -> nn.Module:
    """Classifier of images of `shape` (channels, height, width), initialised from torch's global generator.

    Raises a `UserError` if its library has no such model, or if that takes not these options or this shape.
    """
    library, model = described["library"], described["model"]
    key = f"architecture {described['name']}"
    names, make = {"learnorder": _simple, "timm": _timm, "torchvision": _torchvision}[library]()
    if model not in names:
        raise UserError(f"{key}: model is '{model}' of {library}; {suggestion(model, _near(model, names))}")
    try:
        network = make(model, shape, classes, described["options"])
    except (TypeError, ValueError, AttributeError) as error:
        raise UserError(f"{key}: {model} does not take options {described['options']} ({error})") from None
    _check_shape(network, shape, classes, key)
    return network


def _simple():
    def make(model, shape, classes, options):
        return simple.MODELS[model](shape, classes, **options)

    return list(simple.MODELS), make


# The two large libraries take seconds to import, so only a job that needs one does.
def _timm():
    import timm

    def make(model, shape, classes, options):
        return timm.create_model(model, pretrained=False, num_classes=classes, in_chans=shape[0], **options)

    return timm.list_models(), make


def _torchvision():
    from torchvision import models

    def make(model, shape, classes, options):
        network = models.get_model(model, weights=None, num_classes=classes, **options)
        return nn.Sequential(GreyToRGB(), network) if shape[0] == 1 else network

    return models.list_models(module=models), make


def _near(model: str, names: list[str], most: int = 20) -> list[str]:
    """Names worth showing: all of a short list, else those that begin alike."""
    if len(names) <= most:
        return names
    return sorted(names, key=lambda name: -len(_common_start(name, model)))[:most]


def _common_start(one: str, other: str) -> str:
    return one[: next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(other))]


@torch.no_grad()
def _check_shape(network: nn.Module, shape: tuple[int, int, int], classes: int, key: str) -> None:
    training = network.training
    try:
        logits = network.eval()(torch.zeros(2, *shape))
    except (RuntimeError, ValueError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{key} does not take images of {'×'.join(map(str, shape))} ({reason})") from None
    finally:
        network.train(training)
    if not isinstance(logits, torch.Tensor) or logits.shape != (2, classes):
        raise UserError(f"{key} is no classifier: its output is not one logit for each of {classes} classes")
