"""Runs of the workflow in one folder: a new one clears away what a killed one left, and nothing of a live one.

Snakemake lists the files of a run as locked; a killed run leaves that list, and its jobs on the cluster, behind.
The kernel's lock that every run also holds here ends with its process: whoever gets it alone knows that the others
are dead. Imported by the Snakefile: nothing here may import torch, polars or data.
"""

import fcntl
import getpass
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from learnorder.errors import UserError

PATIENCE_S = 600
REFUSALS = Path("logs/slurm/refused.log")
REFUSED = re.compile(r"SLURM sbatch failed\. The error message was '(.*?)'\.\n", re.DOTALL)
TEMPORARY = ("timed out", "temporarily", "contact")
"""Words of refusals after which the same job may be taken."""


class Run:
    """A run of the workflow. Others that start wait until it `goes_on`: it may clear away what dead ones left."""

    def __init__(self, folder: Path):
        """Change nothing yet: a command that only looks never begins. `folder`: of Snakemake's records."""
        self.folder = folder
        # There as long as a killed run may have jobs on a cluster.
        self.killed = folder / "killed"
        self.begun = self.alone = False

    def begin(self) -> None:
        """Take away Snakemake's locks of dead runs."""
        self.begun = True
        self.folder.mkdir(exist_ok=True)
        self.lock = (self.folder / "runs.lock").open("a+", encoding="utf-8")
        self.alone = self._is_alone(self.folder / "locks")
        if not self.alone:
            self._let_others_start()
        else:
            shutil.rmtree(self.folder / "locks", ignore_errors=True)
            self.lock.truncate(0)
            print(socket.gethostname(), file=self.lock, flush=True)

    def goes_on(self) -> None:
        """End the jobs of dead runs, which save their state; then let others start. Forget what SLURM refused."""
        REFUSALS.unlink(missing_ok=True)
        if self.alone:
            if self.killed.exists():
                _cancel(Path.cwd())
                self.killed.unlink()
            self._let_others_start()

    def _let_others_start(self) -> None:
        # Without such locks Snakemake's alone remain.
        with suppress(OSError):
            fcntl.flock(self.lock, fcntl.LOCK_SH)

    def _is_alone(self, records: Path) -> bool:
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # somebody has it, or the file system has no such locks
            return False
        self.lock.seek(0)
        last, own = self.lock.read().strip(), socket.gethostname()
        stale = records.exists() and any(records.iterdir())
        if stale:
            self.killed.touch()
        if stale and last not in ("", own):
            # The lock of another machine may not reach this one.
            _say(f"the last run here was started on {last}; where it is dead: snakemake --unlock")
            return False
        if stale:
            _say("an earlier run here was killed; this one goes on from what it saved")
        return True


def refusal(message: str | None) -> str | None:
    """SLURM's words when it refused a job for good, from Snakemake's message on the failed job; else None."""
    found = REFUSED.search(message or "")
    if not found or any(words in found[1] for words in TEMPORARY):
        return None
    return "; ".join(line.strip() for line in found[1].splitlines() if line.strip())


def report_refusals(refused: Mapping[str, int]) -> Iterator[str]:
    """A line for each reason, with the number of jobs that SLURM refused for it; `make failed` finds them too."""
    lines = [f"SLURM refused {number} jobs: {reason}" for reason, number in refused.items()]
    if lines:
        REFUSALS.parent.mkdir(parents=True, exist_ok=True)
        REFUSALS.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    for line in lines:
        yield f"learnorder: {line}; what is asked of SLURM stands in profiles/slurm/config.yaml"


def mistakes(logs: Iterable[Path]) -> list[str]:
    """What jobs that failed have said in one line, each once. `logs`: those of Snakemake."""
    lines = [line for log in logs for line in log.read_text(errors="replace", encoding="utf-8").splitlines()]
    return list(dict.fromkeys(line for line in lines if line.startswith("learnorder: ")))


def _cancel(folder: Path) -> None:
    """End the jobs that a run in this folder has on a SLURM cluster, and wait until they are gone."""
    if not shutil.which("squeue") or not (left := _jobs(folder)):
        return
    _say(f"{len(left)} jobs of an earlier run are on the cluster; they save and end, and are asked for again")
    subprocess.run(["scancel", *left], check=False)
    deadline = time.monotonic() + PATIENCE_S
    while left := _jobs(folder):
        if time.monotonic() > deadline:
            raise UserError(
                f"jobs {', '.join(left)} of an earlier run did not end in {PATIENCE_S} s; "
                "look at them with squeue, then type the same command"
            )
        time.sleep(1)


def _jobs(folder: Path) -> list[str]:
    """SLURM's numbers of the jobs that Snakemake has from this folder, queued or running.

    The executor names the rule in a job's comment.
    """
    command = ["squeue", "--noheader", f"--user={getpass.getuser()}", "--format=%i|%k|%Z"]
    # The folders of a user's other jobs may have any name.
    run = subprocess.run(command, capture_output=True, encoding="utf-8", errors="surrogateescape", check=False)
    jobs = [line.split("|", maxsplit=2) for line in run.stdout.splitlines()]
    return [number for number, comment, at in jobs if comment.startswith("rule_") and at == str(folder)]


def _say(text: str) -> None:
    print(f"learnorder: {text}", file=sys.stderr, flush=True)
