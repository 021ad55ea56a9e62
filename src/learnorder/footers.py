"""What outcome tables say of themselves, in their footers.

Read by the Snakefile when it plans: nothing here may import pyarrow or polars.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from learnorder.errors import UserError
from learnorder.study.identity import difference

MAGIC = b"PAR1"
LENGTH_BYTES = 4
START = b'{"format": '
"""With which the metadata of an outcome table begin, in a footer that holds them as they are."""
TABLES = "seeds-*.parquet"


def metadata(path: Path | str) -> dict[str, Any] | None:
    """The metadata of an outcome table; None if there is none that can be read.

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


def seeds_known(folder: Path, on_cpu: bool) -> set[int]:
    """Seeds of the members that a job takes from the outcome tables in a folder, in place of training them."""
    usable = (table for table in _in(folder, TABLES) if _of_this_environment(table["environment"], on_cpu))
    return {seed for table in usable for seed in table["seeds"]}


def earlier(folder: Path, identity: Mapping[str, Any]) -> str | None:
    """How tables of the collection differ that were made before any of its `folder`; None if there are none."""
    if any(folder.glob(TABLES)):
        return None
    for table in _in(folder.parent, f"*/{TABLES}"):
        return difference(table.get("identity", {}), identity)
    return None


def check_data(dataset: str, examples: Path, results: Path = Path("results")) -> None:
    """Raise a `UserError` if a dataset that was read again is not the one that networks here were trained on.

    `examples`: its table, whose SHA-256 each outcome table names.
    """
    checksum = hashlib.sha256(examples.read_bytes()).hexdigest()
    for folder in results.glob(f"*/outcomes/{dataset}"):
        # What was imported names no data.
        if other := [table for table in _in(folder, f"*/*/*/{TABLES}") if table.get("data") not in ("", checksum)]:
            raise UserError(
                f"dataset {dataset}: it is not what {len(other)} outcome tables of {folder} were made from; "
                f"give it another name in `datasets`, or remove them: rm -r {folder}"
            )


def _in(folder: Path, pattern: str) -> Iterator[dict[str, Any]]:
    return filter(None, map(metadata, sorted(folder.glob(pattern))))


def _of_this_environment(environment: Mapping[str, str], on_cpu: bool) -> bool:
    """Whether a table was made by the packages that are installed here, on a device of this kind."""
    packages = environment.keys() & {"learnorder", "torch", "scikit-learn"}
    same = all(environment[package] == version(package) for package in packages)
    return same and (environment["device"] == "cpu") == on_cpu
