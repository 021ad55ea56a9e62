"""Multiply-adds of networks for one example, counted once and remembered in the user's cache folder.

Read by the Snakefile, so nothing here may import torch: a process of its own counts, see `networks.cost`.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from learnorder import atomic
from learnorder.errors import UserError

Network = Mapping[str, Any]
"""`described`: its entry in the catalogue, with its name; `shape` of an example, `classes`, `words` of texts."""

_known: dict[str, dict[str, Any]] = {}


def count(networks: Sequence[Network]) -> list[dict[str, Any]]:
    """Of each network its `multiply_adds`, or the `fault` for which it cannot be built."""
    keys = [_key(network) for network in networks]
    for key in keys:
        if key not in _known and (remembered := _remembered(key)):
            _known[key] = {"multiply_adds": remembered}
    if new := {key: network for key, network in zip(keys, networks, strict=True) if key not in _known}:
        names = ", ".join(dict.fromkeys(network["described"]["name"] for network in new.values()))
        print(f"learnorder: counting the operations of {names}, once", file=sys.stderr, flush=True)
        for key, found in zip(new, _counted(new.values()), strict=True):
            _known[key] = found
            if "multiply_adds" in found:
                _remember(key, found["multiply_adds"])
    return [_known[key] for key in keys]


def _counted(networks: Iterable[Network]) -> list[dict[str, Any]]:
    networks = list(networks)
    command = [sys.executable, "-m", "learnorder.networks.cost"]
    run = subprocess.run(
        command, input=json.dumps(networks), capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    try:
        return json.loads(run.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        fault = (run.stderr.strip().splitlines() or ["nothing was counted"])[-1]
        return [{"fault": fault}] * len(networks)


def _key(network: Network) -> str:
    libraries = {name: version(name) for name in ("torch", "torchvision", "timm")}
    return hashlib.sha256(json.dumps([network, libraries], sort_keys=True).encode()).hexdigest()


def _path(key: str) -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return folder / "learnorder" / "multiply_adds" / key


def _remembered(key: str) -> int | None:
    try:
        return int(_path(key).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _remember(key: str, multiply_adds: int) -> None:
    """Where there is no such folder to write to, it is counted again the next time."""
    with suppress(OSError, UserError), atomic.replacing(_path(key)) as partial:
        partial.write_text(f"{multiply_adds}\n", encoding="utf-8")
