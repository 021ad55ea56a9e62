"""A home folder that cannot be written keeps nothing from running: caches then lie in the clone."""

import os
import shutil
import subprocess
import sys

import pytest
from clones import ROOT, TINY, Clone

from learnorder import caches

READ_ONLY = "/proc/nobody"
"""As a home folder: nobody can make folders there, root neither."""


@pytest.fixture
def environment(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in (caches.VARIABLE, "MPLCONFIGDIR"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_caches_stay_where_they_are_if_that_can_be_written(environment, tmp_path):
    environment.setenv("HOME", str(tmp_path / "home"))
    assert caches.folder() == str(tmp_path / "home/.cache")
    caches.use_folder()
    assert {caches.VARIABLE, "MPLCONFIGDIR"}.isdisjoint(os.environ)
    environment.setenv(caches.VARIABLE, str(tmp_path / "elsewhere"))
    assert caches.folder() == str(tmp_path / "elsewhere")


@pytest.mark.parametrize("home", [READ_ONLY, "~"])
def test_they_lie_in_the_clone_otherwise(environment, tmp_path, home):
    environment.setenv("HOME", home)
    caches.use_folder()
    assert os.environ[caches.VARIABLE] == str(tmp_path / ".cache")
    assert os.environ["MPLCONFIGDIR"] == str(tmp_path / ".cache/matplotlib")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("home", ["home", READ_ONLY])
def test_make_gives_tools_that_folder(tmp_path, home):
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "src/learnorder").mkdir(parents=True)
    shutil.copy(ROOT / "src/learnorder/caches.py", tmp_path / "src/learnorder")
    show = f"--eval=show: ; @echo ${{{caches.VARIABLE}}}"
    home = tmp_path / home
    run = subprocess.run(
        ["make", "--silent", f"PYTHON={sys.executable}", show.replace("$", "$$"), "show"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(home)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert run.stdout.strip() == str((tmp_path if str(home) == READ_ONLY else home) / ".cache")


def test_a_study_is_drawn_without_a_home_folder(tmp_path):
    """Snakemake and matplotlib each keep a cache."""
    clone = Clone(tmp_path / "clone", TINY)
    assert clone.run("results/datasets/digits/examples.parquet", HOME=READ_ONLY)[1] == ["Preparing the"]
    assert (clone.folder / ".cache/snakemake").is_dir()
    look = (
        "from learnorder import caches; caches.use_folder(); import matplotlib; print(matplotlib.get_cachedir())"
    )
    drawn = subprocess.run(
        [sys.executable, "-c", look],
        cwd=clone.folder,
        env={"PATH": os.environ["PATH"], "HOME": READ_ONLY},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert (drawn.stdout.strip(), drawn.stderr) == (str(clone.folder / ".cache/matplotlib"), "")
