"""What a result's code is: the text of a file and of every module of this package that it imports.

To a module belong what stands beside it and is no Python: the parts of a web page.

The workflow engine follows parameters by their value but files by their time, and a clone or a pull changes
times. A rule that carries this digest as a parameter runs again when its code changes, and only then.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
BESIDE = {".html", ".css", ".js"}


def digest(*roots: Path) -> str:
    """Short SHA-256 over the source of the roots and of all that they import from this package."""
    modules = _closure([Path(root).resolve() for root in roots])
    beside = {path for module in modules for path in module.parent.iterdir() if path.suffix in BESIDE}
    # Ordered by what they hold, so that it is the same wherever the package and the workflow lie.
    texts = sorted(path.read_bytes() for path in modules | beside)
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


def module(name: str) -> Path:
    """File of a module of this package, such as `figures.same_order`."""
    return PACKAGE.joinpath(*name.split(".")).with_suffix(".py")


def _closure(paths: list[Path]) -> set[Path]:
    found: set[Path] = set()
    while paths:
        path = paths.pop()
        if path not in found:
            found.add(path)
            paths.extend(_imported(path))
    return found


def _imported(path: Path) -> Iterator[Path]:
    for name in _names(path.read_bytes()):
        package, _, inside = name.partition(".")
        if package == PACKAGE.name and inside and module(inside).is_file():
            yield module(inside)


# By content: the digests of all rules are taken from the same modules, and a module may change between two.
@cache
def _names(source: bytes) -> tuple[str, ...]:
    """Every name that may be a module which this source imports."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(names)
