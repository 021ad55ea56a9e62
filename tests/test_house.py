"""The order of the house: which module may import which, and what modules are called."""

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
    return {".".join(each.relative_to(source.PACKAGE).with_suffix("").parts) for each in source._imported(path)}


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
