"""What figures and claims say about themselves, read from the text of their modules."""

from importlib import import_module

import pytest

from learnorder.selection import COLLECTIONS, FIGURES, PAIRS, looked_at
from learnorder.study import registry
from learnorder.study.model import Study


@pytest.mark.parametrize(
    ("package", "name"), [(package, name) for package in ("figures", "claims") for name in registry.about(package)]
)
def test_what_is_read_is_what_the_module_has(package, name):
    assert registry.about(package)[name] == import_module(f"learnorder.{package}.{name}").ABOUT


def test_a_module_of_plain_values_is_found_and_nothing_of_it_is_run(tmp_path, monkeypatch):
    (tmp_path / "figures").mkdir()
    text = 'raise SystemExit\nABOUT = {\n    "shows": "A word.",\n    "tables": ("epochs",),\n}\n'
    (tmp_path / "figures/mine.py").write_text(text, encoding="utf-8")
    (tmp_path / "figures/names.py").write_text("MARK = 1\n", encoding="utf-8")
    monkeypatch.setattr(registry, "PACKAGE", tmp_path)
    registry.about.cache_clear()
    try:
        assert registry.figures() == {"mine": {"shows": "A word.", "tables": ("epochs",)}}
    finally:
        registry.about.cache_clear()


def test_claims_stand_in_the_papers_order():
    numbers = [int(about["number"].removeprefix("E")) for about in registry.claims().values()]
    assert numbers == sorted(numbers)
    assert list(registry.claims())[:3] == ["shared_order", "hyper_parameters", "robustness"]
    assert numbers[-1] == 15


def test_figures_and_claims_name_what_there_is(config):
    assert {figure.collections for figure in FIGURES.values()} <= {*COLLECTIONS, ""}
    assert {figure.pairs for figure in FIGURES.values()} <= {*PAIRS, ""}
    assert set(looked_at(Study(config))) == set(registry.claims())
