import json
import os

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest
from outcome_tables import IDENTITY, network, other, predictions, write

import learnorder
from learnorder import outcomes
from learnorder.errors import UserError


def test_a_row_per_split_epoch_and_example_a_column_per_network(tmp_path):
    table = outcomes.scan([write(tmp_path)], IDENTITY).collect()
    assert table.rows() == [
        ("train", 0.5, 0, 0, 0, 1),
        ("train", 0.5, 1, 1, 1, 2),
        ("train", 0.5, 2, 2, 2, 0),
        ("train", 1.0, 0, 0, 0, 1),
        ("train", 1.0, 1, 1, 1, 2),
        ("train", 1.0, 2, 2, 2, 0),
        ("test", 0.5, 0, 2, 0, 1),
        ("test", 0.5, 1, 0, 1, 2),
        ("test", 1.0, 0, 2, 2, 0),
        ("test", 1.0, 1, 0, 0, 1),
    ]
    assert table.schema == {
        "split": pl.Enum(["train", "test"]),
        "epoch": pl.Float64,
        "example": pl.UInt32,
        "label": pl.UInt8,
        "seed_000": pl.UInt8,
        "seed_001": pl.UInt8,
    }


def test_on_disk_what_networks_predict_of_an_example_lies_together(tmp_path):
    table = pq.read_table(write(tmp_path)).drop(["split"])
    assert table.to_pylist()[:3] == [
        {"epoch": 0.5, "example": 0, "label": 0, "predicted": b"\x00\x01"},
        {"epoch": 1.0, "example": 0, "label": 0, "predicted": b"\x00\x01"},
        {"epoch": 0.5, "example": 1, "label": 1, "predicted": b"\x01\x02"},
    ]


def test_shards_stand_side_by_side(tmp_path):
    whole = outcomes.scan([write(tmp_path, 0, 4)], IDENTITY).collect()
    shards = [write(tmp_path, first, last) for first, last in ((0, 1), (2, 3), (4, 4))]
    assert outcomes.scan(shards, IDENTITY).collect().equals(whole)


def test_the_metadata_says_what_made_it_and_no_time(tmp_path):
    about = json.loads(pq.read_schema(write(tmp_path)).metadata[b"learnorder"])
    assert about == {
        "format": 2,
        "identity": IDENTITY,
        "digest": about["digest"],
        "seeds": [0, 1],
        "epochs": [0.5, 1],
        "clock": "epochs",
        "examples": {"train": 3, "test": 2},
        "classes": 3,
        "data": "0",
        "diverged": {},
        "at_chance": [0, 1],
        "environment": {"torch": "2", "device": "cpu"},
    }


def test_many_classes_take_a_wider_type(tmp_path):
    far = {"seed": {"train": np.array([[255, 256, 299], [0, 1, 2]]), "test": np.zeros((2, 2), int)}}
    path = write(tmp_path, classes=300, network=lambda seed: far if seed else network(seed))
    table = outcomes.scan([path], IDENTITY).collect()
    assert table.schema["seed_000"] == table.schema["seed_001"] == pl.UInt16
    assert table["seed_001"].to_list()[:6] == [255, 256, 299, 0, 1, 2]
    assert outcomes.metadata(path)["classes"] == 300


def test_a_class_that_does_not_exist_is_no_outcome(tmp_path):
    impossible = {"seed": {"train": np.full((2, 3), 3), "test": np.zeros((2, 2), int)}}
    with pytest.raises(ValueError, match="predicts classes 0 to 3 of 3"):
        write(tmp_path, network=lambda seed: impossible)
    assert list(tmp_path.iterdir()) == []


def test_redrawn_labels_stand_beside_the_true_ones(tmp_path):
    path = write(tmp_path, trained={"train": np.array([0, 2, 2])})
    table = outcomes.scan([path], IDENTITY).collect()
    assert table["trained_label"].to_list() == [0, 2, 2, 0, 2, 2, 2, 0, 2, 0]
    assert table["label"].to_list() == [0, 1, 2, 0, 1, 2, 2, 0, 2, 0]


