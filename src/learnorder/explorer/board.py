"""What the page shows of one dataset: a sample of its examples, and what each collection made of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from learnorder import outcomes
from learnorder.datasets.canonical import PADDING, Dataset
from learnorder.explorer import blobs
from learnorder.explorer.pictures import pictures
from learnorder.measures.difficulty import SCORES
from learnorder.measures.diverged import survivors
from learnorder.measures.scores import EXAMPLE, is_of
from learnorder.measures.votes import OTHERS, votes
from learnorder.tables import Names

MOST = 10_000
"""Examples of one dataset: so many are drawn, filtered and sorted without a pause."""


@dataclass(frozen=True)
class Shown:
    """What one collection made of n examples at its evaluation points `epochs`, without networks that diverged.

    `networks`, `diverged`: how many it has of those that did not, and of those that did.
    `scores`: by name, n numbers, NaN where undefined. `right`: how many of the networks are right, n × points;
    `others`, `votes`: n × points × 3, see `votes.votes`. `has`: of which examples the collection has outcomes.
    """

    names: Names
    networks: int
    diverged: int
    epochs: list[float]
    clock: str
    scores: dict[str, np.ndarray]
    right: np.ndarray
    others: np.ndarray
    votes: np.ndarray
    has: np.ndarray


@dataclass(frozen=True)
class Board:
    """Examples with all that is said of them, of `total` that there are.

    `keys`: one row per example with its `split`, number `example`, `label`, where labels were redrawn its
    `trained_label`, and its `source`. `pictures` or `words`: what they look like; neither, where their inputs are
    not here.
    """

    name: str
    classes: list[str]
    total: int
    keys: pl.DataFrame
    collections: list[Shown]
    pictures: list[bytes]
    words: list[str]


def boards(
    examples: Mapping[Names, pl.DataFrame],
    shards: Mapping[Names, Sequence[Path]],
    inputs: Mapping[tuple[str], Dataset],
) -> Iterator[Board]:
    """The board of each dataset, in the order of its first collection.

    Collections of other examples than the dataset's, as those that were trained elsewhere may be, get boards of
    their own. Those of which all networks diverged have nothing to show.
    """
    examples = {names: table for names, table in examples.items() if table["networks"][0]}
    for name in dict.fromkeys(names[0] for names in examples):
        of_dataset = {names: table for names, table in examples.items() if names[0] == name}
        dataset = inputs.get((name,))
        own = {names: table for names, table in of_dataset.items() if is_of(table, dataset)}
        if own:
            yield _board(name, own, shards, dataset)
        for names, table in of_dataset.items():
            if names not in own:
                yield _board(f"{name} of {names[1]}", {names: table}, shards, None)


def thinned(board: Board, size: int) -> Board:
    """A board of `size` of its examples, evenly spaced."""
    rows = _evenly(len(board.keys), size)

    def of_rows(shown: Shown) -> Shown:
        arrays = {name: getattr(shown, name)[rows] for name in ("right", "others", "votes", "has")}
        return replace(shown, scores={name: values[rows] for name, values in shown.scores.items()}, **arrays)

    return replace(
        board,
        keys=board.keys[rows],
        collections=[of_rows(shown) for shown in board.collections],
        pictures=[board.pictures[row] for row in rows] if board.pictures else [],
        words=[board.words[row] for row in rows] if board.words else [],
    )


def elements(board: Board, prefix: str) -> Iterator[str]:
    """The board's data as elements of a page, whose ids begin with `prefix`."""
    keys = board.keys
    columns = {
        "test": (keys["split"] == "test").to_numpy().astype(np.uint8),
        "example": keys["example"].to_numpy().astype(np.uint32),
        "label": keys["label"].to_numpy().astype(np.uint16),
    }
    if "trained_label" in keys.columns:
        columns["trained_label"] = keys["trained_label"].to_numpy().astype(np.uint16)
    yield blobs.arrays(f"{prefix}-examples", columns)
    yield blobs.texts(f"{prefix}-sources", keys["source"].to_list())
    if board.words:
        yield blobs.texts(f"{prefix}-words", board.words)
    if board.pictures:
        yield blobs.files(f"{prefix}-pictures", board.pictures)
    for number, shown in enumerate(board.collections):
        counts = {name: blobs.smallest(getattr(shown, name)) for name in ("right", "others", "votes")}
        scores = {name: values.astype(np.float32) for name, values in shown.scores.items()}
        yield blobs.arrays(f"{prefix}-{number}", {"has": shown.has.astype(np.uint8)} | counts | scores)


