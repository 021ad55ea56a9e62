"""Whether a result that lies on disk is the one asked for, by what it says of itself."""

import json

import pytest
from test_outcomes import IDENTITY, other, write

from learnorder import source, standing


@pytest.fixture
def table(tmp_path):
    """A table of a figure, made from an outcome table beside it."""
    path, outcome = tmp_path / "shown.csv", tmp_path / "seeds.parquet"
    path.write_text("a\n1\n", encoding="utf-8")
    outcome.write_bytes(b"predictions")
    standing.checksum.cache_clear()
    standing.say(path, "recipe and code", [outcome, tmp_path / "not here.parquet"])
    return path


def test_an_outcome_table_is_read_without_its_library(tmp_path):
    path = write(tmp_path)
    assert standing.about(path)["identity"] == IDENTITY
    assert standing.about(path)["seeds"] == [0, 1]


def test_an_outcome_table_stands_for_its_own_identity_and_data_alone(tmp_path):
    found, examples = standing.about(write(tmp_path)), tmp_path / "examples.parquet"
    assert standing.fault(found, IDENTITY, examples) is None
    assert standing.fault(found, other(learning_rate=0.2), examples) == (
        "made with another recipe.learning_rate (0.1; the configuration says 0.2)"
    )
    newer = IDENTITY | {"training_version": 2}
    assert standing.fault(found, newer, examples) == (
        "made with another training_version (1; the configuration says 2)"
    )
    examples.write_bytes(b"other data")
    standing.checksum.cache_clear()
    assert standing.fault(found, IDENTITY, examples) == f"made from other data than {examples}"


@pytest.mark.parametrize("held", [b"", b"PAR1", b"half a file PAR1", b"\xff" * 100, b"{}" + b"\4\0\0\0PAR1"])
def test_what_cannot_be_read_says_nothing(tmp_path, held):
    (tmp_path / "damaged.parquet").write_bytes(held)
    assert standing.about(tmp_path / "damaged.parquet") is None
    assert standing.about(tmp_path / "none.parquet") is None


def test_a_table_stands_while_what_made_it_and_what_it_goes_back_to_are_the_same(table, tmp_path):
    assert standing.table_fault(table, "recipe and code", whole=True) is None
    assert standing.table_fault(table, "other code", whole=True).startswith("made by other code, measures")
    outcome = tmp_path / "seeds.parquet"
    outcome.write_bytes(b"other predictions")
    standing.checksum.cache_clear()
    assert standing.table_fault(table, "recipe and code", whole=True) == f"made from another {outcome}"
    assert standing.table_fault(table, "recipe and code", whole=False) is None
    # What is not here cannot be another.
    outcome.unlink()
    standing.checksum.cache_clear()
    assert standing.table_fault(table, "recipe and code", whole=True) is None


@pytest.mark.parametrize("said", [None, "", "{", json.dumps({"made_by": "recipe and code"}), "[]"])
def test_a_table_of_which_nothing_is_known_does_not_stand(table, tmp_path, said):
    beside = tmp_path / ".shown.made_by"
    beside.unlink() if said is None else beside.write_text(said, encoding="utf-8")
    assert standing.table_fault(table, "recipe and code", whole=True) == "nothing beside it says what made it"


def test_what_a_table_is_made_by_follows_from_its_collections_code_and_settings(study):
    tables = ["default/pairs/digits/linear/sgd/mlp/sgd/nested.parquet", "datasets/digits/examples.parquet"]
    name = standing.made_by(study, tables, code="a")
    assert standing.made_by(study, reversed(tables), code="a") == name
    assert standing.made_by(study, tables, code="b") != name
    assert standing.made_by(study, tables[:1], code="a") != name
    sources = list(standing.sources(study, tables))
    assert sources[0] == "datasets/digits/examples.parquet"
    assert "default/outcomes/digits/mlp/sgd/seeds-000-009.parquet" in sources
    assert len([path for path in sources if "/linear/" in path]) == len(study.shards("digits/linear/sgd"))


def test_a_digest_of_code_is_the_same_wherever_it_lies(tmp_path):
    digests = set()
    for names in (("a", "b"), ("b", "a")):
        for name, text in zip(names, ("x = 1\n", "y = 2\n"), strict=True):
            (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        digests.add(source.digest(tmp_path / "a.py", tmp_path / "b.py"))
    assert len(digests) == 1
