"""The script for a GPU that is at hand for minutes, here on a CPU at toy size: every stage as it runs there."""

import json
import os
import shutil
import subprocess
import sys
import tarfile

import numpy as np
import pytest
import yaml
from conftest import ROOT

from learnorder import outcomes
from learnorder.datasets import canonical
from learnorder.datasets.canonical import Dataset, Split

RECIPE = {"epochs": 1, "evaluate_at": [0.5, 1], "batch_size": 10, "optimiser": "sgd", "learning_rate": 0.05}
STUDY = {
    "study": "own",
    "seeds_per_job": 2,
    "collections": [{"dataset": "patches", "architecture": "mlp", "recipe": "short", "networks": 3}],
    "datasets": {"patches": {"reader": "noise", "examples": {"train": 40, "test": 20}, "shape": [3, 16, 16]}},
    "recipes": {"short": RECIPE | {"device": "gpu"}},
}


def script(folder, *arguments):
    return subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "gpu.py"), *map(str, arguments)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        encoding="utf-8",
        timeout=900,
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A folder with a study, its dataset as the workflow leaves it, and what was prepared of them."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("config", "workflow"):
        shutil.copytree(ROOT / name, folder / name)
    random = np.random.default_rng(0)
    splits = {
        split: Split(random.integers(0, 256, (n, 3, 16, 16), dtype=np.uint8), np.arange(n) % 2, np.arange(n))
        for split, n in (("train", 40), ("test", 20))
    }
    canonical.write(folder / "results/datasets/patches", Dataset(splits, ["0", "1"]))
    (folder / "own.yaml").write_text(yaml.safe_dump(STUDY), encoding="utf-8")
    run = script(folder, "prepare", "--configfile", "own.yaml", "--data", "data")
    assert run.returncode == 0, run.stderr
    assert "2 outcome tables to be trained" in run.stdout
    return folder


@pytest.mark.long
def test_every_stage_runs_and_leaves_numbers_and_outcome_tables(prepared):
    limits = ("--minutes", 10, "--strict", "--architectures", "mlp")
    run = script(prepared, "run", "--device", "cpu", "--data", "data", "--out", "out", *limits)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.endswith("nothing failed\n")
    found = json.loads((prepared / "out" / "results.json").read_text(encoding="utf-8"))
    compared = {name: case for name, case in found["right"].items() if "relative_difference" in case}
    assert len(compared) == 14
    for name, case in compared.items():
        # Dropout of a single network on a CPU draws from torch's own generator, so it has other masks.
        if name.startswith("cnn_large sgd") and not name.endswith("stacked"):
            assert case["relative_difference"] < 1e-6 < case["moved"], name
    assert found["fast"]["mlp whole"]["networks_per_minute"] > 0
    assert found["images"]["decoding"]["224×224 threads, images/s"] > 0
    assert len(found["paper"]) == 2
    with tarfile.open(prepared / "out" / "outcomes-1.tar") as tar:
        assert sorted(tar.getnames()) == [
            f"patches/mlp/short/seeds-00{name}.parquet" for name in ("0-001", "2-002")
        ]
        tar.extractall(prepared / "tables")
    # They are the tables that the workflow asks for.
    tasks = json.loads((prepared / "data" / "tasks.json").read_text(encoding="utf-8"))
    for path, task in zip(sorted(prepared.glob("tables/*/*/*/*.parquet")), tasks, strict=True):
        assert outcomes.check(path, task["identity"])["environment"]["device"] == "cpu"


def test_a_case_that_fails_or_has_no_time_ends_nothing_else(prepared, tmp_path):
    tasks = json.loads((prepared / "data" / "tasks.json").read_text(encoding="utf-8"))
    tasks[0]["identity"]["recipe"]["batch_size"] = 1000
    (tmp_path / "datasets").symlink_to(prepared / "data" / "datasets")
    (tmp_path / "tasks.json").write_text(json.dumps(tasks), encoding="utf-8")
    common = ("run", "--device", "cpu", "--data", tmp_path, "--stages", "paper")
    run = script(prepared, *common, "--out", "failing", "--minutes", 2, "--strict")
    assert run.returncode == 1
    assert "failed: UserError: recipe short: mini-batches of 1000" in run.stdout.replace('"', "")
    found = json.loads((prepared / "failing" / "results.json").read_text(encoding="utf-8"))["paper"]
    assert found["patches/mlp/short 2-2"]["networks"] == 1
    run = script(prepared, *common, "--out", "late", "--minutes", 0.3)
    assert run.returncode == 0
    assert "no time left" in run.stdout