def described(board: Board, colours: Mapping[str, str]) -> dict[str, Any]:
    """What the page says of the board itself."""
    return {
        "name": board.name,
        "classes": board.classes,
        "total": board.total,
        "shown": len(board.keys),
        "kind": "pictures" if board.pictures else "words" if board.words else "",
        "redrawn": "trained_label" in board.keys.columns,
        "others": OTHERS,
        "collections": [
            {
                "architecture": shown.names[1],
                "recipe": shown.names[2],
                "networks": shown.networks,
                "diverged": shown.diverged,
                "epochs": shown.epochs,
                "clock": shown.clock,
                "colour": colours[shown.names[1]],
                "scores": list(shown.scores),
            }
            for shown in board.collections
        ],
    }


def _board(
    name: str,
    examples: Mapping[Names, pl.DataFrame],
    shards: Mapping[Names, Sequence[Path]],
    dataset: Dataset | None,
) -> Board:
    keys = _keys(next(iter(examples.values())), dataset)
    made = outcomes.metadata(next(iter(shards.values()))[0]) if dataset is None else None
    rows = _evenly(len(keys), MOST)
    chosen = keys[rows]
    collections = [_shown(names, table, shards[names], chosen) for names, table in examples.items()]
    return Board(
        name=name,
        classes=dataset.classes if dataset else [str(label) for label in range(made["classes"])],
        total=len(keys),
        keys=chosen,
        collections=collections,
        pictures=list(_inputs_of(chosen, dataset, pictures))
        if dataset and not dataset.is_text and not dataset.is_features
        else [],
        words=[_words(text, dataset.vocabulary) for text in _inputs_of(chosen, dataset)]
        if dataset and dataset.is_text
        else [],
    )


def _keys(examples: pl.DataFrame, dataset: Dataset | None) -> pl.DataFrame:
    """All examples of a dataset, or of a collection where that is all that is known."""
    if dataset is None:
        split = pl.col("split").cast(pl.String)
        return examples.select(split, "example", "label", source=pl.col("example").cast(pl.String))
    redrawn = any(data.trained_labels is not None for data in dataset.splits.values())
    return pl.concat(
        pl.DataFrame(
            {
                "split": [split] * len(data.labels),
                "example": np.arange(len(data.labels), dtype=np.uint32),
                "label": data.labels,
                **({"trained_label": data.targets} if redrawn else {}),
                "source": np.asarray(data.source).astype(str),
            }
        )
        for split, data in dataset.splits.items()
    )


def _inputs_of(keys: pl.DataFrame, dataset: Dataset, of=lambda inputs, rows: inputs[rows]) -> Iterator[Any]:
    for split, data in dataset.splits.items():
        yield from of(data.inputs, keys.filter(pl.col("split") == split)["example"].to_numpy())


def _words(text: np.ndarray, vocabulary: list[str]) -> str:
    return " ".join(vocabulary[number] for number in text if number != PADDING)


def _shown(names: Names, examples: pl.DataFrame, shards: Sequence[Path], keys: pl.DataFrame) -> Shown:
    made = outcomes.metadata(shards[0])
    split = pl.col("split").cast(pl.String)
    keys = keys.select(*EXAMPLE).with_row_index("row")
    rows = examples.with_columns(split).join(keys, on=EXAMPLE).sort("row")
    scores = {}
    for score in SCORES["score"]:
        if score in rows.columns and rows[score].count():
            scores[score] = np.full(len(keys), np.nan)
            scores[score][rows["row"].to_numpy()] = rows[score].cast(pl.Float64).fill_null(np.nan).to_numpy()
    # The measures were made of these same tables, which they checked against the configuration.
    outcome = survivors(outcomes.scan(shards, made["identity"])).with_columns(split)
    outcome = outcome.join(keys.lazy().cast({"example": pl.UInt32}), on=EXAMPLE)
    # `votes` gives back what a row is of, so the example is here its row on the board.
    outcome = outcome.with_columns(example="row").drop("row")
    found = votes(outcome, made["classes"]).sort("example", "epoch")
    has = np.isin(np.arange(len(keys)), rows["row"])
    points = len(made["epochs"])

    def spread(columns: Sequence[str]) -> np.ndarray:
        values = np.zeros((len(keys), points, len(columns)), np.uint16)
        values[has] = found.select(columns).to_numpy().reshape(-1, points, len(columns))
        return values

    places = range(1, OTHERS + 1)
    return Shown(
        names=names,
        networks=examples["networks"][0],
        diverged=sum(len(outcomes.metadata(path)["diverged"]) for path in shards),
        epochs=made["epochs"],
        clock=made["clock"],
        scores=scores,
        right=spread(["right"])[:, :, 0],
        others=spread([f"other_{place}" for place in places]),
        votes=spread([f"votes_{place}" for place in places]),
        has=has,
    )


def _evenly(length: int, size: int) -> np.ndarray:
    """So many of `length` rows, evenly spaced; all, where there are no more."""
    return np.linspace(0, length - 1, min(size, length)).round().astype(int)
