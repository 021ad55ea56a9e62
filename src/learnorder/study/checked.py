"""A configuration, checked whole: its first mistake is one line with the key, its value and what is allowed."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError

from learnorder.errors import UserError, suggestion
from learnorder.study.configuration import Configuration
from learnorder.study.fields import NAME

MISSING = object()
# How the patterns of keys are said.
IN_WORDS = {NAME: "of a-z, 0-9, _, . and -, the first a letter or digit", "^https?://": "http://…"}
FIRST = ("union_tag_invalid", "union_tag_not_found", "extra_forbidden")
"""Kinds of mistakes that are told before others as deep: others can follow from them."""
KEY = "[key]"
"""How pydantic calls a mistake in a key itself."""


def checked(config: Mapping[str, Any]) -> dict[str, Any]:
    """Copy of `config` with the defaults filled in; a `UserError` for the first mistake.

    Two configurations that say the same are equal, and have their keys in the same order.
    """
    # Names of entries become text, whatever they were written as.
    given = _whole_numbers(json.loads(json.dumps(config, default=str)))
    try:
        complete = Configuration.model_validate(given)
    except ValidationError as error:
        mistakes = [_Mistake(each, given) for each in error.errors(include_url=False)]
        raise UserError(f"configuration: {min(mistakes, key=_Mistake.order)}") from None
    return _whole_numbers(complete.model_dump(exclude_none=True))


def style(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """A whole `style`, of which this is chosen; a `UserError` for what is not allowed."""
    return checked({"study": "any", "collections": [], "style": chosen})["style"]


def _whole_numbers(value: Any) -> Any:
    """With 2 in place of 2.0 everywhere but in a model's options: scikit-learn has 1 for one, 1.0 for all."""
    if isinstance(value, dict):
        return {key: each if key == "options" else _whole_numbers(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_whole_numbers(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


class _Mistake:
    """What pydantic reports, and what the schema has at its place."""

    def __init__(self, reported: Mapping[str, Any], given: Any):
        self.kind, self.context = reported["type"], reported.get("ctx", {})
        self.steps: list[str | int] = []
        self.value, self.part = given, resolved(schema())
        *above, last = reported["loc"]
        for step in above:
            self._go(step)
        if last == KEY:
            self.value, self.part = self.steps[-1], {"type": "string", "pattern": NAME}
        elif "oneOf" not in self.part:
            self._go(last)
        if self.kind.startswith("union_tag"):
            self._go(_chooser(self.part))

    def _go(self, step: str | int) -> None:
        """One step down: to a key, to an item, or to what a union has for such a value."""
        if "oneOf" in self.part and step != _chooser(self.part):
            self.part = resolved(next(option for option in self.part["oneOf"] if _is_called(option, step)))
            return
        self.steps.append(step)
        self.part = resolved(_below(self.part, step))
        known = isinstance(step, int) or (isinstance(self.value, Mapping) and step in self.value)
        self.value = self.value[step] if known else MISSING

    def order(self) -> tuple[int, bool]:
        """The least deep is told first, and of those what others can follow from."""
        return len(self.steps), self.kind not in FIRST

    def __str__(self) -> str:
        key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.steps)[1:]
        if self.kind == "value_error" and (words := str(self.context["error"])):
            return f"{key}{words}"
        if self.kind == "extra_forbidden":
            return f"{key} (= {self.value!r}) is not a key; {suggestion(self.steps[-1], self.part['properties'])}"
        if self.value is MISSING:
            return f"{key} is missing; allowed: {allowed(self.part)}"
        is_what = (
            "not a name" if self.value == self.steps[-1] else "empty" if self.value is None else repr(self.value)
        )
        return f"{key} is {is_what}; allowed: {allowed(self.part)}{self._way_out()}"

    def _way_out(self) -> str:
        """A name that is allowed in place of one that is not; how to write what YAML takes for something else."""
        if self.part.get("pattern") == NAME and isinstance(self.value, str):
            name = re.sub("[^a-z0-9_.-]+", "_", self.value.lower()).strip("_.-")
            return f", such as {name}" if name else ""
        is_text = "string" in _as_list(self.part.get("type", []))
        return "; as a text, in quotes" if is_text and isinstance(self.value, bool | int | float) else ""


@cache
def schema() -> dict[str, Any]:
    """The JSON schema of a study's file."""
    return _without_null(Configuration.model_json_schema())


def _without_null(part: Any) -> Any:
    """Without the default of keys that are left out."""
    if isinstance(part, dict):
        return {key: _without_null(each) for key, each in part.items() if (key, each) != ("default", None)}
    return [_without_null(each) for each in part] if isinstance(part, list) else part


def resolved(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """A part of the schema itself, where it only refers to it; a description there goes before its own."""
    if "$ref" not in part:
        return part
    return schema()["$defs"][part["$ref"].rpartition("/")[2]] | {k: v for k, v in part.items() if k != "$ref"}


def _below(part: Mapping[str, Any], step: str | int) -> Mapping[str, Any]:
    """What a part of the schema has for a key or an item; the part itself for an unknown key."""
    if "oneOf" in part:
        kinds = [
            schema()["$defs"][option["$ref"].rpartition("/")[2]]["properties"][step] for option in part["oneOf"]
        ]
        return {"type": "string", "enum": [kind["const"] for kind in kinds]}
    if isinstance(step, int):
        return part["items"]
    return part.get("properties", {}).get(step) or next(iter(part.get("patternProperties", {}).values()), part)


def _chooser(union: Mapping[str, Any]) -> str:
    """The key whose value tells the entries of a union apart."""
    return "reader" if "discriminator" in union else "clock"


def _is_called(option: Mapping[str, Any], tag: str) -> bool:
    """Whether a tag is that of this option of a union: what tells it apart, or its type."""
    properties = resolved(option).get("properties", {}).values()
    return tag in [resolved(option).get("type"), *(kind.get("const") for kind in properties)]


def allowed(part: Mapping[str, Any]) -> str:
    """What a part of the schema asks of a value, in words."""
    if "oneOf" in part:
        return " or ".join(dict.fromkeys(allowed(resolved(option)) for option in part["oneOf"]))
    if "const" in part:
        return str(part["const"])
    words = {
        "type": lambda kinds: " or ".join(_as_list(kinds)).replace("boolean", "true or false"),
        "enum": lambda values: "one of " + ", ".join(map(str, values)),
        "minimum": lambda bound: f"at least {bound:g}",
        "exclusiveMinimum": lambda bound: f"above {bound:g}",
        "maximum": lambda bound: f"at most {bound}",
        "exclusiveMaximum": lambda bound: f"below {bound:g}",
        "minItems": lambda bound: f"at least {bound} of them",
        "uniqueItems": lambda _: "each once",
        "pattern": lambda pattern: IN_WORDS.get(pattern, f"like {pattern}"),
    }
    return ", ".join(say(part[keyword]) for keyword, say in words.items() if keyword in part)


def _as_list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]
