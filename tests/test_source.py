import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from learnorder import source

SCRIPTS = sorted((ROOT / "workflow" / "scripts").glob("*.py"))


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the package and the scripts that a test may edit."""
    shutil.copytree(ROOT / "src", tmp_path / "src")
    shutil.copytree(ROOT / "workflow", tmp_path / "workflow")
    monkeypatch.setattr(source, "PACKAGE", tmp_path / "src" / "learnorder")
    return tmp_path


def test_a_digest_follows_what_the_script_imports_and_nothing_else(copy):
    script = copy / "workflow" / "scripts" / "measure.py"
    before = source.digest(script)
    for path, follows in (("measures/null.py", True), ("atomic.py", True), ("figures/style.py", False)):
        module = copy / "src" / "learnorder" / path
        text = module.read_text(encoding="utf-8")
        module.write_text(text + "\nNEW = 1\n", encoding="utf-8")
        assert (source.digest(script) != before) == follows
        module.write_text(text, encoding="utf-8")
        assert source.digest(script) == before  # by content, not by time


def test_a_digest_follows_the_parts_of_a_page(copy):
    script = copy / "workflow" / "scripts" / "explorer.py"
    before = source.digest(script)
    style = copy / "src" / "learnorder" / "explorer" / "page.css"
    style.write_text(style.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert source.digest(script) != before


IMPORTED = """
import os, runpy, sys
import polars, seaborn, sklearn, torch  # once for all, which takes seconds
for script in sys.argv[1:]:
    if (child := os.fork()) == 0:
        sys.argv, before = [script, "--help"], os.dup(1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try: runpy.run_path(script, run_name="__main__")
        except SystemExit: pass
        files = {m.__file__ for name, m in sys.modules.items() if name.startswith("learnorder.")}
        os.write(before, "\\t".join([script, *files]).encode() + b"\\n")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""


@pytest.fixture(scope="module")
def imported():
    """Modules of this package that each script imports, by Python itself: what stands in sys.modules after it."""
    run = subprocess.run(
        [sys.executable, "-c", IMPORTED, *SCRIPTS], capture_output=True, encoding="utf-8", check=True
    )
    lines = [line.split("\t") for line in run.stdout.splitlines()]
    return {Path(script): {file for file in files if "__init__" not in file} for script, *files in lines}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_module_that_is_imported_is_found(script, imported):
    found = {str(path) for path in source._closure([script.resolve()])}
    assert imported[script]
    assert imported[script] <= found


def test_the_snakefile_imports_nothing_heavy():
    code = (
        "import sys; before = set(sys.modules)\n"
        "from learnorder import source\n"
        "from learnorder.configuration import Study\n"
        "from learnorder.errors import one_line\n"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    heavy = {"torch", "torchvision", "timm", "polars", "pyarrow", "pandas", "numpy", "scipy", "sklearn", "seaborn"}
    assert heavy & set(run.stdout.split()) == set()
