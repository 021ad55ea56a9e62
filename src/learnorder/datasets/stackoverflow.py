"""Titles of questions, one a line, and their topics, numbered from 1 in a file beside it (Xu et al. 2015)."""

from pathlib import Path

import numpy as np

from learnorder.datasets import text
from learnorder.datasets.canonical import Dataset
from learnorder.datasets.sampling import stratified
from learnorder.errors import UserError

TEST_SHARE = 1 / 3


def read(entry: dict, sources) -> Dataset:
    """A stratified, seeded split; a third is the test split where the entry has no `examples`.

    All titles are kept, also the few that occur twice. `source` is the line of the title, from 1.
    """
    titles, labels = (sources.fetch(entry[part]) for part in ("titles", "labels"))
    lines = _lines(titles)
    topics = _topics(labels, len(entry["classes"]))
    if len(topics) != len(lines):
        raise UserError(
            f"{labels}: {len(topics)} labels for the {len(lines)} titles of {titles.name}; "
            "allowed: as many labels as titles, one a line"
        )
    examples = entry.get("examples", {"test": round(TEST_SHARE * len(lines))})
    if examples["test"] >= len(lines):
        raise UserError(
            f"{titles}: examples.test is {examples['test']}; allowed: below {len(lines)}, the number of titles"
        )
    test = stratified(topics, examples["test"], np.random.default_rng(entry["seed"]))
    return text.dataset([text.words(line) for line in lines], topics, np.arange(len(lines)) + 1, test, entry)


def _lines(path: Path) -> list[str]:
    """Lines as the file separates them; Unicode has other signs that some would take for the end of a line."""
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: byte {error.start} is not UTF-8; allowed: UTF-8 text") from None
    return [line.removesuffix("\r") for line in content.removesuffix("\n").split("\n")]


def _topics(path: Path, classes: int) -> np.ndarray:
    """Labels from 0."""
    allowed = {str(number): number - 1 for number in range(1, classes + 1)}
    topics = []
    for number, line in enumerate(_lines(path), start=1):
        if line.strip() not in allowed:
            raise UserError(
                f"{path}: line {number} is {line!r}; allowed: an integer from 1 to {classes}, one of its classes"
            )
        topics.append(allowed[line.strip()])
    return np.array(topics)
