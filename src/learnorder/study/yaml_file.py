"""Configuration files, read as people write them; a mistake is one line that names the file and the place."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from learnorder.errors import UserError


class _Loader(yaml.SafeLoader):
    """YAML with the types of version 1.2, in which each key stands once.

    In version 1.1, PyYAML's own, `no` is false, 010 is 8, 1:30 is 90, and 1e-3 is text.
    """

    yaml_implicit_resolvers: Mapping[str, Any] = {}

    def compose_mapping_node(self, anchor: str | None) -> yaml.MappingNode:
        """A mapping of the file; a `UserError` if it has a key twice."""
        node = super().compose_mapping_node(anchor)
        lines: dict[str, int] = {}
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            earlier, line = lines.get(key.value), key.start_mark.line + 1
            if earlier:
                raise UserError(f"lines {earlier} and {line} both set {key.value}; allowed: each key once")
            lines[key.value] = line
        return node


# Digits may be grouped, as in 60_000, which version 1.2 forbids and the catalogues do.
for tag, pattern, first in (
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", "[-+]?(0|[1-9][0-9_]*)", "-+0123456789"),
    (
        "float",
        r"[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))([eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan",
        "-+.0123456789",
    ),
    ("null", "~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", "<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))


def read(path: Path | str) -> dict[str, Any]:
    """The keys at the top level of a file, with their values."""
    try:
        found = parse(Path(path).read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UserError(
            f"{path}: no such file; allowed: the configuration of a study; targets stand before --configfile"
        ) from None
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}; allowed: the configuration of a study") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UserError(
            f"{path}: line {line} is not UTF-8 (byte 0x{error.object[error.start]:02x}); save the file as UTF-8"
        ) from None
    except UserError as error:
        raise UserError(f"{path}: {error}") from None
    if not isinstance(found, dict):
        has = "is empty" if found is None else "has no keys at its top level"
        raise UserError(f"{path}: {has}; allowed: keys with values, such as study: mine")
    return found


def parse(text: str) -> Any:
    """What a text of YAML says; a `UserError` with line and column for what is no YAML."""
    try:
        return yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = " ".join(filter(None, (error.context, error.problem)))
        raise UserError(f"line {mark.line + 1}, column {mark.column + 1}: no valid YAML: {words}") from None
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise UserError(f"line {line}: the character {error.character:#x} is not allowed in YAML") from None
