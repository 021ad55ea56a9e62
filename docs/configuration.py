"""Write docs/configuration.md, every key of a study's file, and config/schema.json, for editors.

Both follow from the models in src/learnorder/study, which check every study. Run: python docs/configuration.py
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from learnorder.study.checked import allowed, resolved, schema

DOCS = Path(__file__).parent
PAGE, SCHEMA = DOCS / "configuration.md", DOCS.parent / "config" / "schema.json"
HEAD = """# Every key of the configuration

Of a study's file, and of the catalogues of datasets, architectures and recipes that it adds to. Every study is
checked against these keys before anything runs. For an editor that knows YAML schemas, begin a study's file with
`# yaml-language-server: $schema=schema.json`. Made by `python docs/configuration.py`.
"""
BAR = r"\|"
CATALOGUES = {
    "datasets": "An entry of `datasets`",
    "architectures": "An entry of `architectures`",
    "recipes": "An entry of `recipes`",
}
Part = Mapping[str, Any]


def page(whole: Part) -> str:
    """The whole page: the keys of a study, then those of an entry of each catalogue, by its kind if it has any."""
    parts = [HEAD, "## A study\n", _table(whole)]
    for name, title in CATALOGUES.items():
        entry = _entry(whole["properties"][name])
        parts.append(f"## {title}\n")
        for kind in map(resolved, entry.get("oneOf", ())):
            parts += [f"### {_told_apart(kind)}\n", _table(kind)]
        if "oneOf" not in entry:
            parts.append(_table(entry))
    return "\n".join(parts)


def _entry(catalogue: Part) -> Part:
    return resolved(next(iter(catalogue["patternProperties"].values())))


def _told_apart(kind: Part) -> str:
    """What an entry of this kind is known by."""
    return next(f"`{name}: {key['const']}`" for name, key in kind["properties"].items() if "const" in key)


def _table(part: Part) -> str:
    lines = ["| key | what | allowed | default |", "| --- | --- | --- | --- |", *map(_line, _keys(part))]
    return "\n".join(lines) + "\n"


def _keys(part: Part, prefix: str = "") -> Iterator[tuple[str, Part, bool]]:
    """Each key with its part of the schema and whether it must be given; those of an object or a list after it."""
    for name, key in part.get("properties", {}).items():
        key = resolved(key)
        yield f"{prefix}{name}", key, name in part.get("required", ())
        yield from _keys(key, f"{prefix}{name}.")
        for option in map(resolved, key.get("oneOf", ())):
            yield from _keys(option, f"{prefix}{name}.")
        if isinstance(key.get("items"), Mapping):
            yield from _keys(resolved(key["items"]), f"{prefix}{name}[].")


def _line(key: tuple[str, Part, bool]) -> str:
    name, part, required = key
    default = "must be given" if required else _value(part["default"]) if "default" in part else ""
    each = allowed(part["items"]) if "enum" in part.get("items", ()) else ""
    what = " of ".join(filter(None, (allowed(part), each)))
    cells = (f"`{name}`", part.get("description", ""), what, default)
    # In a table a line stays a line, and only its own bars divide it.
    return f"| {' | '.join(' '.join(cell.split()).replace('|', BAR) for cell in cells)} |"


def _value(value: Any) -> str:
    """As YAML has it; of an object nothing, whose keys have their own; of nothing at all, nothing."""
    if isinstance(value, Mapping) and value:
        return ""
    value = int(value) if isinstance(value, float) and value.is_integer() else value
    return f"`{yaml.safe_dump(value, default_flow_style=True).removesuffix(chr(10)).removesuffix('...').strip()}`"


if __name__ == "__main__":
    PAGE.write_text(page(schema()), encoding="utf-8")
    SCHEMA.write_text(json.dumps(schema(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
