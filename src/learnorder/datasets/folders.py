"""Folders of images: their classes and files, without what file systems leave there.

Names are composed (Unicode's NFC), as most file systems keep them: classes, their order and the sources of
examples do not depend on where the folder lies.
"""

import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from learnorder.errors import UserError

# Thumbnails, metadata and bins of Windows, macOS and network storage; hidden ones begin with a dot.
LEFT_BY_FILE_SYSTEMS = {
    "thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "picasa.ini",
    "icon\r",
    "lost+found",
    "system volume information",
    "network trash folder",
    "temporary items",
    "__macosx",
    "@eadir",
    "@recycle",
    "@recently-snapshot",
    "@__thumb",
    "#recycle",
    "#snapshot",
    "$recycle.bin",
}
CALLED = {
    "train": {"train", "training"},
    "test": {"test", "testing"},
    "validation": {"val", "valid", "validation", "dev", "eval", "evaluation"},
}
# What names of splits have besides: `training_set`, `train-images`, `val2017`.
DECORATION = re.compile(r"[\W_]+|\d{4}$|(?<=.)(set|data|dataset|images|split)$")


@dataclass(frozen=True)
class Tree:
    """A folder that is gone through. `left_out`: what file systems left in the parts that were looked at."""

    root: Path
    left_out: set[Path] = field(default_factory=set)

    def entries(self, folder: Path) -> dict[str, Path]:
        """Files and folders in a folder, sorted by their names; links are what they lead to."""
        found: dict[str, Path] = {}
        try:
            paths = list(folder.iterdir())
            for path in paths:
                if path.name.startswith(".") or path.name.lower() in LEFT_BY_FILE_SYSTEMS:
                    self.left_out.add(path)
                elif not (path.is_dir() or path.is_file()):
                    what = "a link that leads nowhere" if path.is_symlink() else "neither a file nor a folder"
                    raise UserError(
                        f"{_shown(path)}: {what}; allowed: files, folders and links to them: repair or remove it"
                    )
                elif (name := _composed(path)) in found:
                    raise UserError(
                        f"{path}: there is another entry of this name, with its accents composed otherwise; "
                        "allowed: each name once: rename or remove one"
                    )
                else:
                    found[name] = path
        except OSError as error:
            raise UserError(f"{folder}: {error.strerror}; allowed: a folder that can be read") from None
        return dict(sorted(found.items()))

    def class_folders(self, folder: Path) -> dict[str, Path]:
        """The folders in `folder` by name, sorted; a `UserError` if there are not two."""
        folders = {name: path for name, path in self.entries(folder).items() if path.is_dir()}
        if len(folders) < 2:
            inside = any(path.is_dir() for only in folders.values() for path in self.entries(only).values())
            hint = f"; for those in it, name {folder / next(iter(folders))}" if inside else ""
            raise UserError(
                f"{folder}: {len(folders)} class folders{': ' + ', '.join(folders) if folders else ''}; "
                f"allowed: at least 2, one folder of images per class{hint}"
            )
        return folders

    def files(self, folder: Path) -> dict[str, Path]:
        """All files of a class, however deep, by their path below the root, sorted.

        Raises a `UserError` where there is none, or where the folder looks like one of classes or splits.
        """
        entries = self.entries(folder)
        if len(entries) > 1 and all(path.is_dir() for path in entries.values()):
            split = next(filter(split_of, entries), None)
            way = (
                f"splits outside, classes inside: {split}/{folder.name}"
                if split
                else "images in each class folder: name the folder whose folders are the classes, or move them up"
            )
            raise UserError(f"{folder}: holds only folders, such as {next(iter(entries))}; allowed: {way}")
        found = dict(sorted(self._files(folder, self._name(folder), ())))
        if not found:
            raise UserError(f"{folder}: an empty class folder; allowed: at least one image: fill or remove it")
        return found

    def _files(self, folder: Path, name: str, above: tuple[Path, ...]) -> Iterator[tuple[str, Path]]:
        place = folder.resolve()
        if place in above:
            raise UserError(f"{folder}: a link to a folder that it lies in; allowed: links to others: remove it")
        for inside, path in self.entries(folder).items():
            if path.is_dir():
                yield from self._files(path, f"{name}/{inside}", (*above, place))
            else:
                yield f"{name}/{inside}", path

    def _name(self, path: Path) -> str:
        return unicodedata.normalize("NFC", path.relative_to(self.root).as_posix())


def split_of(name: str) -> str | None:
    """The split that a folder of this name holds: train, test or validation; None of another name."""
    plain = DECORATION.sub("", DECORATION.sub("", name.lower()))
    return next((split for split, names in CALLED.items() if plain in names), None)


def _composed(path: Path) -> str:
    try:
        path.name.encode()
    except UnicodeEncodeError:
        raise UserError(f"{_shown(path)}: its name is not UTF-8; allowed: names in UTF-8: rename it") from None
    return unicodedata.normalize("NFC", path.name)


def _shown(path: Path) -> str:
    return os.fsencode(path).decode(errors="backslashreplace")
