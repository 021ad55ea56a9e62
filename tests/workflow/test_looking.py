"""Commands that only look change no file: not the results, not the logs, not Snakemake's records."""

import sys

import pytest
from clones import SNAKEMAKE

LOOKS = ["--list", "--lint", "--dry-run", "--rulegraph"]
LOOKS += [pytest.param(option, marks=pytest.mark.long) for option in ("--dag", "--summary")]


@pytest.fixture(scope="module")
def clone(finished, tmp_path_factory):
    """A clone in which a study was run and a later run was killed, which left its locks."""
    clone = finished.copied(tmp_path_factory.mktemp("looking") / "clone")
    (clone.folder / ".snakemake/locks").mkdir(exist_ok=True)
    (clone.folder / ".snakemake/locks/0.output.lock").write_bytes(b"results/tiny/networks.csv\n")
    return clone


def tree(folder):
    """Time and bytes of every file, but of what Snakemake itself keeps of each command: its log, its last look."""
    files = [
        p for p in folder.rglob("*") if p.is_file() and p.parent.name not in ("log", "iocache", "__pycache__")
    ]
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def looks(clone, *command):
    """Everything that differs after a command, which must end well."""
    before = tree(clone.folder)
    assert "was killed" not in clone.command(*command, "--configfile", clone.configfile)
    after = tree(clone.folder)
    return [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]


@pytest.mark.parametrize("option", LOOKS)
def test_a_command_of_snakemake_that_looks_changes_nothing(clone, option):
    assert looks(clone, *SNAKEMAKE, option) == []


def test_make_status_changes_nothing(clone):
    (clone.folder / ".snakemake/runs.lock").unlink()
    assert looks(clone, sys.executable, "-m", "learnorder.status") == []


def test_a_dry_run_knows_that_tables_stand_which_were_trained_here(clone):
    assert clone.run("same_order", "--dry-run")[1] == []


def test_a_table_that_was_trained_by_another_command_stands(clone):
    """As after an update of the workflow."""
    rule = clone.folder / "workflow/rules/train.smk"
    rule.write_bytes(rule.read_bytes().replace(b"exec python", b"exec  python"))
    assert clone.run("same_order", "--dry-run")[1] == []


def test_a_run_clears_away_the_locks_of_a_killed_one(clone):
    text, _ = clone.run("same_order")
    assert "an earlier run here was killed" in text
    assert not list((clone.folder / ".snakemake/locks").glob("*"))
