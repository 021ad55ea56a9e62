"""What is told of a study while it runs, after a job failed, and after the run was killed."""

import signal
import sys

import pytest
from clones import SLOW, TINY, Clone, until

BAD = {"dataset": "digits", "architecture": "ours", "recipe": "ours", "networks": 2, "test": "bad.npz"}
STUDY = SLOW | {
    "collections": [*SLOW["collections"], TINY["collections"][0] | {"architecture": ["linear"], "networks": 2}],
    "recipes": SLOW["recipes"] | TINY["recipes"],
    "imported": [BAD],
}


def failed_log(clone):
    """The log of the import."""
    [table] = clone.shards("digits/ours/ours")
    study = clone.study["study"]
    return table.replace(f"results/{study}/outcomes", f"logs/{study}/import").replace(".parquet", ".log")


def status(clone, configfile=Clone.configfile, expect=0):
    return clone.command(sys.executable, "-m", "learnorder.status", "--configfile", configfile, expect=expect)


def row(clone, collection):
    """What the line of a collection says, by column."""
    heads, *lines = status(clone).splitlines()
    line = next(line for line in lines if line.startswith(collection))
    return dict(zip(heads.split()[1:], line.split()[1:], strict=False))


@pytest.fixture(scope="module")
def clone(finished, tmp_path_factory):
    return finished.copied(tmp_path_factory.mktemp("status") / "clone")


@pytest.mark.long
def test_done_running_failed_and_missing_while_a_study_runs_and_after_it_was_killed(tmp_path):
    clone = Clone(tmp_path / "clone", STUDY)
    (clone.folder / "bad.npz").write_text("no numbers", encoding="utf-8")
    run = clone.start("outcomes", "--keep-going", "--cores", "2")
    try:
        until(lambda: row(clone, "digits/linear/tiny")["done"] == "1")
        until(lambda: row(clone, "digits/cnn/slow")["running"] == "1")
        until(lambda: "running: digits/cnn/slow seeds 000-001: seed 000  epoch 1 " in status(clone))
        assert row(clone, "digits/ours/ours")["failed"] == "1"
        assert run.poll() is None
        said = status(clone)
        assert "failed: digits/ours/ours seeds 000-001: learnorder: bad.npz" in said
        assert f"  log: {failed_log(clone)}" in said
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
    [log] = clone.folder.glob("logs/slow/train/digits/cnn/slow/*/seeds-000-001.log")
    until(lambda: "saved" in log.read_text(encoding="utf-8"), 60)
    assert row(clone, "digits/cnn/slow")["missing"] == "1"
    assert row(clone, "digits/ours/ours")["failed"] == "1"
    assert row(clone, "digits/linear/tiny")["measured"] == "–"


def test_a_table_of_another_recipe_is_missing_and_a_measured_collection_is_said_to_be(clone):
    assert row(clone, "digits/linear/tiny") == {
        "done": "2", "running": "–", "failed": "–", "missing": "–", "measured": "yes",
    }  # fmt: skip
    clone.study["recipes"]["tiny"]["learning_rate"] = 0.04
    clone.configure()
    assert row(clone, "digits/linear/tiny")["done"] == "–"


def test_logs_of_slurm_and_of_other_rules_are_named(clone):
    clone.study["imported"] = [BAD]
    clone.configure()
    failed, slurm = clone.folder / failed_log(clone), clone.folder / "logs/slurm/rule_import/7.log"
    for log, text in (
        (failed, "learnorder: bad.npz: no numbers\n"),
        (slurm, f"log: {failed_log(clone)}\nslurmstepd: error: Detected 1 oom_kill event\n"),
        (clone.folder / "logs/tiny/claims.log", "learnorder: something is amiss; mend it\n"),
    ):
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(text, encoding="utf-8")
    said = status(clone)
    assert row(clone, "digits/ours/ours")["failed"] == "1"
    assert "failed: digits/ours/ours seeds 000-001: learnorder: bad.npz: no numbers" in said
    assert "  SLURM: logs/slurm/rule_import/7.log: slurmstepd: error: Detected 1 oom_kill event" in said
    assert "failed: tiny/claims: learnorder: something is amiss; mend it" in said


def test_what_failed_is_found_by_make_failed(clone):
    """In the words of SLURM, and of the job's own log."""
    said = clone.make("failed")
    assert said.splitlines() == [
        "== logs/slurm/rule_import/7.log",
        "slurmstepd: error: Detected 1 oom_kill event",
        "learnorder: bad.npz: no numbers",
    ]


def test_a_study_that_is_not_there_is_one_line(clone):
    assert status(clone, "config/nothing.yaml", expect=1) == (
        "learnorder: config/nothing.yaml: no such file; allowed: the configuration of a study; "
        "targets stand before --configfile\n"
    )
