"""Texts and labels in the columns of a table."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from learnorder.datasets.build import build
from learnorder.errors import UserError
from learnorder.study.model import Study

QUESTIONS = [
    ('How do I "page" a collection,\nwith LINQ?', "linq"),
    ("null", "bash"),
    ("12", "bash"),
    ("Why is my LINQ query slow?", "linq"),
    ("What is a bash loop?", "bash"),
    ("How do I group by, with LINQ?", "linq"),
]


def made(folder, **entry):
    entry = {"reader": "texts", "length": 8, "words": 100, "seed": 0} | entry
    return build("mine", entry, folder, folder, [str(folder)])


def csv_of(rows, header=("text", "label"), separator=",") -> str:
    lines = [header, *rows]
    return "".join(separator.join('"' + str(v).replace('"', '""') + '"' for v in line) + "\n" for line in lines)


def said(dataset, split):
    return [" ".join(dataset.vocabulary[n] for n in row if n) for row in dataset.splits[split].inputs]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet"])
def test_a_table_is_cut_into_train_and_test(tmp_path, suffix):
    path = tmp_path / f"questions{suffix}"
    rows = QUESTIONS * 10
    if suffix == ".parquet":
        pq.write_table(pa.table({"text": [t for t, _ in rows], "label": [label for _, label in rows]}), path)
    else:
        path.write_text(csv_of(rows, separator="," if suffix == ".csv" else "\t"), encoding="utf-8")
    dataset = made(tmp_path, path=path.name, examples={"train": 50, "test": 10})
    assert dataset.classes == ["bash", "linq"]
    assert {split: np.bincount(data.labels).tolist() for split, data in dataset.splits.items()} == {
        "train": [25, 25],
        "test": [5, 5],
    }
    for split, data in dataset.splits.items():
        for row, label, words in zip(data.source, data.labels, said(dataset, split), strict=True):
            text, name = rows[row]
            assert dataset.classes[label] == name
            assert words == " ".join(re.findall(r"\w+", text.lower())[:8])
    by_share = made(tmp_path, path=path.name, test_share=0.5)
    assert len(by_share.splits["test"].labels) == 30
    other = made(tmp_path, path=path.name, test_share=0.5, seed=1)
    assert other.splits["test"].source.tolist() != by_share.splits["test"].source.tolist()


def test_a_file_for_each_split_and_other_names_of_columns(tmp_path):
    for split, rows in (("train", QUESTIONS[2:]), ("test", QUESTIONS[:2])):
        numbers = [(text, int(label == "linq"), "x") for text, label in rows]
        (tmp_path / f"{split}.csv").write_text(csv_of(numbers, ("post", "tags", "user")), encoding="utf-8")
    columns = {"text_column": "post", "label_column": "tags"}
    dataset = made(tmp_path, train="train.csv", test="test.csv", classes=["bash", "linq"], **columns)
    assert dataset.splits["train"].labels.tolist() == [0, 1, 0, 1]
    assert dataset.splits["test"].labels.tolist() == [1, 0]
    assert dataset.splits["test"].source.tolist() == [0, 1]
    assert made(tmp_path, train="train.csv", test="test.csv", **columns).classes == ["0", "1"]


def test_texts_may_be_numbers_and_longer_than_a_block_of_the_file(tmp_path):
    rows = [(12, "a"), (13, "b")] * 4
    (tmp_path / "numbers.csv").write_text(
        csv_of(rows).replace('"12"', "12").replace('"13"', "13"), encoding="utf-8"
    )
    assert set(said(made(tmp_path, path="numbers.csv"), "train")) == {"12", "13"}
    lines = [("line,\n" * 200_000, "a"), ("other\n" * 200_000, "b")] * 3
    (tmp_path / "long.csv").write_text(csv_of(lines), encoding="utf-8")
    assert len(made(tmp_path, path="long.csv").splits["train"].labels) == 5


MISTAKES = {
    "no column": (
        csv_of(QUESTIONS, ("post", "tags")),
        {},
        "no column `text`, it has post, tags; allowed",
    ),
    "another label": (
        csv_of(QUESTIONS),
        {"classes": ["bash", "svn"]},
        "row 0: label 'linq'; allowed: one",
    ),
    "from 1": (csv_of([("a b", 1), ("c d", 2)]), {"classes": ["x", "y"]}, "row 1: label 2; allowed: one of the 2"),
    "half a label": (
        csv_of([("a b", 0.5), ("c d", 2)]),
        {},
        "column `label` is double; allowed: texts",
    ),
    "wrong number": (
        csv_of(QUESTIONS),
        {"examples": {"train": 3, "test": 2}},
        "6 texts, examples are 3 + 2",
    ),
    "no table": ('"text","label"\n"a"\n', {}, "allowed: a table, .csv, .tsv or .parquet, in UTF-8"),
    "nothing": ("", {}, "allowed: a table, .csv, .tsv or .parquet"),
    "no rows": ('"text","label"\n', {}, "column `text` has 0 values"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_is_wrong_in_a_table_of_texts_is_named(tmp_path, mistake):
    content, entry, words = MISTAKES[mistake]
    (tmp_path / "questions.csv").write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=re.escape(words)) as told:
        made(tmp_path, path="questions.csv", **entry)
    assert "\n" not in str(told.value)
    assert str(tmp_path / "questions.csv") in str(told.value)


def test_gaps_other_encodings_and_files_are_refused(tmp_path):
    path = tmp_path / "questions.parquet"
    pq.write_table(pa.table({"text": ["a", None], "label": [0, 1]}), path)
    with pytest.raises(UserError, match="row 1: no `text`; allowed: one in each row"):
        made(tmp_path, path=str(path))
    (tmp_path / "latin.csv").write_bytes(csv_of([("Größe", 0), ("x", 1)]).encode("latin-1"))
    with pytest.raises(UserError, match=r"latin\.csv: .*UTF.*; allowed: a table"):
        made(tmp_path, path="latin.csv")
    for entry, words in (
        ({}, "has no file"),
        ({"train": "x"}, "has train; allowed"),
        ({"path": "x", "test": "y", "train": "z"}, "has path and train and test"),
    ):
        with pytest.raises(UserError, match=words):
            made(tmp_path, **entry)


def test_the_papers_kind_of_split_is_planned(config):
    config["collections"] = [
        {"dataset": "stackoverflow_questions", "architecture": "bilstm_attention", "recipe": "adam", "networks": 2}
    ]
    entry = Study(config)["datasets"]["stackoverflow_questions"]
    assert entry["examples"] == {"train": 39000, "test": 1000}
