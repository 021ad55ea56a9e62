"""The table of how networks ended."""

import polars as pl

from learnorder import summary, tables


def test_networks_that_came_to_nothing_are_told_of(own):
    own.study["recipes"]["tiny"]["learning_rate"] = 1e9
    own.study["collections"][0] |= {"architecture": ["mlp"], "networks": 2}
    said, _ = own.run("summary")
    assert "digits/mlp/tiny: 2 of 2 networks diverged: 0, 1" in said
    assert "digits/mlp/tiny: 2 of 2 networks ended no better than a guess: 0, 1" in said
    [row] = summary.read(own.folder / "results/tiny/networks.csv").rows(named=True)
    assert (row["networks"], row["diverged"], row["diverged_at"]) == (2, "0 1", "0.5 0.5")
    assert row["train_accuracy"] is row["test_accuracy"] is None


def ended(monkeypatch, **about):
    """The row of a collection of four networks in two shards of which the second is about `about`."""
    epochs = pl.DataFrame(
        {
            "split": ["train", "train", "test", "test"],
            "epoch": [1.0, 2.0, 1.0, 2.0],
            "networks": [4] * 4,
            "accuracy": [0.5, 0.75, 0.9, 0.25],
            "at_chance": [True, False, False, True],
        }
    )
    shards = {0: {"seeds": [0, 1]}, 2: {"seeds": [2, 3]} | about}
    whole = {"diverged": {}, "at_chance": [], "epochs": [1.0, 2.0]}
    monkeypatch.setattr(summary.outcomes, "metadata", lambda path: whole | shards[int(path.stem[-7:-4])])
    paths = [f"outcomes/d/a/r/0/seeds-{first:03d}-{first + 1:03d}.parquet" for first in shards]
    return summary.table({("d", "a", "r"): epochs}, paths)


def test_the_last_point_counts(monkeypatch):
    table = ended(monkeypatch, at_chance=[3])
    [row] = table.rows(named=True)
    assert (row["train_accuracy"], row["at_chance"], row["networks"]) == (0.75, "3", 4)
    assert row["splits_at_chance"] == "test"
    assert list(summary.troubles(table)) == [
        "d/a/r: 1 of 4 networks ended no better than a guess: 3",
        "d/a/r: ends at chance on test, no better than always one class",
    ]


def test_who_diverged_is_named_with_the_point(monkeypatch, tmp_path):
    tables.write_csv(tmp_path / "networks.csv", ended(monkeypatch, diverged={"3": 2.0, "2": 1.5}))
    table = summary.read(tmp_path / "networks.csv")
    assert list(summary.left_out(table)) == [
        "Diverged and left out of a by r on d: 2 of 4 networks (2 from epoch 1.5 on, 3 from epoch 2 on).",
        "At the end no better than always one class (†, at chance): a by r on d, on test.",
    ]


def test_where_fewer_than_two_networks_end_there_is_no_accuracy(monkeypatch):
    late = {"seeds": [0], "diverged": {"0": 3.0}, "at_chance": [], "epochs": [1.0, 3.0]}
    monkeypatch.setattr(summary.outcomes, "metadata", lambda path: late)
    early = pl.DataFrame({"split": ["test"], "epoch": [1.0], "accuracy": [0.5], "at_chance": [False]})
    [row] = summary.table({("d", "a", "r"): early}, ["outcomes/d/a/r/0/seeds-000-000.parquet"]).rows(named=True)
    assert (row["test_accuracy"], row["diverged_at"]) == (None, "3")
