"""What is told of a study while it runs, after a job failed, and after the run was killed."""

import signal
import subprocess
import sys

import pytest
import yaml
from conftest import SNAKEMAKE, Clone
from test_runs import SLOW, until
from test_workflow import TINY

BAD = {"dataset": "digits", "architecture": "ours", "recipe": "ours", "networks": 2, "test": "bad.npz"}
STUDY = SLOW | {
    "collections": [*SLOW["collections"], TINY["collections"][0] | {"architecture": ["linear"], "networks": 2}],
    "recipes": SLOW["recipes"] | TINY["recipes"],
    "imported": [BAD],
}
FAILED = "logs/slow/import/digits/ours/ours/seeds-000-001.log"
ENVIRONMENT = {"PATH": "/usr/bin:/bin"}


class Watched(Clone):
    """A clone whose study is looked at."""

    def start(self, *arguments):
        (self.folder / "config/study.yaml").write_text(yaml.safe_dump(self.study), encoding="utf-8")
        return subprocess.Popen(
            [*SNAKEMAKE, *arguments, "--configfile", "config/study.yaml"],
            cwd=self.folder,
            env=ENVIRONMENT | {"HOME": str(self.folder.parent / "home")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def status(self, configfile="config/study.yaml"):
        run = subprocess.run(
            [sys.executable, "-m", "learnorder.status", "--configfile", configfile],
            cwd=self.folder,
            env=ENVIRONMENT,
            capture_output=True,
            encoding="utf-8",
        )
        return run.stdout + run.stderr

    def row(self, collection):
        """What the line of a collection says, by column."""
        heads, *lines = self.status().splitlines()
        line = next(line for line in lines if line.startswith(collection))
        return dict(zip(heads.split()[1:], line.split()[1:], strict=False))


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    clone = Watched(tmp_path_factory.mktemp("status"), STUDY)
    (clone.folder / "bad.npz").write_text("no numbers", encoding="utf-8")
    return clone


def test_done_running_failed_and_missing_while_a_study_runs_and_after_it_was_killed(clone):
    run = clone.start("outcomes", "--keep-going", "--cores", "2")
    try:
        until(lambda: clone.row("digits/linear/tiny")["done"] == "1")
        until(lambda: clone.row("digits/cnn/slow")["running"] == "1")
        until(lambda: "running: digits/cnn/slow seeds 000-001: seed 000  epoch 1 " in clone.status())
        assert clone.row("digits/ours/ours")["failed"] == "1"
        assert run.poll() is None
        said = clone.status()
        assert "failed: digits/ours/ours seeds 000-001: learnorder: bad.npz" in said
        assert f"  log: {FAILED}" in said
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
    log = clone.folder / "logs/slow/train/digits/cnn/slow/seeds-000-001.log"
    until(lambda: "saved" in log.read_text(encoding="utf-8"), 60)
    assert clone.row("digits/cnn/slow")["missing"] == "1"
    assert clone.row("digits/ours/ours")["failed"] == "1"
    assert clone.row("digits/linear/tiny")["measured"] == "–"


def test_a_table_of_another_recipe_is_missing_and_a_measured_collection_is_said_to_be(clone):
    clone.run("results/slow/measures/digits/linear/tiny/epochs.parquet")
    assert clone.row("digits/linear/tiny") == {
        "done": "1", "running": "–", "failed": "–", "missing": "–", "measured": "yes",
    }  # fmt: skip
    clone.study["recipes"]["tiny"]["learning_rate"] = 0.04
    (clone.folder / "config/study.yaml").write_text(yaml.safe_dump(clone.study), encoding="utf-8")
    assert clone.row("digits/linear/tiny")["done"] == "–"


def test_logs_of_slurm_and_of_other_rules_are_named(clone):
    logs = clone.folder / "logs"
    (logs / "slurm/rule_import").mkdir(parents=True)
    (logs / "slurm/rule_import/7.log").write_text(
        f"log: {FAILED}\nslurmstepd: error: Detected 1 oom_kill event\n", encoding="utf-8"
    )
    (logs / "slow/claims.log").write_text("learnorder: something is amiss; mend it\n", encoding="utf-8")
    said = clone.status()
    assert "  SLURM: logs/slurm/rule_import/7.log: slurmstepd: error: Detected 1 oom_kill event" in said
    assert "failed: slow/claims: learnorder: something is amiss; mend it" in said


def test_a_study_that_is_not_there_is_one_line(clone):
    assert clone.status("config/nothing.yaml") == (
        "learnorder: config/nothing.yaml: no such file; allowed: the configuration of a study; "
        "targets stand before --configfile\n"
    )
