"""The run itself: what its training took, the configuration that it followed, the versions that it had."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from learnorder import footers, outcomes
from learnorder.report.pages import table
from learnorder.stages import duration


def times(summary: pl.DataFrame, shards: Iterable[Path], logs: Path) -> str:
    """Markdown: a row per collection with its accuracy and what training it took.

    `summary`: see `summary.table`; `shards`: the outcome tables of all collections; `logs`: of the study, with a
    measurement of Snakemake's of each training job that ran here.
    """
    jobs: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for shard in map(Path, shards):
        names = outcomes.names(shard)
        measured = (logs / "train").joinpath(*names, shard.parent.name, shard.name).with_suffix(".benchmark.tsv")
        if measured.exists():
            jobs.setdefault(names, []).extend(pl.read_csv(measured, separator="\t").to_dicts())
    rows = []
    for row in summary.rows(named=True):
        of = jobs.get((row["dataset"], row["architecture"], row["recipe"]), [])
        rows.append(
            [
                *(row[name] for name in ("dataset", "architecture", "recipe")),
                str(row["networks"]),
                *(_number(row[f"{split}_accuracy"], 3) for split in ("train", "test")),
                str(len(of)) if of else "not here",
                duration(sum(job["s"] for job in of)) if of else "–",
                duration(max(job["s"] for job in of)) if of else "–",
                _number(_most(job["max_rss"] for job in of), 0),
            ]
        )
    total = sum(job["s"] for of in jobs.values() for job in of)
    columns = ["dataset", "architecture", "recipe", "networks", "train accuracy", "test accuracy"]
    columns += ["jobs", "in all", "longest job", "memory, MB"]
    return (
        "# Collections and run times\n\n"
        f"Training took {duration(total)} in {sum(map(len, jobs.values()))} jobs, one after the other; side by "
        "side they take as much less as there are cores. Jobs that did not run in this folder are *not here*: "
        f"their results were there already, or pulled.\n\n{table(columns, rows)}"
    )


def configuration(config: Mapping[str, Any]) -> str:
    """Markdown: every value that the study follows, and of the catalogues the entries that it names."""
    text = yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True, default_flow_style=None, width=100)
    return (
        "# Configuration\n\nAs it was checked, with every default; of the catalogues, the entries that this study "
        f"names.\n\n```yaml\n{text}```\n"
    )


def versions(installed: Mapping[str, str], shards: Iterable[Path]) -> str:
    """Markdown: what is installed, and with what the outcome tables say that they were made."""
    made = Counter(_environment(Path(shard)) for shard in shards)
    rows = [[str(times), environment] for environment, times in sorted(made.items())]
    return (
        "# Versions\n\nOf what made this report; `requirements.lock` has all else, by checksums.\n\n"
        f"{table(['', 'version'], [list(each) for each in installed.items()])}\n"
        f"## Outcome tables\n\n{table(['tables', 'made with'], rows)}"
    )


def _environment(shard: Path) -> str:
    if (made := footers.metadata(shard)) is None:
        return "not here"
    return ", ".join(f"{name} {version}" for name, version in made.get("environment", {}).items()) or "imported"


def _most(memory: Iterable[Any]) -> float | None:
    """Of jobs; one that is over at once was not looked at."""
    return max((each for each in memory if isinstance(each, float | int)), default=None)


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"
