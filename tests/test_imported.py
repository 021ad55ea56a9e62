from types import SimpleNamespace

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from clones import run_script

from learnorder import imported, outcomes
from learnorder.errors import UserError
from learnorder.measures.collection import measure

NETWORKS, EPOCHS, CLASSES = 5, [0.5, 1, 2], 4
EXAMPLES = {"train": 40, "test": 30}


def arrays(split):
    """Predictions that are right more often the later they are."""
    generator = np.random.default_rng(EXAMPLES[split])
    labels = generator.integers(0, CLASSES, EXAMPLES[split])
    shape = (NETWORKS, len(EPOCHS), len(labels))
    right = generator.random(shape) < np.array([0.3, 0.6, 0.9])[:, np.newaxis]
    return {
        "predictions": np.where(right, labels, generator.integers(0, CLASSES, shape)),
        "labels": labels,
        "epochs": np.array(EPOCHS),
    }


def saved(folder, split="test", without=(), **changes):
    path = folder / f"{split}.npz"
    kept = {name: values for name, values in (arrays(split) | changes).items() if name not in without}
    np.savez_compressed(path, **kept)
    return path


def table(folder, splits=("train", "test")):
    """The same predictions, as Parquet."""
    parts = []
    for split in splits:
        given, n = arrays(split), EXAMPLES[split]
        parts.append(
            pl.DataFrame(
                {
                    "split": [split] * (n * len(EPOCHS)),
                    "epoch": np.repeat(np.array(EPOCHS), n),
                    "example": np.tile(np.arange(n), len(EPOCHS)),
                    "label": np.tile(given["labels"], len(EPOCHS)),
                    **{f"seed_{i:03d}": given["predictions"][i].reshape(-1) for i in range(NETWORKS)},
                }
            )
        )
    path = folder / "table.parquet"
    pl.concat(parts).write_parquet(path)
    return path


def identity():
    return {
        "dataset": {"name": "theirs"},
        "architecture": {"name": "theirs", "library": "imported"},
        "recipe": {"name": "theirs", "clock": "epochs"},
    }


@pytest.mark.parametrize("given", ["npz", "table"])
def test_imported_outcomes_are_checked_and_measured_like_ours(tmp_path, given):
    files = {"table": table(tmp_path)}
    if given == "npz":
        files = {split: saved(tmp_path, split) for split in EXAMPLES}
    path = tmp_path / "seeds-000-004.parquet"
    imported.outcome_table(path, identity=identity(), **files)
    found = outcomes.scan([path], identity())
    assert outcomes.metadata(path)["classes"] == CLASSES
    by_split = found.collect().partition_by("split", as_dict=True)
    for split in EXAMPLES:
        wanted, rows = arrays(split), by_split[split,]
        for network in range(NETWORKS):
            assert np.array_equal(rows[f"seed_{network:03d}"], wanted["predictions"][network].reshape(-1))
        assert np.array_equal(rows["label"], np.tile(wanted["labels"], len(EPOCHS)))
    measured = measure(found, CLASSES, confidence=0.95, permutations=99)["epochs"]
    for split in EXAMPLES:
        right = arrays(split)["predictions"] == arrays(split)["labels"]
        rows = measured.filter(pl.col("split") == split).sort("epoch")
        assert rows["epoch"].to_list() == EPOCHS
        assert np.allclose(rows["accuracy"], right.mean((0, 2)))


def test_the_test_split_may_stand_alone(tmp_path):
    path, whole = tmp_path / "seeds-000-004.parquet", table(tmp_path, ["test"])
    for files in ({"test": saved(tmp_path)}, {"table": whole}):
        imported.outcome_table(path, identity=identity(), **files)
        found = outcomes.scan([path], identity())
        assert set(found.collect()["split"]) == {"test"}
        assert set(measure(found, CLASSES, 0.95, 99)["epochs"]["split"]) == {"test"}
        path.unlink()


