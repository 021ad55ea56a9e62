"""Publish a study: check its results, give them to DVC, put them into the store that travels with the repository.

Run by `make publish`, in the root of a clone. Trains nothing: what is published is what lies under `results/`, and
it must be what the configuration and the code ask for.
"""

import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from learnorder import old, outcomes, store
from learnorder.errors import UserError, one_line
from learnorder.stages import TRAINING
from learnorder.study import layout
from learnorder.study.configured import configured, study_file
from learnorder.study.model import Study

LIMIT_MB = 38
STAGES = ("outcomes", "tables")
TARGETS = ("summary", "figures", "claims")
TOOLS = Path(sys.executable).parent


def publish(configfile: str) -> None:
    """Publish the results of the study of this file, as they lie here."""
    study = configured(configfile)
    tables = published_tables(study)
    if left := old.files(study):
        raise UserError(
            f"{configfile}: {len(left)} files follow from other settings or code than the study has now, such as "
            f"{left[0]}; remove them first: make clean-old CONFIG={shlex.quote(configfile)}"
        )
    for path, collection in tables.items():
        outcomes.check(path, study.identity(*collection.split("/")))
    snakemake = ("snakemake", *TARGETS, "--configfile", configfile)
    plan = _run(*snakemake, "--dry-run")
    # Said twice, above and below all jobs.
    planned = dict(re.findall(rf"^({'|'.join(TRAINING)}) +(\d+)", plan, re.MULTILINE))
    if training := sum(map(int, planned.values())):
        raise UserError(
            f"{configfile}: {training} outcome tables that figures are drawn from are missing or out of date; "
            f"train them first: make CONFIG={shlex.quote(configfile)}"
        )
    _run(*snakemake)
    stages = [f"{stage}@{study.name}" for stage in STAGES]
    _run("dvc", "commit", "--force", *stages)
    if (size := store.size() / 1e6) > LIMIT_MB:
        raise UserError(
            f"{store.FOLDER}/ would hold {size:.1f} MB; allowed: {LIMIT_MB}; name in .dvcignore what to leave out"
        )
    _run("dvc", "push", "--remote", "published", *stages)
    store.prune()
    _run("git", "add", "--force", str(store.FOLDER), str(store.LOCK))
    print(f"{len(tables)} outcome tables of {study.name}, {size:.1f} MB in all: git commit publishes them")


def published_tables(study: Study) -> dict[Path, str]:
    """The outcome tables to be published, all that DVC does not ignore, with the path of their collection."""
    tables = {table: path for path in study.by_path for table in layout.shards(study, path)}
    ignored = _run("dvc", "check-ignore", *tables, allowed=(0, 1)).split()
    return {Path(table): path for table, path in tables.items() if table not in ignored}


def _run(*command: str, allowed: Sequence[int] = (0,)) -> str:
    """What a command says; if it fails, a `UserError` with the last line that says why, else with its last."""
    known = TOOLS / command[0]
    run = subprocess.run(
        [str(known) if known.exists() else command[0], *command[1:]],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if run.returncode not in allowed:
        said = (run.stderr or run.stdout).strip().splitlines() or ["no word why"]
        why = [line for line in said if line.startswith(("learnorder: ", "Error: "))] or said
        raise UserError(f"{' '.join(command[:2])}: {why[-1].removeprefix('learnorder: ')}")
    return run.stdout


if __name__ == "__main__":
    with one_line():
        publish(study_file(__doc__))
