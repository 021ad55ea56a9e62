"""Jobs that are stopped in any way, and go on."""

import hashlib
import json
import random
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import ROOT, configuration

from learnorder import outcomes, shard
from learnorder.datasets import canonical
from learnorder.datasets.build import build
from learnorder.study.model import Study

RECIPE = {
    "epochs": 3,
    "evaluate_at": [0.5, 1, 1.5, 2, 2.5, 3],
    "batch_size": 64,
    "optimiser": "sgd",
    "learning_rate": 0.05,
    "momentum": 0.9,
    "schedule": "cosine",
    "dropout": 0.2,
    "shift": 1,
    "record": ["margin"],
}
ARCHITECTURES = {
    "mlp": {"model": "mlp", "stacked": 2},
    "cnn": {"model": "cnn"},
    "forest": {"library": "scikit-learn", "model": "random_forest"},
}
ROUNDS = {"clock": "rounds", "evaluate_at": [2, 4]}


def identity(architecture, **recipe):
    config = configuration()
    config["architectures"] |= {"own": ARCHITECTURES[architecture]}
    config["recipes"]["own"] = ROUNDS if architecture == "forest" else RECIPE | recipe
    config["collections"] = [{"dataset": "digits", "architecture": "own", "recipe": "own", "networks": 2}]
    return Study(config).identity("digits", "own", "own")


@pytest.fixture(scope="module")
def datasets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("datasets")
    canonical.write(folder / "digits", build("digits", configuration()["datasets"]["digits"], folder, folder, []))
    return folder


@pytest.fixture
def make(datasets, tmp_path):
    """Make the table of some seeds in this process."""

    def make(first, last, architecture="mlp", folder="outcomes", **recipe):
        output = tmp_path / folder / f"seeds-{first:03d}-{last:03d}.parquet"
        shard.make(
            output,
            checkpoint=tmp_path / "checkpoint",
            datasets=datasets,
            identity=identity(architecture, **recipe),
            seeds=range(first, last + 1),
        )
        return output

    return make


class Process:
    """The job as Snakemake starts it."""

    def __init__(self, datasets, output, checkpoint, architecture, last, save_every, started_by=None, **recipe):
        starter = (sys.executable, "-c", started_by) if started_by else ()
        self.run = subprocess.Popen(
            [
                *starter,
                *(sys.executable, ROOT / "workflow/scripts/train.py"),
                *("--datasets", datasets, "--identity", json.dumps(identity(architecture, **recipe))),
                *("--first", "0", "--last", str(last), "--checkpoint", checkpoint),
                *("--save-every", str(save_every), "--output", output),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        self.lines = []

    def points(self, number):
        """Wait for so many lines about evaluation points; whether there were as many before its end."""
        while number and (line := self.run.stdout.readline()):
            self.lines.append(line)
            number -= "epoch" in line
        return not number

    def end(self, number=None):
        """Send a signal, if any; wait; its exit status."""
        if number:
            self.run.send_signal(number)
        self.lines += self.run.stdout.readlines()
        return self.run.wait(timeout=60)


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


@pytest.mark.long
def test_killed_at_ten_random_moments_a_table_has_the_same_bytes(datasets, tmp_path):
    output, checkpoint = tmp_path / "seeds-000-004.parquet", tmp_path / "checkpoint"
    undisturbed = Process(datasets, output, checkpoint, "cnn", last=4, save_every=1000)
    assert undisturbed.end() == 0, undisturbed.lines
    wanted = sha256(output)
    output.unlink()

    moments = random.Random(0)
    for _ in range(10):
        job = Process(datasets, output, checkpoint, "cnn", last=4, save_every=0.02)
        assert job.points(moments.randint(0, 3)), job.lines
        try:
            job.run.wait(timeout=moments.uniform(0, 0.1))
        except subprocess.TimeoutExpired:
            job.end(signal.SIGKILL)
        assert not output.exists()
    last = Process(datasets, output, checkpoint, "cnn", last=4, save_every=1000)
    assert last.end() == 0, last.lines
    # What was saved was used: the last job had less than the whole to do.
    assert sum("epoch" in line for line in last.lines) < 5 * 6
    assert sha256(output) == wanted
    assert not checkpoint.exists()


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)], ids=lambda number: number.name
)
def test_a_job_that_is_told_to_stop_saves_at_once_and_goes_on(datasets, tmp_path, make, number):
    output, checkpoint = tmp_path / "seeds-000-003.parquet", tmp_path / "checkpoint"
    job = Process(datasets, output, checkpoint, "mlp", last=3, save_every=1000)
    assert job.points(2)
    assert job.end(number) == 128 + number
    assert "saved: the same command goes on from here\n" in job.lines
    assert "Traceback" not in "".join(job.lines)
    assert (checkpoint / "under_way.pt").exists()
    assert not output.exists()
    again = Process(datasets, output, checkpoint, "mlp", last=3, save_every=1000)
    assert again.end() == 0
    assert sum("epoch" in line for line in again.lines) <= 2 * 6 - 2
    assert output.read_bytes() == make(0, 3).read_bytes()


