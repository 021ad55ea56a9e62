"""A study's configuration: checked whole before anything runs, then planned.

Imported by the Snakefile, which every cluster job reads again: nothing here may import torch, polars or data.
"""

import hashlib
import itertools
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from learnorder.errors import UserError, suggestion

TRAINING_VERSION = 1
"""Raised whenever the same recipe would give other predictions; part of every result's identity."""

# Where a dataset comes from and what is said about it do not change what it is.
NOT_IDENTITY = {"addresses", "description"}


@dataclass(frozen=True, order=True)
class Collection:
    """N networks of one architecture, trained by one recipe on one dataset."""

    dataset: str
    architecture: str
    recipe: str
    networks: int

    @property
    def path(self) -> str:
        """Folder of its files below `outcomes/` and `measures/`."""
        return f"{self.dataset}/{self.architecture}/{self.recipe}"


class Study:
    """A valid configuration and what follows from it: collections, shards of seeds, identities.

    Raises `UserError` for the first mistake found: which key, its value, what is allowed.
    """

    def __init__(self, config: Mapping[str, Any], schema: Path):
        self.config = _with_defaults(config, yaml.safe_load(schema.read_text()))
        self.name: str = self.config["study"]
        self.collections = list(self._expanded())
        self._check_catalogues()
        for collection in self.collections:
            self._check_fit(collection)

    def __getitem__(self, key: str) -> Any:
        return self.config[key]

    @cached_property
    def networks(self) -> dict[str, int]:
        """Number of networks of each collection, by its path."""
        return {collection.path: collection.networks for collection in self.collections}

    def shards(self, collection: str) -> list[tuple[int, int]]:
        """First and last seed of each of a collection's outcome tables.

        Shards start at multiples of `seeds_per_job`, so that a collection grows by adding files.
        """
        size, networks = self["seeds_per_job"], self.networks[collection]
        return [(first, min(first + size, networks) - 1) for first in range(0, networks, size)]

    def identity(self, dataset: str, architecture: str, recipe: str) -> dict[str, Any]:
        """Everything that a network's predictions follow from, beside its seed."""
        described = self["datasets"][dataset]
        return {
            "training_version": TRAINING_VERSION,
            "dataset": {"name": dataset}
            | {key: value for key, value in described.items() if key not in NOT_IDENTITY},
            "architecture": {"name": architecture} | self["architectures"][architecture],
            "recipe": {"name": recipe} | self["recipes"][recipe],
        }

    def _expanded(self) -> Iterator[Collection]:
        """Every combination of the names that an entry of `collections` lists."""
        seen: dict[str, int] = {}
        for number, entry in enumerate(self["collections"]):
            names = [_as_list(entry[axis]) for axis in ("dataset", "architecture", "recipe")]
            for combination in itertools.product(*names):
                collection = Collection(*combination, networks=entry["networks"])
                if collection.path in seen:
                    raise UserError(
                        f"configuration: collections[{number}] is {collection.path}, which "
                        f"collections[{seen[collection.path]}] has already; allowed: each collection once"
                    )
                seen[collection.path] = number
                yield collection

    def _check_catalogues(self) -> None:
        for number, entry in enumerate(self["collections"]):
            for axis in ("dataset", "architecture", "recipe"):
                for name in _as_list(entry[axis]):
                    if name not in self[f"{axis}s"]:
                        raise UserError(
                            f"configuration: collections[{number}].{axis} is '{name}'; "
                            + suggestion(name, self[f"{axis}s"])
                        )

    def _check_fit(self, collection: Collection) -> None:
        """Whether the recipe can be carried out on the dataset."""
        key = f"configuration: recipes.{collection.recipe}"
        recipe = self["recipes"][collection.recipe]
        examples = self["datasets"][collection.dataset]["examples"]["train"]
        batch_size, points = recipe["batch_size"], recipe["evaluate_at"]
        if batch_size > examples:
            raise UserError(
                f"{key}.batch_size is {batch_size}; allowed: at most the {examples} train examples "
                f"of {collection.dataset}"
            )
        if recipe["momentum"] and recipe["optimiser"] != "sgd":
            raise UserError(
                f"{key}.momentum is {recipe['momentum']}; allowed: only with optimiser sgd, "
                f"{recipe['optimiser']} has its own"
            )
        if points[-1] > recipe["epochs"]:
            raise UserError(
                f"{key}.evaluate_at has {points[-1]}; allowed: up to its last epoch, {recipe['epochs']}"
            )
        for earlier, later in itertools.pairwise(points):
            if earlier >= later:
                raise UserError(f"{key}.evaluate_at has {later} after {earlier}; allowed: rising epochs")
            if step(earlier, examples, batch_size) == step(later, examples, batch_size):
                raise UserError(
                    f"{key}.evaluate_at has {earlier} and {later}, the same mini-batch of "
                    f"{collection.dataset}; allowed: points at least {batch_size / examples:.3g} epochs apart"
                )


def step(epoch: float, examples: int, batch_size: int) -> int:
    """Number of mini-batches after which `epoch` has passed; an epoch has only whole mini-batches."""
    return round(epoch * (examples // batch_size))


def digest(identity: Mapping[str, Any]) -> str:
    """Short name of an identity, the same on every machine."""
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:16]


def _as_list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _with_defaults(config: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Copy of `config` with the schema's defaults filled in; a `UserError` for what the schema forbids."""
    # YAML has more types than JSON, such as dates: they become text.
    complete = json.loads(json.dumps(config, default=str))
    error = best_match(_DefaultsFirst(schema).iter_errors(complete))
    if error:
        raise UserError(f"configuration: {_described(error)}")
    return complete


def _fill_defaults(
    validator: Validator, properties: Mapping[str, Any], instance: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        for name, subschema in properties.items():
            if "default" in subschema:
                instance.setdefault(name, subschema["default"])
    yield from Draft202012Validator.VALIDATORS["properties"](validator, properties, instance, schema)


def _is_number(_, value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


_DefaultsFirst = extend(
    Draft202012Validator,
    {"properties": _fill_defaults},
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("number", _is_number),
)


def _described(error: ValidationError) -> str:
    """One line that names the key, its value and what is allowed."""
    key = error.json_path.removeprefix("$").removeprefix(".")
    prefix = f"{key}." if key else ""
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        unknown = next(name for name in error.instance if name not in known)
        return f"{prefix}{unknown} (= {error.instance[unknown]!r}) is not a key; {suggestion(unknown, known)}"
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        return f"{prefix}{missing} is missing; allowed: {_allowed(error.schema['properties'][missing])}"
    if "propertyNames" in error.absolute_schema_path:
        return f"{prefix}{error.instance} is not a name; allowed: {_allowed(error.schema)}"
    return f"{key} is {error.instance!r}; allowed: {_allowed(error.schema)}"


def _allowed(schema: Mapping[str, Any]) -> str:
    """What a schema asks of a value, in words."""
    words = {
        "type": lambda kinds: " or ".join(_as_list(kinds)),
        "enum": lambda values: "one of " + ", ".join(map(str, values)),
        "minimum": lambda bound: f"at least {bound}",
        "exclusiveMinimum": lambda bound: f"above {bound}",
        "maximum": lambda bound: f"at most {bound}",
        "exclusiveMaximum": lambda bound: f"below {bound}",
        "minItems": lambda bound: f"at least {bound} of them",
        "uniqueItems": lambda _: "each once",
        "pattern": lambda pattern: f"like {pattern}",
    }
    return ", ".join(say(schema[keyword]) for keyword, say in words.items() if keyword in schema)
