"""Which results that lie on disk are those that are asked for, by what they say of themselves.

The workflow engine knows what made a file only where it ran itself. After a clone, a pull or a checkout it has no
records, or those of other files, and would use whatever lies there. An outcome table names its identity in its
footer; beside a table that others are drawn from lies a hidden file that names what it was made from.

Read by the Snakefile when it plans, of up to thousands of files: nothing here may import pyarrow or polars.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from learnorder import atomic
from learnorder.configuration import Study
from learnorder.identity import difference, digest

MAGIC = b"PAR1"
LENGTH_BYTES = 4
START = b'{"format": '
"""With which the metadata of an outcome table begin, in a footer that holds them as they are."""


def about(path: Path) -> dict[str, Any] | None:
    """What an outcome table says of itself; None if there is none that can be read.

    Whether it is whole is for those who read it to find out, see `outcomes.check`.
    """
    tail = len(MAGIC) + LENGTH_BYTES
    try:
        with Path(path).open("rb") as file:
            file.seek(-tail, 2)
            length, magic = file.read(LENGTH_BYTES), file.read()
            if magic != MAGIC:
                return None
            file.seek(-tail - int.from_bytes(length, "little"), 2)
            footer = file.read()
        said = footer[footer.index(START) :].decode(errors="replace")
        return json.JSONDecoder().raw_decode(said)[0]
    except (OSError, ValueError):
        return None


def fault(found: Mapping[str, Any], identity: Mapping[str, Any], examples: Path) -> str | None:
    """Why an outcome table, by what it says of itself, is not the one asked for; None if it is.

    `examples`: the table of examples of its dataset, whose checksum it names; where there is none, nothing is
    known of that.
    """
    if found.get("digest") != digest(identity):
        return f"made with another {difference(found.get('identity', {}), identity)}"
    data = checksum(examples)
    if data and found.get("data") != data:
        return f"made from other data than {examples}"
    return None


def seeds_known(folder: Path, identity: Mapping[str, Any], examples: Path, on_cpu: bool) -> set[int]:
    """Seeds of the members that a job takes from the outcome tables in a folder, in place of training them."""
    tables = filter(None, map(about, sorted(folder.glob("seeds-*.parquet"))))
    usable = (
        table
        for table in tables
        if fault(table, identity, examples) is None and _of_this_environment(table["environment"], on_cpu)
    )
    return {seed for table in usable for seed in table["seeds"]}


def _of_this_environment(environment: Mapping[str, str], on_cpu: bool) -> bool:
    """Whether a table was made by the packages that are installed here, on a device of this kind."""
    packages = environment.keys() & {"learnorder", "torch", "scikit-learn"}
    same = all(environment[package] == version(package) for package in packages)
    return same and (environment["device"] == "cpu") == on_cpu


@cache
def checksum(path: Path) -> str | None:
    """SHA-256 of a file as it was when this process first looked; None if there is none."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def beside(table: Path | str) -> str:
    """The hidden file that says what a table was made by, and from."""
    path = Path(table)
    return str(path.with_name(f".{path.stem}.made_by"))


def say(table: Path, made_by: str, sources: Iterable[Path]) -> None:
    """Write beside a table what it was made by, see `made_by`, and the checksums of what it goes back to."""
    said = {"made_by": made_by, "from": {str(path): checksum(path) for path in sources}}
    with atomic.replacing(Path(beside(table))) as partial:
        partial.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def table_fault(table: Path | str, wanted: str, whole: bool) -> str | None:
    """Why a table, by what lies beside it, is not the one asked for; None if it is.

    `whole`: also whether what it goes back to is the same, as far as that is here.
    """
    try:
        said = json.loads(Path(beside(table)).read_text(encoding="utf-8"))
        made_by, sources = said["made_by"], said["from"]
    except (OSError, ValueError, KeyError, TypeError):
        return "nothing beside it says what made it"
    if made_by != wanted:
        return "made by other code, measures, settings or collections than are asked for"
    for path, then in sources.items() if whole else ():
        if then and (now := checksum(Path(path))) and now != then:
            return f"made from another {path}"
    return None


def made_by(study: Study, tables: Iterable[str], **settings: Any) -> str:
    """Short name of all that a table follows from which is made of these tables of measures, below `results/`.

    `settings`: what else decides it: parameters, digests of code.
    """
    parts = {part for path in tables for part in _made_of(path)}
    of = {"/".join(part): _described(study, part) for part in sorted(parts)}
    return digest({"settings": settings, "of": of})


def sources(study: Study, tables: Iterable[str]) -> Iterable[str]:
    """What these tables of measures go back to, below `results/`: outcome tables and examples of datasets."""
    for part in sorted({part for path in tables for part in _made_of(path)}):
        if len(part) == 1:
            yield f"datasets/{part[0]}/examples.parquet"
        else:
            collection = "/".join(part)
            for first, last in study.shards(collection):
                yield f"{study.name}/outcomes/{collection}/seeds-{first:03d}-{last:03d}.parquet"


def _made_of(path: str) -> Iterable[tuple[str, ...]]:
    """The collections or the dataset that a table of measures is of."""
    parts = Path(path).parts
    if parts[0] == "datasets":
        return [parts[1:2]]
    names = parts[2:-1]
    return [names[:3], (names[0], *names[3:])] if parts[1] == "pairs" else [names]


@cache
def _described(study: Study, part: tuple[str, ...]) -> Any:
    if len(part) == 1:
        return study.described("datasets", *part)
    return [study.identity(*part), study.by_path["/".join(part)].networks]
