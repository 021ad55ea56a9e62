"""A folder of Parquet files as the Hugging Face hub ships it: which files are which split."""

import re
from collections.abc import Iterable
from pathlib import Path

from learnorder.errors import UserError

NAMES = {"train": "train", "training": "train", "test": "test", "testing": "test"}
NAMES |= dict.fromkeys(("validation", "valid", "val", "dev"), "validation")
# train.parquet, train-00000-of-00002.parquet, train-00000-of-00002-3f2a91c0b8d1e77d.parquet
SHARD = re.compile(r"(?P<split>[a-z]+)(-(?P<number>\d+)-of-(?P<of>\d+)(-[0-9a-f]+)?)?", re.IGNORECASE)
ALLOWED = "allowed: train.parquet, or shards train-00000-of-00002.parquet and so on, and the same of test"


def splits(folder: Path) -> dict[str, list[Path]]:
    """The files of each split that is there, `train`, `test` or `validation`, in order.

    Raises a `UserError` where there is no train split, where several datasets lie in the folder, or where a shard
    is missing.
    """
    found: dict[tuple[Path, str], list[Path]] = {}
    paths = sorted(path for path in folder.rglob("*.parquet") if not _is_hidden(path.relative_to(folder).parts))
    for path in paths:
        place, split = _split(path)
        if split:
            found.setdefault((place, split), []).append(path)
    places = sorted({place for place, split in found if split == "train"})
    if not places:
        names = ", ".join(_few(path.relative_to(folder).as_posix() for path in paths)) or "no Parquet file"
        raise UserError(f"{folder}: no train split among {names}; {ALLOWED}")
    if len(places) > 1:
        names = ", ".join(_few(place.relative_to(folder).as_posix() for place in places))
        raise UserError(f"{folder}: {len(places)} datasets in it: {names}; allowed: one: name its folder")
    of_place = {split: files for (place, split), files in found.items() if place == places[0]}
    for files in of_place.values():
        _check_complete(files)
    return of_place


def _split(path: Path) -> tuple[Path, str | None]:
    """The folder of the dataset that a file belongs to, and its split; None if it is of none."""
    name = SHARD.fullmatch(path.stem)
    if name and name["split"].lower() in NAMES:
        return path.parent, NAMES[name["split"].lower()]
    # As the hub converts other formats: train/0000.parquet.
    return path.parent.parent, NAMES.get(path.parent.name.lower())


def _check_complete(files: list[Path]) -> None:
    names = [SHARD.fullmatch(path.stem) for path in files]
    of = {int(name["of"]) for name in names if name and name["of"]}
    numbers = sorted(int(name["number"]) for name in names if name and name["of"])
    if not of:
        return
    if len(of) > 1 or len(numbers) < len(files) or len(set(numbers)) < len(numbers):
        raise UserError(
            f"{files[0].parent}: {', '.join(_few(path.name for path in files))} are more than one set of shards; "
            "allowed: one set: remove the others"
        )
    missing = sorted(set(range(*of)) - set(numbers))
    if missing:
        raise UserError(
            f"{files[0].parent}: {len(files)} of {max(of)} shards like {files[0].name}, number {missing[0]} is "
            "missing; allowed: all of them: download it"
        )


def _is_hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(".") for part in parts)


def _few(names: Iterable[str], most: int = 5) -> list[str]:
    names = list(names)
    return names if len(names) <= most else [*names[: most - 1], f"… {len(names) - most + 1} more"]
