"""Runs that are killed, and the same command again."""

import os
import signal
import socket
import threading

import psutil
import pytest
from clones import SLOW, Clone, until

from learnorder import runs
from learnorder.runs import Run, refusal, report_refusals


@pytest.fixture
def records(tmp_path):
    """Where Snakemake keeps its records, with the locks of a run."""
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks/0.output.lock").write_text("a table\n", encoding="utf-8")
    return tmp_path


def begun(records):
    run = Run(records)
    run.begin()
    return run


def locked(records):
    return (records / "locks").exists()


def test_a_run_alone_takes_away_the_locks_of_dead_ones_and_says_so(records, capsys):
    assert begun(records).alone
    assert not locked(records)
    assert capsys.readouterr().err == (
        "learnorder: an earlier run here was killed; this one goes on from what it saved\n"
    )


def test_a_run_beside_a_live_one_takes_away_nothing(records):
    first = begun(records)
    first.goes_on()
    (records / "locks").mkdir()
    (records / "locks/0.output.lock").touch()
    second = begun(records)
    assert not second.alone
    assert locked(records)
    first.lock.close()
    assert not begun(records).alone
    second.lock.close()
    assert begun(records).alone
    assert not locked(records)


def test_a_run_waits_for_another_that_may_be_clearing_away(records):
    first, started = begun(records), []
    second = threading.Thread(target=lambda: started.append(begun(records)), daemon=True)
    second.start()
    second.join(timeout=0.5)
    assert second.is_alive()
    first.goes_on()
    second.join(timeout=5)
    assert not started[0].alone


def test_locks_of_a_run_on_another_machine_stay_and_the_way_out_is_said(records, capsys):
    (records / "runs.lock").write_text("elsewhere\n", encoding="utf-8")
    assert not begun(records).alone
    assert locked(records)
    said = capsys.readouterr().err
    assert "the last run here was started on elsewhere; where it is dead: snakemake --unlock" in said
    (records / "runs.lock").write_text(socket.gethostname() + "\n", encoding="utf-8")
    assert begun(records).alone


def test_jobs_on_a_cluster_are_found_among_others_in_folders_of_any_name(tmp_path, monkeypatch):
    squeue, folder = tmp_path / "squeue", tmp_path / "klön"
    lines = [b"7||/home/m\xfcller", b"8|rule_train|" + bytes(folder), b"9|rule_train|/elsewhere"]
    (tmp_path / "jobs").write_bytes(b"\n".join(lines))
    squeue.write_text(f"#!/bin/sh\ncat '{tmp_path}/jobs'\n", encoding="utf-8")
    squeue.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert runs._jobs(folder) == ["8"]


def sbatch(words):
    """Snakemake's message on a job that could not be submitted."""
    return (
        f"SLURM sbatch failed. The error message was '{words}'.\n    sbatch call:\n        sbatch --wrap='it''s'\n"
    )


def test_what_slurm_refuses_for_good_is_known_by_its_words():
    words = "sbatch: error: invalid partition specified: nowhere\nsbatch: error: Batch job submission failed: x"
    assert refusal(sbatch(words)) == words.replace("\n", "; ")
    assert refusal(sbatch("sbatch: error: Socket timed out on send/recv operation")) is None
    assert refusal("SLURM-job '12' failed") is refusal(None) is None


def test_refusals_are_reported_once_and_kept_until_the_next_run(records, monkeypatch):
    monkeypatch.chdir(records)
    [line] = report_refusals({"sbatch: error: no such account": 20})
    assert line.startswith("learnorder: SLURM refused 20 jobs: sbatch: error: no such account; ")
    assert (records / "logs/slurm/refused.log").read_text(encoding="utf-8").count("error: ") == 1
    begun(records).goes_on()
    assert not (records / "logs/slurm/refused.log").exists()
    assert list(report_refusals({})) == []


class Started(Clone):
    """A clone in which a run is under way."""

    @property
    def table(self):
        [table] = self.shards("digits/cnn/slow")
        return table

    def log(self):
        below = self.table.removeprefix("results/slow/outcomes/").replace(".parquet", ".log")
        path = self.folder / "logs/slow/train" / below
        return path.read_text(encoding="utf-8") if path.exists() else ""


@pytest.mark.long
def test_the_engine_killed_and_the_same_command_again(tmp_path):
    clone = Started(tmp_path / "clone", SLOW)
    run = clone.start(clone.table)
    try:
        until(lambda: "epoch" in clone.log())
        # A second run at the same time is refused, and the first is not disturbed.
        said, _ = clone.run(clone.table, expect=1)
        assert "LockException" in said
        assert run.poll() is None
        assert "saved" not in clone.log()
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
    # The job does not outlive its run: it saves and ends.
    until(lambda: "saved" in clone.log(), patience_s=60)
    said, _ = clone.run(clone.table)
    assert "learnorder: an earlier run here was killed" in said
    # It went on: the first evaluation point was known.
    assert "seed 000  epoch 1 " not in clone.log()
    whole = (clone.folder / clone.table).read_bytes()

    # Killed after the table was written and before Snakemake noted that: the job takes the table's networks.
    records, markers = (clone.folder / ".snakemake" / name for name in ("metadata", "incomplete"))
    for record in [path for path in records.rglob("*") if path.is_file()]:
        marker = markers / record.relative_to(records)
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.write_text("{}", encoding="utf-8")
    assert clone.run(clone.table)[1] == ["Training networks 000 to 001 of cnn"]
    assert "members 0, 1 are those of " in clone.log()
    assert (clone.folder / clone.table).read_bytes() == whole


@pytest.mark.long
def test_a_whole_table_outlives_a_job_that_was_making_it_too(tmp_path):
    # A node that was away comes back and still runs what was meanwhile run elsewhere, until SLURM ends it.
    clone = Started(tmp_path / "clone", SLOW)
    run = clone.start(clone.table)
    try:
        until(lambda: "epoch" in clone.log())
        (clone.folder / clone.table).write_bytes(b"what the other wrote")
        children = psutil.Process(run.pid).children(recursive=True)
        next(child for child in children if "workflow/scripts/train.py" in child.cmdline()).kill()
        assert run.wait(timeout=60) == 1
    finally:
        run.kill()
        run.wait()
    assert (clone.folder / clone.table).read_bytes() == b"what the other wrote"
