"""The store that travels with the repository: what `dvc.lock` names, as DVC lays it in `published/`."""

import json
from collections.abc import Iterator
from pathlib import Path

import yaml

FOLDER = Path("published")
LOCK = Path("dvc.lock")
DIRECTORY = ".dir"
"""Ends the name of an object that lists the files of a folder."""


def at(checksum: str, root: Path = Path()) -> Path:
    """Where the store keeps the object with this MD5."""
    return root / FOLDER / "files" / "md5" / checksum[:2] / checksum[2:]


def objects(root: Path = Path()) -> Iterator[tuple[str, Path]]:
    """Every result that was published, by its path, with the object that holds it; of a folder also its list.

    Files of a folder whose list is not in the store are not known, and left out.
    """
    for output in _outputs(root):
        path, checksum = output["path"], output["md5"]
        yield path, (found := at(checksum, root))
        if checksum.endswith(DIRECTORY) and found.is_file():
            for entry in json.loads(found.read_text()):
                yield f"{path}/{entry['relpath']}", at(entry["md5"], root)


def size(root: Path = Path()) -> int:
    """Bytes of all that `dvc.lock` names."""
    return sum(output["size"] for output in _outputs(root))


def prune(root: Path = Path()) -> None:
    """Remove what `dvc.lock` does not name: objects of earlier results, and of pushes that nobody asked for."""
    named = {path for _, path in objects(root)}
    for path in (root / FOLDER / "files").rglob("*"):
        if path.is_file() and path not in named:
            path.unlink()


def _outputs(root: Path) -> Iterator[dict]:
    if (root / LOCK).is_file():
        for stage in yaml.safe_load((root / LOCK).read_text())["stages"].values():
            yield from stage["outs"]
