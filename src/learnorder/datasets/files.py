"""The files of a dataset: from mirrors, then from the official addresses; trusted by checksum alone."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import requests

from learnorder import atomic
from learnorder.errors import UserError

MIRRORS_VARIABLE = "LEARNORDER_MIRRORS"
TIMEOUT_S = 30
RETRIES = 2


def mirrors() -> list[str]:
    """Directories and base URLs named in the environment, separated by commas, each once."""
    named = map(str.strip, os.environ.get(MIRRORS_VARIABLE, "").split(","))
    return list(dict.fromkeys(filter(None, named)))


def fetch(
    dataset: str,
    file: dict,
    folder: Path,
    mirrors: Sequence[str],
    addresses: Sequence[str],
    also: Sequence[str] = (),
    is_content: Callable[[Path], bool] | None = None,
    of: str = "",
) -> Path:
    """Path of a file whose SHA-256 is one of `file["sha256"]`, in `folder` or in a mirror's directory.

    Each source is a directory or a base URL; a mirror may hold the file directly or in a folder named after
    the dataset. A mirror's directory may have it packed again or unpacked, under its name or one of `also`, where
    `is_content` finds that a path holds the same. `of`: whose file it is, if not a dataset's. Raises a `UserError`
    that lists what was tried if no source has it.
    """
    target = Path(folder) / file["name"]
    if target.is_file() and _holds(target, file):
        return target
    tried = []
    for place in _places(dataset, [file["name"], *also], mirrors):
        if _is_url(place) and not place.endswith(f"/{file['name']}"):
            continue
        found, obstacle = _try(place, target, file, is_content)
        if found:
            return found
        tried.append(f"{place}: {obstacle}")
    for address in addresses:
        place = f"{address.rstrip('/')}/{file['name']}"
        found, obstacle = _try(place, target, file)
        if found:
            return found
        tried.append(f"{place}: {obstacle}")
    raise UserError(
        f"{of or f'dataset {dataset}'}: no source has {file['name']} with its SHA-256 ({'; '.join(tried)}); "
        f"put the file into a directory and name that in `data.mirrors` or {MIRRORS_VARIABLE}"
    )


def find(dataset: str, file: dict, folder: Path, mirrors: Sequence[str], also: Sequence[str] = ()) -> Path | None:
    """Path of a file, or of one of `also`, that is here, whatever it holds; None if it must be downloaded."""
    places = [str(Path(folder) / file["name"]), *_places(dataset, [file["name"], *also], mirrors)]
    paths = (Path(place).expanduser() for place in places if not _is_url(place))
    return next((path for path in paths if path.exists()), None)


def is_same(content: bytes, checksum: str) -> bool:
    """Whether bytes have a checksum, written as `sha256:…` or `md5:…`."""
    algorithm, _, digest = checksum.partition(":")
    return hashlib.new(algorithm, content, usedforsecurity=False).hexdigest() == digest


def _places(dataset: str, names: Sequence[str], mirrors: Sequence[str]) -> list[str]:
    return [
        f"{mirror.rstrip('/')}/{inside}{name}"
        for mirror in mirrors
        for inside in ("", f"{dataset}/")
        for name in names
    ]


def on_a_mirror(dataset: str, path: str, mirrors: Sequence[str]) -> Path:
    """Path of a user's file or folder: as it stands, or by its name in a mirror's directory."""
    folders = [Path(mirror).expanduser() for mirror in mirrors if not _is_url(mirror)]
    places = [Path(path).expanduser(), *(folder / inside / path for folder in folders for inside in ("", dataset))]
    for place in places:
        if place.exists():
            return place
    raise UserError(
        f"dataset {dataset}: no such file or folder: {', '.join(map(str, places))}; "
        f"correct its path, or name the directory that has it in `data.mirrors` or {MIRRORS_VARIABLE}"
    )


def _is_url(place: str) -> bool:
    return place.startswith(("http://", "https://"))


def _try(
    place: str, target: Path, file: dict, is_content: Callable[[Path], bool] | None = None
) -> tuple[Path | None, str]:
    """The verified file, or why this place does not give it."""
    if not _is_url(place):
        path = Path(place).expanduser()
        if not path.exists() or (path.is_dir() and not is_content):
            return None, "no such file"
        if (path.is_file() and _holds(path, file)) or (is_content and is_content(path)):
            return path, ""
        return None, "its files have other checksums" if path.is_dir() else _mismatch(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        try:
            downloaded = _download(place, file["name"], Path(scratch))
        except requests.HTTPError as error:
            return None, f"HTTP status {error.response.status_code}"
        except requests.RequestException as error:
            return None, type(error).__name__
        if not _holds(downloaded, file):
            return None, _mismatch(downloaded)
        with atomic.replacing(target) as partial:
            shutil.copyfile(downloaded, partial)  # into the writer's own file: a moved one would not be locked
    return target, ""


def _download(url: str, name: str, folder: Path) -> Path:
    """Download with retries; a progress bar goes to standard error."""
    # Here alone, so that a machine that only trains needs no pooch.
    import pooch

    source = pooch.create(
        path=folder, base_url="", registry={name: None}, urls={name: url}, retry_if_failed=RETRIES
    )
    return Path(source.fetch(name, downloader=pooch.HTTPDownloader(progressbar=True, timeout=TIMEOUT_S)))


def _holds(path: Path, file: dict) -> bool:
    return is_one_of(checksum(path), file["sha256"])


def _mismatch(path: Path) -> str:
    return f"wrong SHA-256 {checksum(path)}"


def is_one_of(found: str, checksums: Sequence[str]) -> bool:
    """Whether a SHA-256 is one of these; of some only the first digits are known."""
    return found.startswith(tuple(checksums))


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