def test_a_table_of_ours_made_elsewhere_comes_in_with_its_trained_labels(tmp_path):
    whole = table(tmp_path)
    frame = pl.read_parquet(whole)
    frame.insert_column(4, ((frame["label"] + 1) % CLASSES).alias("trained_label")).write_parquet(whole)
    made, again = tmp_path / "seeds-000-004.parquet", tmp_path / "again" / "seeds-000-004.parquet"
    imported.outcome_table(made, identity=identity(), table=whole)
    imported.outcome_table(again, identity=identity(), table=made)
    assert pq.read_table(made).equals(pq.read_table(again))
    assert "trained_label" in pq.read_schema(again).names
    outcomes.check(again, identity())


def test_the_script_writes_what_the_function_does(tmp_path):
    path, test, log = tmp_path / "seeds-000-004.parquet", str(saved(tmp_path)), tmp_path / "log"
    params = SimpleNamespace(identity=identity(), files={"test": test})
    assert run_script("import_outcomes", log, output=[str(path)], params=params) == 0
    outcomes.check(path, identity())
    params.files = {"train": test}
    assert run_script("import_outcomes", log, output=[str(path)], params=params) == 1
    assert log.read_text(encoding="utf-8").count("\n") == 1
    assert "given train; allowed: test, train and test, or table" in log.read_text(encoding="utf-8")


def truncated(folder):
    path = saved(folder)
    path.write_bytes(path.read_bytes()[:-200])
    return path


