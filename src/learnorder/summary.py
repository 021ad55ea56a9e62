"""The study in a row per collection: how well its networks end, and which of them came to nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from learnorder import outcomes
from learnorder.tables import Names

SPLITS = ("train", "test")


def table(epochs: Mapping[Names, pl.DataFrame], shards: Iterable[Path]) -> pl.DataFrame:
    """One row per collection: its networks, their accuracy at the last evaluation point, the seeds that failed.

    `train_accuracy`, `test_accuracy`: mean over networks. `diverged`: seeds whose logits were not finite from
    some point on. `at_chance`: seeds that end no better than a guess. Both as texts, such as `3 17`, or null.
    """
    failed: dict[Names, dict[str, list[int]]] = {names: {"diverged": [], "at_chance": []} for names in epochs}
    for path in map(Path, shards):
        about = outcomes.about(path)
        of_collection = failed[path.parts[-4:-1]]
        of_collection["diverged"] += map(int, about["diverged"])
        of_collection["at_chance"] += about["at_chance"]
    rows = [_row(names, found, failed[names]) for names, found in epochs.items()]
    return pl.DataFrame(rows, schema_overrides={"diverged": pl.String, "at_chance": pl.String})


def troubles(summary: pl.DataFrame) -> Iterator[str]:
    """A line for people about each collection with networks that came to nothing."""
    for row in summary.rows(named=True):
        for what, words in (("diverged", "diverged"), ("at_chance", "ended no better than a guess")):
            if seeds := (row[what] or "").split():
                yield (
                    f"{row['dataset']}/{row['architecture']}/{row['recipe']}: {len(seeds)} of {row['networks']} "
                    f"networks {words}: {', '.join(seeds)}"
                )


def _row(names: Names, epochs: pl.DataFrame, failed: Mapping[str, Sequence[int]]) -> dict[str, object]:
    row = dict(zip(("dataset", "architecture", "recipe"), names, strict=True))
    row["networks"] = epochs["networks"][0]
    last = epochs.filter(pl.col("epoch") == pl.col("epoch").max())
    for split in SPLITS:
        row[f"{split}_accuracy"] = last.filter(pl.col("split").cast(pl.String) == split)["accuracy"].max()
    return row | {what: " ".join(map(str, sorted(seeds))) or None for what, seeds in failed.items()}
