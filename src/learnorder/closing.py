"""The lines in which a run ends: what came out, where it lies, what of it is outdated, which target was meant."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from learnorder.selection import FIGURES

UNKNOWN = re.compile(r"No rule to produce (\S+)")
PICTURES = ("pdf", "png", "svg")
LISTED = 3
"""Files of a target that are listed; of more, their folder is named."""
ROWS = 40
"""Collections that are listed; of more, those alone that ended badly."""


def collections(table: Path) -> Iterator[str]:
    """A line per collection of the table of how networks ended, then a line for whatever came to nothing."""
    # Imports polars, which the start of a run is to go without.
    from learnorder import summary

    found = summary.read(table)
    rows = found.rows(named=True)
    names = [f"{row['dataset']}/{row['architecture']}/{row['recipe']}" for row in rows]
    if len(rows) > ROWS:
        yield f"{len(rows)} collections, see {table}"
    else:
        width = max(map(len, ["collection", *names]))
        yield f"{'collection':{width}}  networks  accuracy: train   test"
        for name, row in zip(names, rows, strict=True):
            train, test = (_accuracy(row[f"{split}_accuracy"]) for split in ("train", "test"))
            yield f"{name:{width}}  {row['networks']:8}  {train:>15}  {test:>5}"
    yield from summary.troubles(found)


def places(results: Path) -> Iterator[str]:
    """Where what a person looks at lies, of what is there. `results`: of the study."""
    for name in ("report.html", "figures", "claims.md", "scores", "explorer.html", "networks.csv"):
        if (path := results / name).exists():
            yield f"{path.stem}: {path}"


def target(name: str, paths: Iterable[str]) -> str:
    """Where a target lies: its files, or of many the folder of all."""
    paths = [path for path in paths if not Path(path).name.startswith(".") and "/tables/" not in path]
    if len(paths) > LISTED:
        return f"{name}: {os.path.commonpath([os.path.dirname(path) for path in paths])}"
    return f"{name}: {', '.join(paths)}"


def outdated(faults: Mapping[str, str]) -> Iterator[str]:
    """A line about results that do not follow from what the study says now. `faults`: their targets, by path."""
    if faults:
        yield f"outdated, made from other networks, settings or code than the study has now: {', '.join(faults)}"
        yield f"renew them: snakemake {' '.join(dict.fromkeys(faults.values()))}"


def unknown(message: str, figures: str, targets: Iterable[str]) -> str:
    """Name the target nearest to that of Snakemake's message, or the message. `figures`: the folder of figures."""
    if not (found := UNKNOWN.search(message)):
        return message
    given = found[1]
    stem, suffix = Path(given).stem, Path(given).suffix[1:]
    if stem in FIGURES and suffix:
        allowed = suffix if suffix in PICTURES else f"{{{','.join(PICTURES)}}}"
        hint = f"did you mean {figures}/{stem}.{allowed}?"
    elif close := get_close_matches(given, list(targets), n=3):
        hint = f"did you mean {' or '.join(close)}?"
    else:
        hint = "a name of this list is allowed: snakemake --list-target-rules"
    return f"learnorder: no rule makes {given}; {hint}"


def _accuracy(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
