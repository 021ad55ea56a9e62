"""What a result's code is: the text of the modules that make it.

A name in a path, or a parameter of a rule, that holds this digest changes when that code changes, and only then.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
NEXT_TO = {".html", ".css", ".js"}
IMPORT = re.compile(r"^ *(?:from ([\w.]+) )?import (\([^)]*\)|.*)", re.MULTILINE)


@cache
def digest(*names: str) -> str:
    """Short SHA-256 over modules of this package, such as `figures.same_order`.

    Of what they import, the modules of their own sub-package and of `measures` count, so that a log message
    elsewhere measures nothing again. So do the parts of a web page that lie next to them.
    """
    modules = set().union(*(closure(module(name)) for name in names))
    parts = {path for folder in {path.parent for path in modules} for path in folder.iterdir()}
    # Ordered by what they hold, so that it is the same wherever the package lies.
    texts = sorted(path.read_bytes() for path in modules | {path for path in parts if path.suffix in NEXT_TO})
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


def module(name: str) -> Path:
    """File of a module of this package."""
    return PACKAGE.joinpath(*name.split(".")).with_suffix(".py")


def closure(start: Path) -> set[Path]:
    """A module, and of its own sub-package and of `measures` what it imports."""
    found, left, counted = set(), [start], {start.parent, PACKAGE / "measures"} - {PACKAGE}
    while left:
        path = left.pop()
        if path not in found:
            found.add(path)
            left.extend(each for each in imported(path.read_bytes()) if each.parent in counted)
    return found


def imported(text: bytes) -> set[Path]:
    """Modules of the package that a module's text imports, also inside of functions."""
    inside = (
        name.removeprefix(f"{PACKAGE.name}.") for name in _names(text) if name.startswith(f"{PACKAGE.name}.")
    )
    return set(filter(Path.is_file, map(module, inside)))


@cache
def _names(text: bytes) -> list[str]:
    """What a text imports; of `from a import b` both a and a.b.

    By a pattern, since each start of Snakemake waits for it: to parse all modules takes a third of a second.
    """
    names: list[str] = []
    for package, listed in IMPORT.findall(text.decode()):
        words = [word.split()[0] for word in listed.strip("()").split(",") if word.strip()]
        names += [package, *(f"{package}.{word}" for word in words)] if package else words
    return names
