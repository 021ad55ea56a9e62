"""The study in a row per collection: how well its networks end, and which of them came to nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from learnorder import outcomes
from learnorder.tables import Names

SPLITS = ("train", "test")
TEXTS = dict.fromkeys(("diverged", "diverged_at", "at_chance", "splits_at_chance"), pl.String)
NUMBERS = dict.fromkeys((f"{split}_accuracy" for split in SPLITS), pl.Float64)


def table(epochs: Mapping[Names, pl.DataFrame], shards: Iterable[Path]) -> pl.DataFrame:
    """One row per collection: its networks, their accuracy at the last evaluation point, the seeds that failed.

    `networks`: all that were trained. `train_accuracy`, `test_accuracy`: mean over those that did not diverge.
    `diverged`: seeds whose logits were not finite from some point on, and `diverged_at` these points, in epochs.
    `at_chance`: seeds that end no better than a guess. `splits_at_chance`: splits on which the collection ends
    within chance of always saying one class. All four as texts, such as `3 17`, or null.
    """
    made: dict[Names, list[Mapping[str, Any]]] = {}
    for path in map(Path, shards):
        made.setdefault(outcomes.names(path), []).append(outcomes.metadata(path))
    rows = [_row(names, found, made[names]) for names, found in epochs.items()]
    return pl.DataFrame(rows, schema_overrides=TEXTS | NUMBERS)


def read(path: Path) -> pl.DataFrame:
    """The table as it was written for people."""
    return pl.read_csv(path, infer_schema_length=None, schema_overrides=TEXTS | NUMBERS)


def troubles(summary: pl.DataFrame) -> Iterator[str]:
    """A line for people about each collection with networks that came to nothing, or that ends at chance."""
    for row in summary.rows(named=True):
        name = f"{row['dataset']}/{row['architecture']}/{row['recipe']}"
        for what, words in (("diverged", "diverged"), ("at_chance", "ended no better than a guess")):
            if seeds := (row[what] or "").split():
                yield f"{name}: {len(seeds)} of {row['networks']} networks {words}: {', '.join(seeds)}"
        if splits := (row["splits_at_chance"] or "").split():
            yield f"{name}: ends at chance on {' and '.join(splits)}, no better than always one class"


def left_out(summary: pl.DataFrame) -> Iterator[str]:
    """A sentence of each collection that lost networks, or that ends at chance: for captions and the report."""
    for row in summary.rows(named=True):
        name = f"{row['architecture']} by {row['recipe']} on {row['dataset']}"
        if row["diverged"]:
            each = zip(row["diverged"].split(), row["diverged_at"].split(), strict=True)
            seeds = ", ".join(f"{seed} from epoch {epoch} on" for seed, epoch in each)
            number = len(row["diverged"].split())
            yield f"Diverged and left out of {name}: {number} of {row['networks']} networks ({seeds})."
        if row["splits_at_chance"]:
            splits = " and ".join(row["splits_at_chance"].split())
            yield f"At the end no better than always one class (†, at chance): {name}, on {splits}."


def _row(names: Names, epochs: pl.DataFrame, made: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    row: dict[str, object] = dict(zip(("dataset", "architecture", "recipe"), names, strict=True))
    row["networks"] = sum(len(each["seeds"]) for each in made)
    last = epochs.filter(pl.col("epoch") == made[0]["epochs"][-1]).with_columns(pl.col("split").cast(pl.String))
    for split in SPLITS:
        row[f"{split}_accuracy"] = last.filter(split=split)["accuracy"].max()
    diverged = {int(seed): epoch for each in made for seed, epoch in each["diverged"].items()}
    row["diverged"] = _text(sorted(diverged))
    row["diverged_at"] = _text(f"{diverged[seed]:g}" for seed in sorted(diverged))
    row["at_chance"] = _text(sorted(seed for each in made for seed in each["at_chance"]))
    row["splits_at_chance"] = _text(last.filter("at_chance")["split"])
    return row


def _text(values: Iterable[object]) -> str | None:
    return " ".join(map(str, values)) or None
