"""The order of the house: which module may import which, what modules are called, and where tests lie."""

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from conftest import ROOT

from learnorder import source

SOURCES = {
    ".".join(path.relative_to(source.PACKAGE).with_suffix("").parts): path
    for path in sorted(source.PACKAGE.rglob("*.py"))
    if path.name != "__init__.py"
}


def imported(path: Path) -> set[str]:
    """Modules of the package that a module imports, also inside of functions."""
    found = source.imported(path.read_bytes())
    return {".".join(each.relative_to(source.PACKAGE).with_suffix("").parts) for each in found}


TESTS = ROOT / "tests"
IMPORTS = {name: imported(path) for name, path in SOURCES.items()}


def test_no_modules_import_each_other_in_a_circle():
    try:
        list(TopologicalSorter(IMPORTS).static_order())
    except CycleError as circle:
        pytest.fail(" imports ".join(reversed(circle.args[1])))


def test_a_circle_would_be_found():
    with pytest.raises(CycleError):
        list(TopologicalSorter({"a": {"b"}, "b": {"a"}}).static_order())


@pytest.mark.parametrize(
    ("layer", "may_not"),
    [
        ("study", ("datasets", "networks", "training", "learners", "measures", "figures", "claims", "report")),
        ("datasets", ("networks", "training", "learners", "measures", "figures", "claims", "report", "explorer")),
        ("networks", ("training", "learners", "measures", "figures", "claims", "report", "explorer")),
        ("training", ("learners", "measures", "figures", "claims", "report", "explorer")),
        ("learners", ("training", "measures", "figures", "claims", "report", "explorer")),
        ("measures", ("training", "networks", "figures", "claims", "report", "explorer")),
        ("figures", ("training", "networks", "learners", "claims", "report", "explorer")),
        ("claims", ("training", "networks", "learners", "figures", "report", "explorer")),
    ],
)
def test_a_layer_imports_no_layer_above_it(layer, may_not):
    upward = {
        (name, other)
        for name, others in IMPORTS.items()
        if name.startswith(f"{layer}.")
        for other in others
        if other.startswith(tuple(f"{above}." for above in may_not))
    }
    assert upward == set()


def test_no_module_has_the_name_of_one_of_pythons():
    names = {path.stem for path in SOURCES.values()}
    names |= {path.stem for path in (ROOT / "workflow/scripts").glob("*.py")}
    assert names & sys.stdlib_module_names == set()


def test_modules_that_are_read_are_all_of_the_package():
    assert len(SOURCES) > 100
    assert all(ast.parse(path.read_bytes()) for path in SOURCES.values())


def modules_named(code: str) -> set[str]:
    """Each word of the names of all modules that a file imports, and of what it imports from them."""
    nodes = list(ast.walk(ast.parse(code)))
    names = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    names += [name.name for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for name in node.names]
    return {word for name in names for word in name.split(".")}


def of_tests(names: set[str]) -> set[str]:
    return names & {path.stem for path in TESTS.rglob("test_*.py")}


def test_no_test_file_is_imported():
    found = {
        (path.name, name)
        for path in TESTS.rglob("*.py")
        for name in of_tests(modules_named(path.read_text(encoding="utf-8")))
    }
    assert found == set()


@pytest.mark.parametrize(
    "line",
    [
        "import test_layout",
        "from test_layout import CONFIG",
        "import study.test_layout",
        "from study import test_layout",
        "from study.test_layout import CONFIG",
        "from .test_layout import CONFIG",
    ],
)
def test_every_way_to_import_a_test_file_is_seen(line):
    assert of_tests(modules_named(line)) == {"test_layout"}


def test_folders_of_tests_are_those_of_the_package():
    folders = {path.name for path in TESTS.iterdir() if path.is_dir() and not path.name.startswith("__")}
    packages = {path.parent.name for path in source.PACKAGE.glob("*/__init__.py")}
    assert {"study", "workflow"} <= folders
    assert folders - packages == {"slurm", "workflow"}
