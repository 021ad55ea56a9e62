"""The pages that are made from something else are made from what it is now."""

import json
from runpy import run_path

import pytest
from conftest import ROOT

from learnorder.study import yaml_file
from learnorder.study.checked import schema

configuration = run_path(str(ROOT / "docs/configuration.py"))


def test_the_page_of_the_configuration_and_the_schema_for_editors_are_those_of_the_models():
    page = configuration["page"](schema())
    renew = "renew it: python docs/configuration.py"
    assert (ROOT / "docs/configuration.md").read_text(encoding="utf-8") == page, renew
    assert json.loads((ROOT / "config/schema.json").read_text(encoding="utf-8")) == schema(), renew


def test_the_schema_for_editors_takes_each_study_and_finds_its_mistakes():
    validator = pytest.importorskip("jsonschema").Draft202012Validator(schema())
    for name in ("config", "benchmark", "paper", "parts"):
        validator.validate(study := yaml_file.read(ROOT / f"config/{name}.yaml"))
    assert [error.json_path for error in validator.iter_errors(study | {"seeds_per_job": 0})] == [
        "$.seeds_per_job"
    ]


def test_every_key_stands_in_the_page_with_what_is_allowed():
    inner = {"type": "object", "properties": {"c": {"type": "boolean"}}}
    idx = {"properties": {"reader": {"const": "idx"}, "b": inner}}
    architecture = {"required": ["d"], "properties": {"d": {"type": "array", "items": {"enum": [1, 2]}}}}
    either = {"oneOf": [{"type": "string", "const": "auto"}, {"type": "integer", "minimum": 1}]}
    whole = {
        "properties": {
            "a": {"type": "integer", "minimum": 2, "default": 3.0, "description": "How\nmany | each."},
            "either": either,
            "datasets": {"patternProperties": {"": {"oneOf": [idx]}}},
            "architectures": {"patternProperties": {"": architecture}},
            "recipes": {"patternProperties": {"": {"oneOf": [{"properties": {"clock": {"const": "rounds"}}}]}}},
        },
    }
    page = configuration["page"](whole)
    for line in (
        "| `a` | How many \\| each. | integer, at least 2 | `3` |",
        "| `either` |  | auto or integer, at least 1 |  |",
        "### `reader: idx`",
        "| `b.c` |  | true or false |  |",
        "| `d` |  | array of one of 1, 2 | must be given |",
        "### `clock: rounds`",
    ):
        assert line in page.splitlines()
