"""Datasets cut into disjoint parts: one name in a study stands for all of them.

Imported by the Snakefile, as the configuration is: nothing here may import torch, polars or data.
"""

from collections.abc import Mapping
from typing import Any

from learnorder.errors import UserError


def expanded(config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with a dataset for each part where `collections` name one that is cut into `parts`.

    The parts of `fashion` are `fashion_01`, `fashion_02` and so on; `drawn_datasets` may name `fashion` too.
    """
    datasets, parts = dict(config["datasets"]), {}
    named = {name for entry in config["collections"] for name in entry["dataset"]}
    for name in sorted(named & datasets.keys()):
        if "parts" in datasets[name]:
            entry = datasets.pop(name)
            of = entry.pop("parts")
            parts[name] = [f"{name}_{number:0{len(str(of))}d}" for number in range(1, of + 1)]
            for number, part in enumerate(parts[name], start=1):
                if part in datasets:
                    raise UserError(
                        f"configuration: datasets.{part} has the name of a part of {name}; allowed: another name"
                    )
                datasets[part] = entry | {"part": {"of": of, "number": number}}
    collections = [entry | {"dataset": _each(entry["dataset"], parts)} for entry in config["collections"]]
    drawn = _each(config["drawn_datasets"], parts)
    return {**config, "datasets": datasets, "collections": collections, "drawn_datasets": drawn}


def size(examples: int, part: Mapping[str, int]) -> int:
    """Number of examples of a part, of so many in all: parts differ by at most one."""
    return -(-(examples - part["number"] + 1) // part["of"])


def _each(names: list[str], parts: Mapping[str, list[str]]) -> list[str]:
    """The names, with all parts in place of what is cut into them."""
    return [part for name in names for part in parts.get(name, [name])]
