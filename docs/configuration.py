"""Write docs/configuration.md, every key of a study's file, from the schema that checks them.

Run: python docs/configuration.py
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from learnorder.configuration import allowed

DOCS = Path(__file__).parent
SCHEMA = DOCS.parent / "workflow" / "schemas" / "configuration.schema.yaml"
PAGE = DOCS / "configuration.md"
HEAD = """# Every key of the configuration

Of a study's file, and of the catalogues of datasets, architectures and recipes that it adds to. Made from
[the schema](../workflow/schemas/configuration.schema.yaml), against which every study is checked before anything
runs, by `python docs/configuration.py`.
"""
BAR = r"\|"
ENTRIES = {
    "dataset": "An entry of `datasets`",
    "architecture": "An entry of `architectures`",
    "recipe": "An entry of `recipes`",
}


def page(schema: Mapping[str, Any]) -> str:
    """The whole page: the keys of a study, then those of an entry of each catalogue, by its kind if it has any."""
    parts = [HEAD, "## A study\n", _table(schema)]
    for name, title in ENTRIES.items():
        kinds = {kind: entry for kind, entry in schema["$defs"].items() if kind.startswith(f"{name}_")}
        parts.append(f"## {title}\n")
        if not kinds:
            parts.append(_table(schema["$defs"][name]))
        for kind, entry in kinds.items():
            parts += [f"### {_chosen_by(name, kind)}\n", _table(entry)]
    return "\n".join(parts)


def _chosen_by(name: str, kind: str) -> str:
    value = kind.removeprefix(f"{name}_")
    return f"`reader: {value}`" if name == "dataset" else f"`clock: {value}`"


def _table(schema: Mapping[str, Any]) -> str:
    lines = ["| key | what | allowed | default |", "| --- | --- | --- | --- |", *map(_line, _keys(schema))]
    return "\n".join(lines) + "\n"


def _keys(schema: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Each key with its schema and whether it must be given; those of an object or a list of objects after it."""
    for name, key in schema.get("properties", {}).items():
        yield f"{prefix}{name}", key, name in schema.get("required", ())
        yield from _keys(key, f"{prefix}{name}.")
        if isinstance(key.get("items"), Mapping):
            yield from _keys(key["items"], f"{prefix}{name}[].")


def _line(key: tuple[str, Mapping[str, Any], bool]) -> str:
    name, schema, required = key
    default = "must be given" if required else _value(schema["default"]) if "default" in schema else ""
    each = allowed(schema["items"]) if "enum" in schema.get("items", ()) else ""
    what = " of ".join(filter(None, (allowed(schema), each)))
    cells = (f"`{name}`", schema.get("description", ""), what, default)
    # In a table a line stays a line, and only its own bars divide it.
    return f"| {' | '.join(' '.join(cell.split()).replace('|', BAR) for cell in cells)} |"


def _value(value: Any) -> str:
    """As YAML has it; of nothing at all, nothing."""
    return f"`{yaml.safe_dump(value, default_flow_style=True).removesuffix(chr(10)).removesuffix('...').strip()}`"


if __name__ == "__main__":
    PAGE.write_text(page(yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))), encoding="utf-8")