def test_usr1_saves_and_goes_on_at_once(datasets, tmp_path):
    output, checkpoint = tmp_path / "seeds-000-003.parquet", tmp_path / "checkpoint"
    job = Process(datasets, output, checkpoint, "mlp", last=3, save_every=1000)
    assert job.points(1)
    assert job.end(signal.SIGUSR1) == 0
    assert "saved: the same command goes on from here\n" in job.lines
    assert output.exists()
    assert not checkpoint.exists()


def test_a_shard_that_grows_or_is_cut_otherwise_trains_what_is_new(make, tmp_path, capsys):
    whole = make(0, 5, folder="whole").read_bytes()
    capsys.readouterr()
    make(0, 1), make(4, 5)
    capsys.readouterr()
    grown = make(0, 5)
    said = capsys.readouterr().out
    assert "seeds 002 to 003" in said
    assert "seeds 000 to 001" not in said
    assert "seeds 004 to 005" not in said
    assert grown.read_bytes() == whole
    assert [path.name for path in grown.parent.iterdir()] == ["seeds-000-005.parquet"]
    # Cut smaller again, all is known; the larger table stays, since it has more.
    part = make(2, 3)
    assert "epoch" not in capsys.readouterr().out
    assert outcomes.metadata(part)["seeds"] == [2, 3]
    assert grown.exists()


def test_what_another_recipe_made_is_refused_by_name(make, tmp_path, capsys):
    make(0, 1)
    made = make(0, 3, learning_rate=0.01)
    said = capsys.readouterr().out
    assert (
        f"not used: {made.with_name('seeds-000-001.parquet')}: made with another recipe.learning_rate (0.05"
        in said
    )
    assert made.read_bytes() == make(0, 3, folder="alone", learning_rate=0.01).read_bytes()


def test_what_another_version_of_torch_made_is_refused_by_name(make, capsys):
    path = make(0, 1)
    table = pq.read_table(path)
    about = json.loads(table.schema.metadata[b"learnorder"])
    about["environment"]["torch"] = "1.0"
    pq.write_table(table.replace_schema_metadata({"learnorder": json.dumps(about)}), path)
    make(0, 3)
    assert "made with another environment" in capsys.readouterr().out


def under_way(datasets, tmp_path, **recipe):
    """A checkpoint of a job that was stopped."""
    job = Process(datasets, tmp_path / "x.parquet", tmp_path / "checkpoint", "mlp", 3, 1000, **recipe)
    assert job.points(1)
    job.end(signal.SIGTERM)
    return tmp_path / "checkpoint" / "under_way.pt"


def test_a_checkpoint_of_another_recipe_is_refused_by_name(datasets, tmp_path, make, capsys):
    path = under_way(datasets, tmp_path, learning_rate=0.01)
    made = make(0, 3)
    assert f"not used: {path}: saved by another recipe" in capsys.readouterr().out
    assert made.read_bytes() == make(0, 3, folder="alone").read_bytes()