def corrupted(folder):
    path = folder / "test.npz"
    np.savez(path, **arrays("test"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return path


def single(folder):
    np.save(folder / "test.npy", np.zeros(3))
    return (folder / "test.npy").rename(folder / "test.npz")


def empty(folder):
    (folder / "test.npz").touch()
    return folder / "test.npz"


PREDICTIONS, LABELS = arrays("test")["predictions"], arrays("test")["labels"]
ARRAY_FAULTS = {
    "no such file": lambda folder: folder / "test.npz",
    "has no array epochs, but predictions, labels; allowed: an array epochs, one per epoch$": lambda folder: saved(
        folder, without=["epochs"]
    ),
    r"predictions of the test split has shape \(3, 30\); allowed: networks × epochs × examples": lambda folder: (
        saved(folder, predictions=PREDICTIONS[0])
    ),
    r"predictions of the test split has shape \(0, 3, 30\)": lambda folder: saved(
        folder, predictions=PREDICTIONS[:0]
    ),
    r"labels of the test split has shape \(30, 1\); allowed: one per example$": lambda folder: saved(
        folder, labels=LABELS[:, np.newaxis]
    ),
    r"29 labels for predictions of shape \(5, 3, 30\); allowed: 30": lambda folder: saved(
        folder, labels=LABELS[1:]
    ),
    r"2 epochs for predictions of shape \(5, 3, 30\); allowed: 3": lambda folder: saved(
        folder, epochs=np.array([1, 2])
    ),
    r"3 epochs for predictions of shape \(3, 5, 30\); allowed: 5, .*: are axes swapped\? "
    r"predictions.transpose\(1, 0, 2\) has networks × epochs × examples": lambda folder: saved(
        folder, predictions=PREDICTIONS.transpose(1, 0, 2)
    ),
    r"30 labels for predictions of shape \(30, 3, 5\); .*\.transpose\(2, 1, 0\) has": lambda folder: saved(
        folder, predictions=PREDICTIONS.T
    ),
    "labels go from 1 to 4, predictions from 0 to 3; .* subtract 1 from the labels$": lambda folder: saved(
        folder, labels=LABELS + 1
    ),
    "labels go from 0 to 3, predictions from 1 to 4; .* subtract 1 from the predictions$": lambda folder: saved(
        folder, predictions=PREDICTIONS + 1
    ),
    "labels go from 1 to 4, predictions from 1 to 4; .* from the labels and predictions$": lambda folder: saved(
        folder, predictions=PREDICTIONS + 1, labels=LABELS + 1
    ),
    "no prediction of the test split is right, of any network at any epoch; allowed": lambda folder: saved(
        folder, predictions=np.broadcast_to((LABELS + 1) % CLASSES, PREDICTIONS.shape)
    ),
    "predictions goes from -1 to 3; allowed: classes, 0 to 65535": lambda folder: saved(
        folder, predictions=np.where(PREDICTIONS == 0, -1, PREDICTIONS)
    ),
    "labels goes from 0 to 70000": lambda folder: saved(folder, labels=np.where(LABELS == 1, 70000, LABELS)),
    "predictions is float64; allowed: integers": lambda folder: saved(folder, predictions=PREDICTIONS / 2),
    "predictions is bool; allowed: integers": lambda folder: saved(folder, predictions=PREDICTIONS == LABELS),
    "labels is <U21; allowed: integers": lambda folder: saved(folder, labels=LABELS.astype(str)),
    r"epochs is \[1.0, 1.0, 2.0\]; allowed: rising": lambda folder: saved(folder, epochs=np.array([1, 1, 2])),
    r"epochs is \[0.0, nan, 2.0\]; allowed: rising": lambda folder: saved(folder, epochs=np.array([0, np.nan, 2])),
    r"epochs is \[-1.0, 0.0, 2.0\]; allowed: rising": lambda folder: saved(folder, epochs=np.array([-1, 0, 2])),
    "epochs is <U1; allowed: numbers": lambda folder: saved(folder, epochs=np.array(["a", "b", "c"])),
    r"cannot be read \(Object arrays": lambda folder: saved(folder, labels=LABELS.astype(object)),
    r"cannot be read \(File is not a zip file\)": truncated,
    r"cannot be read \(Bad CRC": corrupted,
    r"cannot be read \(No data left": empty,
    "a single array; allowed: a whole .npz": single,
    "has 1 networks; allowed: at least 2": lambda folder: saved(folder, predictions=PREDICTIONS[:1]),
}


@pytest.mark.parametrize("fault", ARRAY_FAULTS)
def test_a_wrong_npz_is_named_with_what_is_allowed(tmp_path, fault):
    path = ARRAY_FAULTS[fault](tmp_path)
    with pytest.raises(UserError, match=fault) as told:
        imported.read(test=path)
    assert str(told.value).startswith(f"{path}: ")
    assert "; allowed: " in str(told.value)
    assert "\n" not in str(told.value)


def test_both_splits_have_the_same_networks_and_epochs(tmp_path):
    test = saved(tmp_path)
    fewer = saved(tmp_path, "train", predictions=arrays("train")["predictions"][:4])
    with pytest.raises(UserError, match=f"{fewer}: has 4 networks, {test} has 5 networks; allowed: the same"):
        imported.read(train=fewer, test=test)
    later = saved(tmp_path, "train", epochs=np.array([1, 2, 3]))
    with pytest.raises(
        UserError, match=rf"{later}: has the epochs \[1.0, 2.0, 3.0\], {test} has the epochs \[0.5, 1.0, 2.0\]"
    ):
        imported.read(train=later, test=test)


@pytest.mark.parametrize(
    "given", [{}, {"train": "a.npz"}, {"test": "a.npz", "table": "b.parquet"}, {"train": "a.npz", "table": "b"}]
)
def test_files_that_do_not_go_together_are_refused(given):
    with pytest.raises(UserError, match="allowed: test, train and test, or table"):
        imported.read(**given)


def swapped(frame, one, other):
    order = list(range(len(frame)))
    order[one], order[other] = other, one
    return frame[order]


def with_value(frame, column, row, value):
    return frame.with_columns(pl.Series(column, [*frame[column][:row], value, *frame[column][row + 1 :]]))


TABLE_FAULTS = {
    "its column split lacks rows of the train split": lambda frame: swapped(frame, 119, 120),
    "has the splits test, train; allowed: train and then test": lambda frame: frame.reverse(),
    "has the splits train, gone; allowed": lambda frame: frame.with_columns(
        pl.col("split").replace("test", "gone")
    ),
    "its column epoch lacks rows of the train split": lambda frame: swapped(frame, 0, 40),
    "its column example lacks rows of the test split": lambda frame: swapped(frame, 120, 121),
    "column epoch lacks rows of the test split": lambda frame: frame.head(-1),
    "column epoch lacks rows of the train split": lambda frame: frame.tail(-1),
    "has the columns split, epoch, example, label, seed_000, seed_001, seed_003, seed_004; allowed: .*seed_002": (
        lambda frame: frame.drop("seed_002")
    ),
    "has the columns .*margin_000; allowed: ": lambda frame: frame.with_columns(margin_000=pl.lit(0.0)),
    "has 1 networks; allowed": lambda frame: frame.drop([f"seed_{i:03d}" for i in range(1, 5)]),
    "its column label changes with the epoch": lambda frame: with_value(
        frame, "label", 0, (frame["label"][0] + 1) % CLASSES
    ),
    "its column seed_001 has 1 empty rows; allowed: none": lambda frame: with_value(frame, "seed_001", 7, None),
    "seed_003 goes from -3 to 3": lambda frame: with_value(frame, "seed_003", 7, -3),
    "seed_003 is float64; allowed: integers": lambda frame: frame.with_columns(
        pl.col("seed_003").cast(pl.Float64)
    ),
    "its column epoch is .*string; allowed: numbers": lambda frame: frame.with_columns(pl.col("epoch").cast(str)),
    "has the splits 1; allowed": lambda frame: frame.with_columns(split=pl.lit(1)),
    "labels go from 1 to 4, predictions from 0 to 3; ": lambda frame: frame.with_columns(pl.col("label") + 1),
    "has no rows; allowed": lambda frame: frame.head(0),
}


@pytest.mark.parametrize("fault", TABLE_FAULTS)
def test_a_wrong_table_is_named_with_what_is_allowed(tmp_path, fault):
    path = table(tmp_path)
    TABLE_FAULTS[fault](pl.read_parquet(path)).write_parquet(path)
    with pytest.raises(UserError, match=fault) as told:
        imported.read(table=path)
    assert str(told.value).startswith(f"{path}: ")
    assert "\n" not in str(told.value)


def test_a_table_that_is_no_parquet_is_named(tmp_path):
    path = tmp_path / "table.parquet"
    with pytest.raises(UserError, match=f"{path}: no such file; allowed"):
        imported.read(table=path)
    path.write_text("split,epoch", encoding="utf-8")
    with pytest.raises(UserError, match=f"{path}: cannot be read .*; allowed: a whole Parquet"):
        imported.read(table=path)


def test_a_dictionary_of_splits_is_text(tmp_path):
    path = table(tmp_path)
    found = pq.read_table(path)
    pq.write_table(found.set_column(0, "split", found["split"].cast(pa.string()).dictionary_encode()), path)
    assert {name: len(split.labels) for name, split in imported.read(table=path).items()} == EXAMPLES


@pytest.mark.parametrize("last", [3, 5])
def test_another_number_of_networks_than_configured_writes_nothing(tmp_path, last):
    path, test = tmp_path / "out" / f"seeds-000-00{last}.parquet", saved(tmp_path)
    with pytest.raises(UserError, match=f"test.npz: has 5 networks, the configuration says {last + 1}; correct"):
        imported.outcome_table(path, identity=identity(), test=test)
    assert not path.parent.exists()


def test_networks_and_epochs_that_are_swapped_are_recognised_by_the_number_of_networks(tmp_path):
    """Also where the epochs were counted from the array itself."""
    test = saved(tmp_path, predictions=PREDICTIONS.transpose(1, 0, 2), epochs=np.arange(NETWORKS))
    with pytest.raises(
        UserError, match="has 3 networks, the configuration says 5; correct it there: or are axes "
    ):
        imported.outcome_table(tmp_path / "seeds-000-004.parquet", identity=identity(), test=test)


def test_there_are_at_least_two_classes(tmp_path):
    test = saved(tmp_path, labels=np.zeros_like(LABELS), predictions=np.zeros_like(PREDICTIONS))
    imported.outcome_table(tmp_path / "seeds-000-004.parquet", identity=identity(), test=test)
    assert outcomes.metadata(tmp_path / "seeds-000-004.parquet")["classes"] == 2
