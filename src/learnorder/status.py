"""What of a study is done, running, failed and missing, per collection, and what the jobs that failed have said.

Run by `make status`, in the root of a clone, also while a study runs there: it looks at files and changes none.
"""

import fcntl
import re
import sys
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from learnorder import footers, old
from learnorder.errors import one_line
from learnorder.logs import last_line
from learnorder.study import layout
from learnorder.study.configured import configured, study_file
from learnorder.study.model import Study

DONE, RUNNING, QUEUED, FAILED, MISSING = STATES = ("done", "running", "queued", "failed", "missing")
SAVED = "saved"
"""With which the log of a training ends that was told to stop."""
AT_ONCE_S = 2
"""Of a job that starts at once, its log is made at about the time that Snakemake notes the job."""
FAULT = re.compile(r"learnorder: |Traceback|\w*(Error|Exception)\b")
"""With which the last line of a log begins whose job went wrong."""


@dataclass(frozen=True)
class Shard:
    """One outcome table of a collection: its state, its log, what the log says last."""

    collection: str
    seeds: str
    state: str
    log: Path
    says: str


def shards(study: Study, records: Path = Path(".snakemake")) -> Iterator[Shard]:
    """Every outcome table that a study asks for. `records`: where Snakemake keeps its records."""
    begun = dict(_begun(records)) if _runs(records) else {}
    for collection in study.by_path.values():
        for table in map(Path, layout.shards(study, collection.path)):
            yield _shard(study, collection.path, bool(collection.files), table, begun)


def _shard(study: Study, collection: str, imported: bool, table: Path, begun: Mapping[str, float]) -> Shard:
    seeds = table.stem.removeprefix("seeds-")
    logs = Path(f"logs/{study.name}/{'import' if imported else 'train'}")
    log = logs / table.relative_to(f"{layout.results(study)}/outcomes").with_suffix(".log")
    says = last_line(log)
    if str(table) in begun:
        state = RUNNING if log.exists() and log.stat().st_mtime >= begun[str(table)] - AT_ONCE_S else QUEUED
    elif footers.metadata(table):
        state = DONE
    else:
        state = FAILED if says and SAVED not in says else MISSING
    return Shard(collection, seeds, state, log, says)


def _begun(records: Path) -> Iterator[tuple[str, float]]:
    """Results of jobs that Snakemake started or submitted and that have not ended, with the time of that.

    Snakemake names a marker by the result's path in base 64, in folders that begin with @ where it is long.
    """
    folder = records / "incomplete"
    for marker in folder.rglob("*"):
        if marker.is_file():
            name = "".join(part.removeprefix("@") for part in marker.relative_to(folder).parts)
            yield urlsafe_b64decode(name).decode(), marker.stat().st_mtime


def _runs(records: Path) -> bool:
    """Whether a run is under way in this folder: it holds this lock, see `runs`."""
    try:
        with (records / "runs.lock").open("r+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def said(study: Study, every: Iterable[Shard]) -> Iterator[str]:
    """A line per collection, then what running jobs say, then the logs of what failed."""
    every = list(every)
    counted: dict[str, Counter[str]] = {}
    for shard in every:
        counted.setdefault(shard.collection, Counter())[shard.state] += 1
    total = sum(counted.values(), Counter())
    columns = [state for state in STATES if state != QUEUED or total[QUEUED]]
    width = max(map(len, [*counted, "outcome tables of all collections"]))
    yield f"{'collection':{width}}" + "".join(f"{state:>9}" for state in columns) + "  measured"
    for collection, states in counted.items():
        numbers = "".join(f"{states[state] or '–':>9}" for state in columns)
        yield f"{collection:{width}}{numbers}  {_measured(study, collection)}"
    yield f"{'outcome tables of all collections':{width}}" + "".join(f"{total[state]:>9}" for state in columns)
    for state in (RUNNING, FAILED):
        for shard in every:
            if shard.state == state:
                yield f"{state}: {shard.collection} seeds {shard.seeds}: {shard.says or 'has said nothing yet'}"
                if state == FAILED:
                    yield f"  log: {shard.log}"
                    yield from (f"  SLURM: {log}: {last_line(log)}" for log in _of_slurm(shard.log))
    for log in _others(study):
        if FAULT.match(line := last_line(log)):
            yield f"failed: {log.relative_to('logs').with_suffix('')}: {line}"
            yield f"  log: {log}"
    yield from old.said(old.files(study))


def _measured(study: Study, collection: str) -> str:
    folder = layout.measures(study, study.by_path[collection])
    return "yes" if Path(f"{folder}/epochs.parquet").exists() else "–"


def _others(study: Study) -> Iterator[Path]:
    """Logs of all jobs but those that make outcome tables."""
    own = Path(f"logs/{study.name}")
    for dataset in dict.fromkeys(c.dataset for c in study.collections):
        yield from sorted(Path("logs/datasets").glob(f"{dataset}*.log"))
    yield from sorted(
        log for log in own.rglob("*.log") if log.relative_to(own).parts[0] not in ("train", "import")
    )


def _of_slurm(log: Path) -> list[Path]:
    """SLURM's own logs of jobs with this log; those of jobs that ended well are removed."""
    return [
        path
        for path in sorted(Path("logs/slurm").rglob("*.log"))
        if str(log) in path.read_text(errors="replace", encoding="utf-8")
    ]


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # a terminal that is not UTF-8 lacks some signs
    with one_line():
        study = configured(study_file(__doc__))
        print("\n".join(said(study, shards(study))))
