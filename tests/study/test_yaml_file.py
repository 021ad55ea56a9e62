"""Configuration files mean what they look like; each mistake is one line with the file and the place."""

import math

import pytest

from learnorder.errors import UserError
from learnorder.study import yaml_file

VALUES = {
    "1e-3": 0.001,
    "2E+4": 20000.0,
    "1.5e3": 1500.0,
    ".5": 0.5,
    "5.": 5.0,
    "-0.1": -0.1,
    "60_000": 60000,
    "0": 0,
    "-7": -7,
    "010": "010",
    "1:30": "1:30",
    "1.2.3": "1.2.3",
    "e3": "e3",
    "no": "no",
    "on": "on",
    "yes": "yes",
    "true": True,
    "False": False,
    "~": None,
    "null": None,
    "2024-01-01": "2024-01-01",
    "'1e-3'": "1e-3",
    '"7"': "7",
    ".inf": math.inf,
}


@pytest.mark.parametrize("text", VALUES)
def test_a_value_is_what_it_looks_like(text):
    found = yaml_file.parse(f"key: {text}")["key"]
    assert found == VALUES[text]
    assert type(found) is type(VALUES[text])


def test_entries_merge_and_may_overwrite_what_they_merge():
    text = "a: &a {x: 1, y: 2}\nb: &b {<<: *a, y: 3}\nc: {<<: *b, y: 4}"
    assert yaml_file.parse(text)["c"] == {"x": 1, "y": 4}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("study: a\ncollections: []\nstudy: b\n", "lines 1 and 3 both set study; allowed: each key once"),
        ("recipes:\n  sgd:\n    x: 1\n  sgd:\n    x: 2\n", "lines 2 and 4 both set sgd; allowed: each key once"),
        ("study: a\nrecipes: {a: {x: 1, 'x': 2}}\n", "lines 2 and 2 both set x; allowed: each key once"),
        ("a: [\n  {b: c\nd: 1\n", "line 3, column 2: no valid YAML: while parsing a flow mapping expected"),
        ("a: b: c\n", "line 1, column 5: no valid YAML: mapping values are not allowed here"),
        ("a:\n\tb: 1\n", "line 2, column 1: no valid YAML: while scanning for the next token found character"),
        ("a: 1\n---\nb: 1\n", "line 2, column 1: no valid YAML: expected a single document in the stream but"),
        ("a: *b\n", "line 1, column 4: no valid YAML: found undefined alias 'b'"),
        ("a: 1\nb: \x01\n", "line 2: the character 0x1 is not allowed in YAML"),
        ("", "is empty; allowed: keys with values"),
        ("# nothing yet\n", "is empty; allowed: keys with values"),
        ("- a\n", "has no keys at its top level; allowed: keys with values"),
        ("a\n", "has no keys at its top level; allowed: keys with values"),
    ],
)
def test_a_mistake_is_one_line_with_the_file_and_the_place(tmp_path, text, words):
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as told:
        yaml_file.read(path)
    assert str(told.value).startswith(f"{path}: {words}")
    assert "\n" not in str(told.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(
        UserError, match=r"missing.yaml: no such file; allowed: .*; targets stand before --configfile"
    ):
        yaml_file.read(tmp_path / "missing.yaml")
    with pytest.raises(UserError, match="Is a directory; allowed: the configuration of a study"):
        yaml_file.read(tmp_path)
    path = tmp_path / "latin.yaml"
    path.write_bytes("study: a\n# Müller\n".encode("latin-1"))
    with pytest.raises(UserError, match=r"latin.yaml: line 2 is not UTF-8 \(byte 0xfc\); save the file as UTF-8"):
        yaml_file.read(path)


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("study: a\n", encoding="utf-8-sig")
    assert yaml_file.read(path) == {"study": "a"}
