"""The store that travels with the repository: what `dvc.lock` names, as DVC lays it in `published/`."""

import json
from collections.abc import Iterator
from pathlib import Path

import yaml

from learnorder.errors import UserError

FOLDER = Path("published")
LOCK = Path("dvc.lock")
DIRECTORY = ".dir"
"""Ends the name of an object that lists the files of a folder."""


def at(checksum: str, root: Path = Path()) -> Path:
    """Where the store keeps the object with this MD5."""
    return root / FOLDER / "files" / "md5" / checksum[:2] / checksum[2:]


def objects(root: Path = Path()) -> Iterator[tuple[str, Path]]:
    """Every result that was published, by its path, with the object that holds it; of a folder also its list.

    Files of a folder whose list is not in the store, or damaged there, are not known, and left out.
    """
    for output in _outputs(root):
        path, checksum = output["path"], output["md5"]
        yield path, (found := at(checksum, root))
        if checksum.endswith(DIRECTORY):
            for entry in _listed(found):
                yield f"{path}/{entry['relpath']}", at(entry["md5"], root)


def size(root: Path = Path()) -> int:
    """Bytes of all that `dvc.lock` names; what a figure shows is a copy of its table, one object for both."""
    return sum(output["size"] for output in _outputs(root) if not output["path"].endswith("/figures"))


def prune() -> None:
    """Remove what `dvc.lock` does not name: objects of earlier results, and of pushes that nobody asked for."""
    named = {path for _, path in objects()}
    for path in (FOLDER / "files").rglob("*"):
        if path.is_file() and path not in named:
            path.unlink()


def _listed(path: Path) -> list[dict]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []


def _outputs(root: Path) -> Iterator[dict]:
    lock = root / LOCK
    if not lock.is_file():
        return
    try:
        for stage in yaml.safe_load(lock.read_text(encoding="utf-8"))["stages"].values():
            yield from stage.get("outs", [])
    except (yaml.YAMLError, TypeError, KeyError):
        raise UserError(f"{LOCK}: cannot be read; the way out: git checkout -- {LOCK}") from None
