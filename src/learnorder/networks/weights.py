"""Weights that a network starts from, of a file: all but those of the layer that gives the logits."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from learnorder.datasets import files
from learnorder.errors import UserError
from learnorder.networks import published

NESTED = ("state_dict", "model_state_dict", "model")
"""Names under which people save the weights next to other things."""
PARALLEL = "module."
COUNTER = "num_batches_tracked"
Weights = Mapping[str, torch.Tensor]


def load(network: nn.Module, described: Mapping[str, Any], classes: int) -> None:
    """Give a network the weights of its entry's file `weights`, where it has one.

    The last linear layer for so many classes keeps what its seed drew. The file is looked for by its name, in the
    working directory, among published files that were fetched, and on the mirrors, and must have its SHA-256.
    Raises a `UserError` where it is not there, or has no weights for one of the network's other layers.
    """
    if "weights" not in described:
        return
    file, key = described["weights"], f"architecture {described['name']}"
    path = _found(key, file["name"], tuple(file["sha256"]))
    given = _read(path, key)
    head = {f"{name}.{part}" for name in _head(network, classes) for part in ("weight", "bias")}
    wanted = {name: value for name, value in network.state_dict().items() if name not in head}
    # A model of torchvision that is given grey images stands behind a layer that makes them colour.
    names = {name: name if name in given else name.partition(".")[2] for name in wanted}
    for name, value in wanted.items():
        found = given.get(names[name])
        if found is None and not name.endswith(COUNTER):
            raise UserError(
                f"{key}: {path} has no weights `{name}`; allowed: weights of the same model, {described['model']} "
                f"of {described['library']} with the same options"
            )
        if found is not None and found.shape != value.shape:
            raise UserError(
                f"{key}: weights `{name}` are {_times(found)} in {path}, the network's are {_times(value)}; "
                "allowed: weights of the same model for images of as many channels"
            )
    known = {name: given[names[name]] for name in wanted if names[name] in given}
    network.load_state_dict(known, strict=False)


def _head(network: nn.Module, classes: int) -> list[str]:
    """Name of the last linear layer for so many classes; nothing where there is none."""
    names = [
        name
        for name, layer in network.named_modules()
        if isinstance(layer, nn.Linear) and layer.out_features == classes
    ]
    return names[-1:]


@lru_cache
def _found(key: str, name: str, checksums: tuple[str, ...]) -> Path:
    """Path of the file with one of the checksums."""
    folders = [mirror for mirror in files.mirrors() if "://" not in mirror]
    places = [Path(folder).expanduser() / name for folder in ("", published.FOLDER, *folders)]
    tried = []
    for place in places:
        if place.is_file():
            found = files.checksum(place)
            if files.is_one_of(found, checksums):
                return place
            tried.append(f"{place}: wrong SHA-256 {found}")
        else:
            tried.append(f"{place}: no such file")
    raise UserError(
        f"{key}: no file of weights {name} with its SHA-256 ({'; '.join(tried)}); put it into a directory and "
        f"name that in `data.mirrors` or {files.MIRRORS_VARIABLE}"
    )


@lru_cache(maxsize=1)
def _read(path: Path, key: str) -> Weights:
    """The weights of a file of safetensors or of torch, by their names."""
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        found = torch.load(path, map_location="cpu", weights_only=True)
    except (SafetensorError, OSError, EOFError, RuntimeError, ValueError, KeyError, UnpicklingError) as error:
        reason = str(error).partition("\n")[0]
        raise UserError(
            f"{key}: {path}: {reason}; allowed: weights as .safetensors, or as torch saves them"
        ) from None
    for name in NESTED:
        found = found.get(name, found) if isinstance(found, Mapping) else found
    if not isinstance(found, Mapping) or not all(isinstance(value, torch.Tensor) for value in found.values()):
        raise UserError(
            f"{key}: {path} holds {type(found).__name__}; allowed: a state dict, weights by their names"
        )
    return {name.removeprefix(PARALLEL): value for name, value in found.items()}


def _times(value: torch.Tensor) -> str:
    return "×".join(map(str, value.shape)) or "a number"
