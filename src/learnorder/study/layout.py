"""Where each result of a study lies.

What takes time to make has in its path a short name of all that it follows from. Another setting, more networks
or other code of the measures is another path, here, in a fresh clone, after a pull: a result is there or is not.

Imported by the Snakefile when it plans: nothing here may import torch, polars or data.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from learnorder import source
from learnorder.study.collection import Collection, Pair
from learnorder.study.identity import digest

if TYPE_CHECKING:
    # Jobs that only leave a mark need no study, which takes a third of a second to import.
    from learnorder.study.model import Study

LENGTH = 8
NAME = rf"[0-9a-f]{{{LENGTH}}}"
"""Pattern of a short name."""


def short(*follows: Any) -> str:
    """The short name of what follows from all this, the same on every machine."""
    return digest({"follows": follows})[:LENGTH]


def results(study: "Study") -> str:
    """Folder of a study's results."""
    return f"results/{study.name}"


def examples(dataset: str) -> str:
    """Table of a dataset's examples; its arrays lie next to it."""
    return f"results/datasets/{dataset}/examples.parquet"


def weights(file: str) -> str:
    """A file of published weights."""
    return f"results/weights/{file}"


@cache
def baselines(study: "Study", dataset: str) -> str:
    """Scores of a dataset's inputs."""
    name = short(study.described("datasets", dataset), source.digest("measures.baselines"))
    return f"results/datasets/{dataset}/{name}/baselines.parquet"


@cache
def outcomes(study: "Study", collection: str) -> str:
    """Folder of the outcome tables of the collection with this path."""
    files = study.by_path[collection].files if collection in study.by_path else ()
    name = short(study.identity(*collection.split("/")), [_checksum(path) for _, path in files])
    return f"{results(study)}/outcomes/{collection}/{name}"


def shards(study: "Study", collection: str) -> list[str]:
    """Outcome tables of the collection with this path."""
    folder = outcomes(study, collection)
    return [f"{folder}/seeds-{first:03d}-{last:03d}.parquet" for first, last in study.shards(collection)]


def every_shard(study: "Study") -> list[str]:
    """Outcome tables of all collections."""
    return [path for collection in study.by_path for path in shards(study, collection)]


@cache
def measures(study: "Study", collection: Collection) -> str:
    """Folder of the measures of a collection."""
    name = short(*_measured(study, collection), study["measures"], source.digest("measures.collection"))
    return f"{results(study)}/measures/{collection.path}/{name}"


@cache
def pair(study: "Study", of: Pair) -> str:
    """Folder of the measures of two collections."""
    both = _measured(study, of.first), _measured(study, of.second)
    return f"{results(study)}/pairs/{of.path}/{short(*both, study['measures'], source.digest('measures.pair'))}"


def table(study: "Study", result: str, *follows: Any) -> str:
    """What a figure draws, or the claims or another result for people are written from, by all it follows from."""
    return f"{results(study)}/tables/{result}/{short(*follows)}.csv"


def mark(result: str, *follows: Any) -> str:
    """Hidden file next to a result with a fixed name, such as a picture; its name says what that follows from."""
    path = Path(result)
    return str(path.with_name(f".{path.stem}.{short(*follows)}"))


def leave_mark(path: str) -> None:
    """Make this mark, and remove those that say what the result followed from before."""
    made = Path(path)
    for old in made.parent.glob(f"{made.stem}.*"):
        if old.stem == made.stem and old != made:
            old.unlink()
    made.touch()


def _measured(study: "Study", collection: Collection) -> tuple[str, int]:
    return outcomes(study, collection.path), collection.networks


def _checksum(path: str) -> str | None:
    """Of a file with imported predictions; None where it is not here."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
