"""The table of how networks ended."""

import polars as pl
from conftest import Clone
from test_workflow import TINY

from learnorder import summary


def test_networks_that_came_to_nothing_are_told_of(tmp_path):
    clone = Clone(tmp_path, TINY)
    clone.study["recipes"]["tiny"]["learning_rate"] = 1e9
    clone.study["collections"][0]["architecture"] = ["mlp"]
    said, _ = clone.run("summary")
    assert "digits/mlp/tiny: 3 of 3 networks diverged: 0, 1, 2" in said
    assert "digits/mlp/tiny: 3 of 3 networks ended no better than a guess: 0, 1, 2" in said
    table = pl.read_csv(tmp_path / "results/tiny/networks.csv")
    assert table["diverged"].to_list() == ["0 1 2"]
    assert table["train_accuracy"].item() < 0.2


def test_the_last_point_counts(monkeypatch):
    epochs = pl.DataFrame(
        {
            "split": ["train", "train", "test", "test"],
            "epoch": [1.0, 2.0, 1.0, 2.0],
            "networks": [4] * 4,
            "accuracy": [0.5, 0.75, 0.9, 0.25],
        }
    )
    found = {"diverged": {}, "at_chance": [3]}
    monkeypatch.setattr(summary.outcomes, "about", lambda path: found)
    table = summary.table({("d", "a", "r"): epochs}, ["outcomes/d/a/r/seeds-000-003.parquet"])
    [row] = table.rows(named=True)
    assert (row["train_accuracy"], row["at_chance"], row["networks"]) == (0.75, "3", 4)
    assert list(summary.troubles(table)) == ["d/a/r: 1 of 4 networks ended no better than a guess: 3"]
