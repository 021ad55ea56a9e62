"""The pages that are made from something else are made from what it is now."""

from runpy import run_path

import yaml
from conftest import ROOT, SCHEMA

configuration = run_path(str(ROOT / "docs/configuration.py"))


def test_the_page_of_the_configuration_is_that_of_the_schema():
    page = configuration["page"](yaml.safe_load(SCHEMA.read_text(encoding="utf-8")))
    assert (ROOT / "docs/configuration.md").read_text(encoding="utf-8") == page, (
        "renew it: python docs/configuration.py"
    )


def test_every_key_stands_in_the_page_with_what_is_allowed():
    schema = {
        "properties": {"a": {"type": "integer", "minimum": 2, "default": 3, "description": "How\nmany | each."}},
        "$defs": {
            "dataset_idx": {"properties": {"b": {"type": "object", "properties": {"c": {"type": "boolean"}}}}},
            "architecture": {"required": ["d"], "properties": {"d": {"type": "array", "items": {"enum": [1, 2]}}}},
            "recipe_rounds": {"properties": {}},
        },
    }
    page = configuration["page"](schema)
    for line in (
        "| `a` | How many \\| each. | integer, at least 2 | `3` |",
        "### `reader: idx`",
        "| `b.c` |  | true or false |  |",
        "| `d` |  | array of one of 1, 2 | must be given |",
        "### `clock: rounds`",
    ):
        assert line in page.splitlines()