def test_examples_of_other_datasets_have_predictions_and_no_label(tmp_path):
    identity = other(record=["margin"])

    def with_others(seed):
        other = {"noise": np.full((2, 4), min(seed, 2))}
        margins = {split: rows / 4 for split, rows in predictions(seed).items()} | {
            "noise": np.full((2, 4), np.nan)
        }
        return {"seed": predictions(seed) | other, "margin": margins}

    paths = [write(tmp_path, first, first + 1, identity, with_others) for first in (0, 2)]
    table = outcomes.scan(paths, identity).collect()
    assert table["split"].unique(maintain_order=True).to_list() == ["train", "test", "noise"]
    noise = table.filter(split="noise")
    assert noise["label"].null_count() == len(noise) == 8
    assert noise["seed_003"].to_list() == [2] * 8
    assert table.schema["margin_003"] == pl.Float16
    assert table.filter(split="train")["margin_001"].to_list() == [0.25, 0.5, 0, 0.25, 0.5, 0]


def test_shards_of_other_data_do_not_stand_side_by_side(tmp_path):
    paths = [write(tmp_path), write(tmp_path, 2, 3, checksum="1")]
    with pytest.raises(UserError, match=r"seeds-002-003\.parquet: made from other data than .*; remake it"):
        outcomes.scan(paths, IDENTITY)


def rewritten(path, change):
    """Replace the file by the same table, changed, with the same metadata."""
    table = pq.read_table(path)
    pq.write_table(change(table).replace_schema_metadata(table.schema.metadata), path)


FAULTS = {
    "no such file": lambda path: path.unlink(),
    "cannot be read": lambda path: os.truncate(path, path.stat().st_size // 2),
    "not an outcome table of format 2": lambda path: pl.DataFrame({"a": [1]}).write_parquet(path),
    r"made with another recipe.learning_rate \(0.2; the configuration says 0.1\)": lambda path: write(
        path.parent, identity=other(learning_rate=0.2)
    ),
    r"holds seeds \[0\], its name says 0 to 1": lambda path: write(path.parent, 0, 0).rename(path),
    "its column split lacks rows": lambda path: rewritten(path, lambda table: table.slice(0, 9)),
    "its column split lacks rows or has them": lambda path: rewritten(
        path, lambda table: table.take([9, 1, 2, 3, 4, 5, 6, 7, 8, 0])
    ),
    "its column epoch": lambda path: rewritten(path, lambda table: table.take([1, 0, *range(2, 10)])),
    "its column example": lambda path: rewritten(path, lambda table: table.take([2, 1, 0, *range(3, 10)])),
    "has the columns split, epoch, example, label instead of": lambda path: rewritten(
        path, lambda table: table.drop(["predicted"])
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_cannot_be_trusted_is_named_with_the_command_that_remakes_it(tmp_path, fault):
    good, path = write(tmp_path, 2, 3), write(tmp_path, 0, 1)
    FAULTS[fault](path)
    with pytest.raises(UserError, match=fault) as told:
        outcomes.scan([path, good], IDENTITY)
    text = str(told.value)
    assert text.startswith(f"{path}: ")
    assert text.endswith(f"; remake it: snakemake --force {path}")
    assert "\n" not in text


def test_a_killed_writer_leaves_nothing_that_looks_finished(tmp_path, monkeypatch):
    def killed(table, path, **_):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(pq, "write_table", killed)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_reads_a_collection_by_its_folder_or_one_table(tmp_path):
    path = write(tmp_path)
    assert learnorder.read(str(tmp_path)).equals(learnorder.read(path))
    assert learnorder.read(path).equals(outcomes.read(path))


def test_what_a_notebook_cannot_read_is_one_line(tmp_path):
    with pytest.raises(UserError, match=r"holds outcome tables of 0 collections; allowed: of one$"):
        learnorder.read(tmp_path)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name)
    with pytest.raises(UserError, match=r"of 2 collections; allowed: of one: .*/one, .*/two$"):
        learnorder.read(tmp_path)
    (tmp_path / "seeds.txt").write_text("nothing", encoding="utf-8")
    for place in ("seeds.txt", "missing.parquet"):
        with pytest.raises(UserError, match=f"{place}: no outcome table; allowed: seeds-"):
            learnorder.read(tmp_path / place)
