"""Multiply-adds of networks for one example, counted once and remembered in the user's cache folder.

Read by the Snakefile, so nothing here may import torch: a process of its own counts, see `networks.cost`.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from learnorder import remembered

Network = Mapping[str, Any]
"""`described`: its entry in the catalogue, with its name; `shape` of an example, `classes`, `words` of texts."""

KIND = "multiply_adds"
_known: dict[str, dict[str, Any]] = {}


def count(networks: Sequence[Network]) -> list[dict[str, Any]]:
    """Of each network its `multiply_adds`, or the `fault` for which it cannot be built."""
    keys = [remembered.key(network) for network in networks]
    for key in keys:
        if key not in _known and (number := _remembered(key)):
            _known[key] = {"multiply_adds": number}
    if new := {key: network for key, network in zip(keys, networks, strict=True) if key not in _known}:
        names = ", ".join(dict.fromkeys(network["described"]["name"] for network in new.values()))
        print(f"learnorder: counting the operations of {names}, once", file=sys.stderr, flush=True)
        for key, found in zip(new, _counted(new.values()), strict=True):
            _known[key] = found
            if "multiply_adds" in found:
                remembered.write(KIND, key, found["multiply_adds"])
    return [_known[key] for key in keys]


def _counted(networks: Iterable[Network]) -> list[dict[str, Any]]:
    networks = list(networks)
    command = [remembered.PYTHON, "-m", "learnorder.networks.cost"]
    run = subprocess.run(
        command, input=json.dumps(networks), capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    try:
        return json.loads(run.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        fault = (run.stderr.strip().splitlines() or ["nothing was counted"])[-1]
        return [{"fault": fault}] * len(networks)


def _remembered(key: str) -> int | None:
    found = remembered.read(KIND, key) or ""
    return int(found) if found.isdecimal() else None
