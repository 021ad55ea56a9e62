"""The state of a training on disk."""

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from learnorder import atomic

FORMAT = 2


def write(path: Path, made_by: Mapping[str, str], state: Mapping[str, Any]) -> None:
    """Write a state of tensors and plain values, with what made it: its recipe's digest, data, versions."""
    with atomic.replacing(path) as partial:
        torch.save({"format": FORMAT, "made_by": dict(made_by), "state": state}, partial)


def read(path: Path, made_by: Mapping[str, str]) -> dict[str, Any] | None:
    """The state, on the CPU; None if there is none, or, said in a line, none that the same recipe made whole."""
    if not Path(path).exists():
        return None
    try:
        # Tensors and plain values alone: a file can bring no code.
        found = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
        print(f"not used: {path}: cannot be read ({str(error).partition(chr(10))[0]})", flush=True)
        return None
    if found["format"] != FORMAT or found["made_by"] != dict(made_by):
        other = next((key for key in made_by if found["made_by"].get(key) != made_by[key]), "format")
        print(f"not used: {path}: saved by another {other}; training starts anew", flush=True)
        return None
    return found["state"]
