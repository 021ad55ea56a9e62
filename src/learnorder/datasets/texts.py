"""Texts and their classes in the columns of a table, CSV or Parquet: one file, or a file per split."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from learnorder.datasets import text
from learnorder.datasets.canonical import SPLITS, Dataset
from learnorder.datasets.sampling import stratified
from learnorder.errors import UserError

TEXT, LABEL = "text", "label"
TEST_SHARE = 0.2


def read(entry: dict, sources) -> Dataset:
    """Dataset of the files `train` and `test`, or of `path`, of which a stratified, seeded draw is the test split.

    That has `examples.test` texts, else a share `test_share` of them, in proportion to the classes. Labels are
    texts, or integers from 0. The names of the classes are the entry's, else the labels, sorted. The source of a
    text is its row in its file, from 0.
    """
    if ("path" in entry) == ("train" in entry) or ("train" in entry) != ("test" in entry):
        given = [key for key in ("path", "train", "test") if key in entry]
        raise UserError(
            f"configuration: a dataset of texts has {' and '.join(given) or 'no file'}; "
            "allowed: path, one file; or train and test, a file for each"
        )
    paths = [sources.mirror(entry[key]) for key in ("path", *SPLITS) if key in entry]
    tables = [_table(path, entry) for path in paths]
    labels, classes = _labels(paths, [labels for _, labels in tables], entry)
    texts = [words for lines, _ in tables for words in map(text.words, lines)]
    rows = np.concatenate([np.arange(len(lines)) for lines, _ in tables])
    if len(tables) == 2:
        test = np.arange(len(tables[0][0]), len(texts))
    else:
        test = stratified(labels, _tested(paths[0], entry, len(texts)), np.random.default_rng(entry["seed"]))
    return text.dataset(texts, labels, rows, test, entry | {"classes": classes})


def _tested(path: Path, entry: dict, texts: int) -> int:
    """Number of texts of the test split."""
    examples = entry.get("examples")
    if examples is None:
        return max(round(entry.get("test_share", TEST_SHARE) * texts), 1)
    if sum(examples.values()) != texts:
        raise UserError(
            f"{path}: {texts} texts, examples are {examples['train']} + {examples['test']}; "
            "allowed: as many as there are"
        )
    return examples["test"]


def _table(path: Path, entry: dict) -> tuple[list[str], np.ndarray]:
    """Texts and labels of a file."""
    columns = [entry.get("text_column", TEXT), entry.get("label_column", LABEL)]
    try:
        table = pq.read_table(path) if path.suffix == ".parquet" else _csv(path, columns)
    except (OSError, pa.ArrowException) as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{path}: {reason}; allowed: a table, .csv, .tsv or .parquet, in UTF-8") from None
    for name in columns:
        if name not in table.column_names:
            raise UserError(
                f"{path}: no column `{name}`, it has {', '.join(table.column_names)}; allowed: `text_column` and "
                "`label_column` in the dataset's entry name the two"
            )
        if table[name].null_count:
            row = int(table[name].is_null().to_numpy().argmax())
            raise UserError(f"{path} row {row}: no `{name}`; allowed: one in each row: remove the others")
    if not (len(table) and _is_text(table[columns[0]].type)):
        raise UserError(
            f"{path}: column `{columns[0]}` has {len(table)} values, {table[columns[0]].type}; allowed: texts"
        )
    kind = table[columns[1]].type
    if not (_is_text(kind) or pa.types.is_integer(kind)):
        raise UserError(f"{path}: column `{columns[1]}` is {kind}; allowed: texts, or integers from 0")
    return table[columns[0]].to_pylist(), np.array(table[columns[1]].to_pylist())


def _csv(path: Path, columns: list[str]) -> pa.Table:
    # What a text looks like says nothing: "null" and "12" are texts too.
    return csv.read_csv(
        path,
        parse_options=csv.ParseOptions(delimiter="\t" if path.suffix == ".tsv" else ",", newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types={columns[0]: pa.string()}, strings_can_be_null=False),
    )


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _labels(paths: list[Path], labels: list[np.ndarray], entry: dict) -> tuple[np.ndarray, list[str]]:
    """Numbers of the classes of all texts, and the names of the classes."""
    numbers = {found.dtype.kind in "iu" for found in labels}
    if len(numbers) > 1:
        raise UserError(f"{paths[0]}: labels are integers in one split, texts in the other; allowed: one of both")
    together = np.concatenate(labels)
    if True in numbers:
        classes = entry.get("classes") or [str(label) for label in range(int(together.max()) + 1)]
        known = {label: label for label in range(len(classes))}
    else:
        classes = entry.get("classes") or sorted(set(together.tolist()))
        known = {name: label for label, name in enumerate(classes)}
    for path, of_file in zip(paths, labels, strict=True):
        for row, label in enumerate(of_file.tolist()):
            if label not in known:
                raise UserError(
                    f"{path} row {row}: label {label!r}; allowed: one of the {len(classes)} classes, or an "
                    f"integer from 0 to {len(classes) - 1}: correct the labels or `classes`"
                )
    return np.array([known[label] for label in together.tolist()]), classes
