"""How far a run is: counted, and said by the real Snakemake into a file and on a terminal."""

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest
from clones import SNAKEMAKE

from learnorder import selection
from learnorder.logs import last_line
from learnorder.stages import DRAW, TRAIN, Stages, duration, training_seconds

LINE = re.compile(r"^(\w[\w ]+): (\d+) of (\d+) \((\d+)%\) done(.*)$", re.MULTILINE)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_the_time_left_of_training_follows_the_pace_of_the_jobs_that_ended():
    clock = Clock()
    stages = Stages({"train": 6, "data": 1, "all": 1}, clock)
    assert stages.training_left() is None
    stages.expect(10)
    stages.start(1, "train", 10)
    stages.start(2, "train", 10)
    clock.now = 20
    stages.end(1)
    stages.start(3, "train", 10)
    # From one job nothing is known.
    assert stages.training_left() is None
    assert stages.said(TRAIN) == ""
    stages.end(2)
    stages.start(4, "train", 10)
    # A job takes twice what was expected, and there are two at a time: 4 are left, of 20 s each.
    assert stages.training_left() == 40
    clock.now = 30
    assert stages.said(TRAIN) == "about 30 s left"
    stages.end(3, failed=True)
    assert stages.said(TRAIN).startswith("1 failed, about ")
    assert (stages.done[TRAIN], stages.failed[TRAIN], stages.total[TRAIN]) == (2, 1, 6)


def test_jobs_that_differ_are_expected_to_take_what_each_is():
    clock = Clock()
    stages = Stages({"train": 4}, clock)
    stages.expect(5)
    for job, seconds in ((1, 10), (2, 20)):
        stages.start(job, "train", seconds)
    clock.now = 30
    stages.end(1)
    stages.end(2)
    stages.start(3, "train", 8)
    # Twice the pace: 16 s of the one that runs, and 10 of the one that waits, two at a time.
    assert stages.training_left() == 13


def test_a_job_is_expected_to_take_what_its_networks_take(study):
    collection = study.collections[0]
    one, ten = (training_seconds(study, collection, networks) for networks in (1, 10))
    assert ten - 3 == pytest.approx(10 * (one - 3))


@pytest.mark.parametrize(("seconds", "words"), [(3.2, "3 s"), (90, "2 min"), (7100, "118 min"), (7300, "2.0 h")])
def test_durations_are_for_people(seconds, words):
    assert duration(seconds) == words


def test_the_last_line_of_a_log_is_how_a_bar_looks_now(tmp_path):
    log = tmp_path / "a.log"
    assert last_line(log) == ""
    log.write_text("first\n  1 %\r 50 %\r\n\n", encoding="utf-8")
    assert last_line(log) == "50 %"
    log.write_bytes(b"x" * 10_000 + b"\nend\n")
    assert last_line(log) == "end"


@pytest.fixture(scope="module")
def clone(finished, tmp_path_factory):
    return finished.copied(tmp_path_factory.mktemp("progress") / "clone")


def test_in_a_file_there_is_a_line_for_what_is_done(finished):
    said, _, _ = finished.said["make"].partition("\ncollection ")
    lines = LINE.findall(said)
    assert [line[:4] for line in lines if line[0] == TRAIN] == [
        (TRAIN, str(done), "4", str(25 * done)) for done in range(5)
    ]
    assert all(re.fullmatch(r"(, about \d+ s left)?", line[4]) for line in lines)
    assert all(line[4] == "" for line in lines if line[0] == TRAIN and int(line[1]) < 2)
    assert {line[0] for line in lines} == {"Prepare data", TRAIN, "Measure", DRAW, "Report"}
    # Other lines: the profile that Snakemake read, what the dataset holds.
    others = [line for line in said.splitlines() if not LINE.match(line)]
    assert {line.partition(" ")[0] for line in others} == {"The", "Using", "dataset"}
    [holds] = [line for line in others if line.startswith("dataset")]
    assert "dataset digits: 10 classes (0, 1, 2, 3, 4, 5, 6, 7, 8, 9); train: " in holds


def on_terminal(clone, *arguments):
    """What Snakemake writes to a terminal of 24 lines."""
    clone.configure()
    ours, theirs = pty.openpty()
    run = subprocess.Popen(
        [*SNAKEMAKE, *arguments, "--configfile", clone.configfile],
        cwd=clone.folder,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(clone.folder.parent / "home"),
            "TERM": "xterm",
            "COLUMNS": "120",
        },
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        said += part
    os.close(ours)
    return run.wait(timeout=60), said.decode()


def test_on_a_terminal_the_lines_stay_and_fill(clone):
    status, said = on_terminal(clone, "bimodality", "--forcerun", "measure")
    assert status == 0
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said)
    assert re.search(r"Measure +━+ 2 of 2 \(100%\) done", plain)
    assert re.search(r"Draw figures +━+ 1 of 1 \(100%\) done", plain)
    # Drawn over, not below one another: the cursor goes down by no more lines than it goes up, but for a few.
    down, up = said.count("\n"), sum(int(n or 1) for n in re.findall(r"\x1b\[(\d*)A", said))
    assert down - up < 12


def test_what_failed_is_said_with_its_log_and_without_its_command(clone):
    path = clone.folder / clone.shards("digits/linear/tiny")[0]
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    measured = Path(clone.measures("digits/linear/tiny", "epochs"))
    for name in (measured, selection.figure_table(clone.planned(), "bimodality")):
        (clone.folder / name).unlink()
    said, _ = clone.run("bimodality", expect=1)
    assert "Measure: 0 of 1 (0%) done, 1 failed" in said
    assert "Error in rule measure" in said
    assert f"Logfile logs/tiny/measure/digits/linear/tiny/{measured.parent.name}.log:" in said
    assert "seeds-000-001.parquet: cannot be read" in said
    assert "--identity" not in said
    assert "Traceback" not in said
