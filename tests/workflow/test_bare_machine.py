"""The tests on a machine on which nothing was installed by hand, in a clone that is in use."""

import re
import shutil
import subprocess
import sys

from clones import ROOT

TESTS = sorted((ROOT / "tests").rglob("*.py"))
# By `which` Snakemake's executor for SLURM looks for its programs.
BARE = ("git", "make", "which", "bash", "sh", "env", "cat", "cp", "dirname", "ls", "mkdir", "rm", "tail", "touch")


def test_whatever_needs_a_program_is_skipped_in_words_without_it(tmp_path):
    """Each is asked for by its marker; here PATH has Python, git, make and coreutils alone."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in BARE:
        (tools / name).symlink_to(shutil.which(name))
    needy = [path for path in TESTS if re.search(r"mark\.needs|opened|browser", path.read_text(encoding="utf-8"))]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", "-m", "needs", "-p", "no:cacheprovider", *needy],
        cwd=tmp_path,
        env={"PATH": str(tools), "HOME": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stdout + run.stderr
    outcome = run.stdout.splitlines()[-1]
    assert re.search(r"= (\d+) skipped, (\d+) deselected in ", outcome), run.stdout
    for package in ("chromium", "graphviz", "openssh-server", "slurmctld slurmd slurm-client munge"):
        assert f"; on Debian: apt-get install {package}\n" in run.stdout


def test_ci_installs_each_program_that_a_test_needs():
    packages = {
        package
        for path in TESTS
        for packages in re.findall(r'needs\(.*package="(.+?)"', path.read_text(encoding="utf-8"))
        for package in packages.split()
    }
    assert {"chromium", "graphviz"} <= packages
    assert packages <= set((ROOT / ".ci/run").read_text(encoding="utf-8").replace(";", " ").split())


def test_no_test_starts_a_program_in_the_clone_that_it_is_run_from():
    """Results and records there are of other studies; only git is asked there, for what it tracks."""
    found = [
        line.strip()
        for path in TESTS
        for line in re.findall(r"^.*cwd=ROOT.*$", path.read_text(encoding="utf-8"), re.MULTILINE)
        if "ls-files" not in line and "cwd=ROOT.*" not in line
    ]
    assert found == []
