"""The files of a dataset: from mirrors, then from the official addresses; trusted by checksum alone."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pooch
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


def fetch(dataset: str, file: dict, folder: Path, mirrors: Sequence[str], addresses: Sequence[str]) -> Path:
    """Path of a file whose SHA-256 is one of `file["sha256"]`, in `folder` or in a mirror's directory.

    Each source is a directory or a base URL; a mirror may hold the file directly or in a folder named after
    the dataset. Raises a `UserError` that lists what was tried if no source has it.
    """
    target = Path(folder) / file["name"]
    if target.is_file() and _holds(target, file):
        return target
    tried = []
    places = [
        f"{mirror.rstrip('/')}/{inside}{file['name']}" for mirror in mirrors for inside in ("", f"{dataset}/")
    ]
    places += [f"{address.rstrip('/')}/{file['name']}" for address in addresses]
    for place in places:
        found, obstacle = _try(place, target, file)
        if found:
            return found
        tried.append(f"{place}: {obstacle}")
    raise UserError(
        f"dataset {dataset}: no source has {file['name']} with its SHA-256 ({'; '.join(tried)}); "
        f"put the file into a directory and name that in `data.mirrors` or {MIRRORS_VARIABLE}"
    )


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


def _try(place: str, target: Path, file: dict) -> tuple[Path | None, str]:
    """The verified file, or why this place does not give it."""
    if not _is_url(place):
        path = Path(place).expanduser()
        if not path.is_file():
            return None, "no such file"
        return (path, "") if _holds(path, file) else (None, _mismatch(path))
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
            shutil.move(downloaded, partial)
    return target, ""


def _download(url: str, name: str, folder: Path) -> Path:
    """Download with retries; a progress bar goes to standard error."""
    source = pooch.create(
        path=folder, base_url="", registry={name: None}, urls={name: url}, retry_if_failed=RETRIES
    )
    return Path(source.fetch(name, downloader=pooch.HTTPDownloader(progressbar=True, timeout=TIMEOUT_S)))


def _holds(path: Path, file: dict) -> bool:
    return pooch.file_hash(path, alg="sha256") in file["sha256"]


def _mismatch(path: Path) -> str:
    return f"wrong SHA-256 {pooch.file_hash(path, alg='sha256')}"
