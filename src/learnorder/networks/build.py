"""From an entry of the catalogue of architectures to a network."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from learnorder.errors import UserError, suggestion
from learnorder.networks import simple, stem, text

RGB = 3
Make = Callable[[dict[str, Any]], nn.Module]
"""A library's model from its options."""

DROPOUT = {"learnorder": ("dropout",), "timm": ("drop_rate",), "torchvision": ("dropout", "drop_rate")}
"""What each library calls the rate of a model's own dropout."""

# With auxiliary classifiers, a network in training gives more than logits.
TORCHVISION_OPTIONS = {name: {"aux_logits": False, "init_weights": True} for name in ("googlenet", "inception_v3")}


class GreyToRGB(nn.Module):
    """Repeat a single channel, for networks that take three."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Images n × 1 × height × width to n × 3 × height × width."""
        return images.expand(-1, RGB, -1, -1)


def build(
    described: dict[str, Any],
    shape: tuple[int, ...],
    classes: int,
    *,
    vocabulary: Sequence[str] = (),
    dropout: float = 0.0,
) -> nn.Module:
    """Classifier initialised from torch's global generator; n examples in, logits n × classes out.

    `described`: the catalogue's entry. `shape`: channels, height and width of an image, or the length of a text.
    `vocabulary`: of texts, the word of each number. `dropout`: rate of the model's own dropout; 0 leaves it as its
    library or its options have it.

    Raises a `UserError` if its library has no such model, or if that takes not these options or this shape.
    """
    library, model, options = described["library"], described["model"], described["options"]
    takes, small = described.get("takes", "images"), described.get("stem", "own") == "small"
    key = f"architecture {described['name']}"
    _check_input(key, takes, library, shape)
    names, make = {"learnorder": _ours, "timm": _timm, "torchvision": _torchvision}[library](
        model, takes, shape, classes, vocabulary, small
    )
    if model not in names:
        others = "; a model of timm or torchvision has `library:` in its entry" if library == "learnorder" else ""
        raise UserError(
            f"{key}: model is '{model}' of {library} for {takes}; {suggestion(model, _near(model, names))}{others}"
        )
    try:
        network = _with_dropout(make, options, dropout, key, described)
    except (TypeError, ValueError, AttributeError, AssertionError, RuntimeError) as error:
        reason = str(error).partition("\n")[0]
        if small:
            raise UserError(
                f"{key}: {model} does not take `stem: small` with options {options} ({reason}); "
                "allowed: `stem: own`"
            ) from None
        raise UserError(f"{key}: {model} does not take options {options} ({reason})") from None
    _check_shape(network, shape, classes, key, small)
    return network


def _check_input(key: str, takes: str, library: str, shape: tuple[int, ...]) -> None:
    given = "images" if len(shape) > 1 else "text"
    if takes != given:
        raise UserError(f"{key} takes {takes}; allowed for this dataset: an architecture with `takes: {given}`")
    if takes == "text" and library != "learnorder":
        raise UserError(f"{key} takes text, library is {library}; allowed: learnorder")


def _with_dropout(
    make: Make, options: dict[str, Any], dropout: float, key: str, described: dict[str, Any]
) -> nn.Module:
    if not dropout:
        return make(options)
    for keyword in DROPOUT[described["library"]]:
        if keyword in options:
            raise UserError(
                f"{key}: option {keyword} is {options[keyword]}, the recipe's dropout {dropout}; "
                "allowed: one of them"
            )
        try:
            network = make(options | {keyword: dropout})
        except TypeError as error:
            if f"'{keyword}'" not in str(error):
                raise
            continue
        # Some models take any argument and ignore what they do not know.
        if _drops(network, dropout):
            return network
    raise UserError(
        f"{key}: the recipe's dropout is {dropout}, {described['model']} of {described['library']} has none; "
        "allowed: a recipe with `dropout: 0`"
    )


def _drops(network: nn.Module, rate: float) -> bool:
    return any(
        rate in (getattr(module, "drop_rate", None), isinstance(module, nn.Dropout) and module.p)
        for module in network.modules()
    )


def _ours(model, takes, shape, classes, vocabulary, small):
    models = text.MODELS if takes == "text" else simple.MODELS

    def make(options):
        if small:
            raise ValueError("that is for models of timm and torchvision")
        if takes == "text":
            return models[model](shape, classes, vocabulary=vocabulary, **options)
        return models[model](shape, classes, **options)

    return list(models), make


# The two large libraries take seconds to import, so only a job that needs one does.
def _timm(model, takes, shape, classes, vocabulary, small):
    import timm

    def make(options):
        pretrained = timm.get_pretrained_cfg(model)
        patches = small and pretrained is not None and pretrained.fixed_input_size
        if patches:
            options = stem.patches(shape) | options
        network = timm.create_model(model, pretrained=False, num_classes=classes, in_chans=shape[0], **options)
        if small and not patches:
            stem.shrink(network, model)
        return network

    return timm.list_models(), make


def _torchvision(model, takes, shape, classes, vocabulary, small):
    from torchvision import models

    def make(options):
        options = options | TORCHVISION_OPTIONS.get(model, {})
        network = models.get_model(model, weights=None, num_classes=classes, **options)
        if small:
            stem.shrink(network, model)
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
def _check_shape(network: nn.Module, shape: tuple[int, ...], classes: int, key: str, small: bool) -> None:
    training = network.training
    examples = torch.zeros(2, *shape) if len(shape) > 1 else torch.full((2, *shape), text.UNKNOWN)
    try:
        logits = network.eval()(examples)
    except (RuntimeError, ValueError, AssertionError) as error:
        reason, other = str(error).splitlines()[0], "own" if small else "small"
        raise UserError(
            f"{key} does not take images of {'×'.join(map(str, shape))} ({reason}); "
            f"allowed: another size or, for some models, `stem: {other}`"
        ) from None
    finally:
        network.train(training)
    if not isinstance(logits, torch.Tensor) or logits.shape != (2, classes):
        raise UserError(f"{key} is no classifier: its output is not one logit for each of {classes} classes")