def test_a_damaged_checkpoint_is_refused_by_name(datasets, tmp_path, make, capsys):
    path = under_way(datasets, tmp_path)
    path.write_bytes(path.read_bytes()[:2000])
    make(0, 3)
    assert f"not used: {path}: cannot be read" in capsys.readouterr().out


def test_learners_keep_the_members_that_are_finished(make, datasets, tmp_path, capsys, monkeypatch):
    from learnorder.learners import learn

    whole = make(0, 3, "forest", folder="whole").read_bytes()
    original, calls = learn._member, []

    def killed(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return original(*arguments)

    monkeypatch.setattr(learn, "_member", killed)
    with pytest.raises(KeyboardInterrupt):
        make(0, 3, "forest")
    monkeypatch.setattr(learn, "_member", original)
    capsys.readouterr()
    assert make(0, 3, "forest").read_bytes() == whole
    assert "seed 001" not in capsys.readouterr().out


def test_networks_that_diverge_or_learn_nothing_are_named_and_stop_nothing(make):
    diverging = outcomes.metadata(make(0, 1, learning_rate=1e9))
    assert set(diverging["diverged"]) == {"0", "1"}
    assert set(diverging["diverged"].values()) == {0.5}
    assert diverging["at_chance"] == [0, 1]
    idle = outcomes.metadata(make(0, 1, folder="idle", learning_rate=1e-9))
    assert (idle["diverged"], idle["at_chance"]) == ({}, [0, 1])
    well = outcomes.metadata(make(0, 1, folder="well"))
    assert (well["diverged"], well["at_chance"]) == ({}, [])


@pytest.fixture
def small_disk(tmp_path):
    """A disk of a few megabytes, for root."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not shutil.which("mount"):
        pytest.skip("no disk of its own can be mounted here: no program mount")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "none", folder], capture_output=True, encoding="utf-8"
    )
    if mounted.returncode:
        pytest.skip(f"no disk of its own can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("when", ["while it trains", pytest.param("at its end", marks=pytest.mark.long)])
def test_a_full_disk_is_told_in_one_line_and_leaves_nothing_that_looks_whole(datasets, small_disk, make, when):
    output, checkpoint = small_disk / "seeds-000-003.parquet", small_disk / "checkpoint"
    (small_disk / "filler").write_bytes(bytes(4 * 2**20 - 8 * 2**10))
    full = Process(datasets, output, checkpoint, "mlp", 3, save_every=0.02 if when == "while it trains" else 1000)
    assert full.end() == 1, full.lines
    *_, told = full.lines
    assert "Traceback" not in "".join(full.lines)
    assert re.fullmatch(
        r"learnorder: .*/(under_way.pt|seeds-000-003.parquet): not written, the disk or your quota of it is full; "
        "make room and type the same command, which goes on from what was saved\n",
        told,
    )
    assert not [path for path in small_disk.rglob("*") if path.is_file() and path.name != "filler"]
    (small_disk / "filler").unlink()
    again = Process(datasets, output, checkpoint, "mlp", 3, save_every=1000)
    assert again.end() == 0, again.lines
    assert output.read_bytes() == make(0, 3).read_bytes()


def test_a_job_does_not_outlive_what_started_it(datasets, tmp_path):
    output, checkpoint = tmp_path / "seeds-000-003.parquet", tmp_path / "checkpoint"
    starter = Process(
        datasets,
        output,
        checkpoint,
        "mlp",
        3,
        1000,
        started_by="import subprocess, sys; subprocess.run(sys.argv[1:])",
    )
    assert starter.points(1)
    starter.run.kill()
    assert "saved: the same command goes on from here\n" in starter.run.stdout.readlines()
    assert (checkpoint / "under_way.pt").exists()


def test_what_the_table_itself_already_has_is_not_trained_again(make, capsys):
    path = make(0, 3)
    whole = path.read_bytes()
    capsys.readouterr()
    assert make(0, 3).read_bytes() == whole
    assert capsys.readouterr().out == f"members 0, 1, 2, 3 are those of {path}\n"
