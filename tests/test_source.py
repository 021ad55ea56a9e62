import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from learnorder import source


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the package that a test may edit, and the digest of modules in it as another process takes it."""
    shutil.copytree(ROOT / "src/learnorder", tmp_path / "learnorder")
    monkeypatch.setattr(source, "PACKAGE", tmp_path / "learnorder")

    def digest(*names):
        source.digest.cache_clear()
        return source.digest(*names)

    yield tmp_path / "learnorder", digest
    source.digest.cache_clear()


def edited(copy, path, module):
    """Whether the digest of a module is another after this file was edited; it is edited back."""
    folder, digest = copy
    before, file = digest(module), folder / path
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "\n", encoding="utf-8")
    after = digest(module)
    file.write_text(text, encoding="utf-8")
    assert digest(module) == before  # by content, not by time
    return after != before


@pytest.mark.parametrize(
    ("path", "follows"),
    [
        ("measures/collection.py", True),
        ("measures/null.py", True),  # imported by what it imports
        ("measures/baselines.py", False),  # not imported
        ("atomic.py", False),  # of another sub-package
        ("figures/style.py", False),
    ],
)
def test_a_digest_follows_what_a_module_imports_of_its_own_sub_package(copy, path, follows):
    assert edited(copy, path, "measures.collection") == follows


@pytest.mark.parametrize(
    ("module", "follows"), [("claims.shared_order", True), ("figures.controls", True), ("figures.style", False)]
)
def test_a_digest_follows_the_measures_that_a_claim_or_a_figure_computes(copy, module, follows):
    assert edited(copy, "measures/matched.py", module) == follows


def test_a_digest_follows_the_parts_of_a_page(copy):
    assert edited(copy, "explorer/page.css", "explorer.page")
    assert not edited(copy, "explorer/page.css", "measures.collection")


IMPORTS = {
    "import learnorder.tables": {"tables"},
    "import learnorder.figures.style as styles": {"figures.style"},
    "def late():\n    from learnorder import outcomes, tables as written": {"outcomes", "tables"},
    "from learnorder.figures import (\n    names,\n    style,\n)": {"figures.names", "figures.style"},
    "from learnorder.measures.votes import OTHERS, votes  # comment": {"measures.votes"},
    "import numpy as np\nfrom learnorder import __version__, read": set(),
}


@pytest.mark.parametrize("text", IMPORTS)
def test_imports_are_found_in_every_form(text):
    assert source.imported(text.encode()) == {source.module(name) for name in IMPORTS[text]}


def test_imports_are_those_that_python_sees():
    def named(node):
        if isinstance(node, ast.ImportFrom):
            return [node.module, *(f"{node.module}.{name.name}" for name in node.names)]
        return [name.name for name in node.names] if isinstance(node, ast.Import) else []

    for path in source.PACKAGE.rglob("*.py"):
        names = {name for node in ast.walk(ast.parse(path.read_bytes())) for name in named(node)}
        ours = (
            source.module(name.removeprefix("learnorder.")) for name in names if name.startswith("learnorder.")
        )
        assert source.imported(path.read_bytes()) == set(filter(Path.is_file, ours)), path


def test_a_module_of_no_sub_package_stands_for_itself(copy):
    assert edited(copy, "summary.py", "summary")
    assert not edited(copy, "tables.py", "summary")


def test_a_digest_is_the_same_wherever_the_package_lies(copy):
    _, digest = copy
    elsewhere = digest("measures.collection", "claims.claims")
    source.digest.cache_clear()
    assert digest("claims.claims", "measures.collection") == elsewhere


def test_the_snakefile_imports_nothing_heavy():
    code = (
        "import sys; before = set(sys.modules)\n"
        "from learnorder import footers, selection, source, stages, store\n"
        "from learnorder.study import layout\n"
        "from learnorder.study.configured import configured\n"
        "from learnorder.errors import one_line\n"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    heavy = {"torch", "torchvision", "timm", "polars", "pyarrow", "pandas", "numpy", "scipy", "sklearn", "seaborn"}
    assert heavy & set(run.stdout.split()) == set()


INNARDS = (".dag", ".persistence", ".dag_settings", "IOFile", ".snakemake/metadata")
"""What Snakemake keeps for itself."""


def test_rules_and_the_package_use_no_innards_of_snakemake():
    sources = [*ROOT.glob("workflow/**/*.smk"), *ROOT.glob("workflow/**/*.py"), *ROOT.glob("src/**/*.py")]
    found = {
        (path.name, line.strip())
        for path in sources
        for line in path.read_text(encoding="utf-8").splitlines()
        if any(name in line for name in INNARDS)
    }
    # SLURM's refusals are final.
    assert found == {
        ("runs.smk", "jobs.update((workflow.dag.jobid(job), job) for job in workflow.dag.needrun_jobs())")
    }
