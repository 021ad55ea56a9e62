"""What a result's code is: the text of the modules that make it.

A name in a path, or a parameter of a rule, that holds this digest changes when that code changes, and only then.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
NEXT_TO = {".html", ".css", ".js"}


@cache
def digest(*names: str) -> str:
    """Short SHA-256 over modules of this package, such as `figures.same_order`.

    Of what they import, the modules of their own sub-package and of `measures` count, so that a log message
    elsewhere measures nothing again. So do the parts of a web page that lie next to them.
    """
    modules = set().union(*(_closure(module(name)) for name in names))
    parts = {path for folder in {path.parent for path in modules} for path in folder.iterdir()}
    # Ordered by what they hold, so that it is the same wherever the package lies.
    texts = sorted(path.read_bytes() for path in modules | {path for path in parts if path.suffix in NEXT_TO})
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


def module(name: str) -> Path:
    """File of a module of this package."""
    return PACKAGE.joinpath(*name.split(".")).with_suffix(".py")


def _closure(start: Path) -> set[Path]:
    """A module, and of its own sub-package and of `measures` what it imports."""
    found, left, counted = set(), [start], {start.parent, PACKAGE / "measures"} - {PACKAGE}
    while left:
        path = left.pop()
        if path not in found:
            found.add(path)
            left.extend(each for each in _imported(path) if each.parent in counted)
    return found


def _imported(path: Path) -> Iterator[Path]:
    """Modules of the package that a module imports."""
    for name in _names_imported(path.read_bytes()):
        package, _, inside = name.partition(".")
        if package == PACKAGE.name and inside and module(inside).is_file():
            yield module(inside)


@cache
def _names_imported(text: bytes) -> list[str]:
    """What a module's text imports, also inside of functions; of `from a import b` both a and a.b."""
    names: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names
