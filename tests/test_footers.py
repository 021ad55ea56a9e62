"""What outcome tables say of themselves, without the libraries that read them."""

import json

import pytest
from outcome_tables import IDENTITY, other, write

from learnorder import footers
from learnorder.errors import UserError
from learnorder.study.identity import digest


def test_an_outcome_table_is_read_without_its_library(tmp_path):
    path = write(tmp_path)
    assert footers.metadata(path)["identity"] == IDENTITY
    assert footers.metadata(path)["seeds"] == [0, 1]


@pytest.mark.parametrize("held", [b"", b"PAR1", b"half a file PAR1", b"\xff" * 100, b"{}" + b"\4\0\0\0PAR1"])
def test_what_cannot_be_read_says_nothing(tmp_path, held):
    (tmp_path / "damaged.parquet").write_bytes(held)
    assert footers.metadata(tmp_path / "damaged.parquet") is None
    assert footers.metadata(tmp_path / "none.parquet") is None


def test_tables_of_another_setting_are_described_by_what_differs(tmp_path):
    now = tmp_path / "now"
    assert footers.earlier(now, IDENTITY) is None
    (tmp_path / "before").mkdir()
    write(tmp_path / "before")
    wanted = other(learning_rate=0.2)
    assert footers.earlier(now, wanted) == "recipe.learning_rate (0.1; the configuration says 0.2)"
    assert footers.earlier(now, IDENTITY | {"training_version": 2}) == (
        "training_version (1; the configuration says 2)"
    )
    # Where a table is there already, it only grows.
    now.mkdir()
    write(now)
    assert footers.earlier(now, wanted) is None


def test_a_dataset_that_is_another_than_networks_were_trained_on_is_refused(tmp_path):
    examples, results = tmp_path / "examples.parquet", tmp_path / "results"
    folder = results / "mine/outcomes/digits/mlp/sgd" / digest(IDENTITY)[:8]
    folder.mkdir(parents=True)
    made = footers.metadata(write(folder))["data"]
    examples.write_bytes(b"other data")
    with pytest.raises(
        UserError, match=r"dataset digits: it is not what 1 outcome tables of \S+/digits were made from"
    ):
        footers.check_data("digits", examples, results)
    footers.check_data("letters", examples, results)
    assert json.dumps(made)
