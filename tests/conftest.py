"""What several tests share: the catalogues, a tiny identity, simulated outcomes."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from learnorder.configuration import Study

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "workflow" / "schemas" / "configuration.schema.yaml"


def configuration() -> dict:
    """The default study with its catalogues, as the engine merges them."""
    parts = ("datasets", "architectures", "recipes", "config")
    return {
        key: value
        for part in parts
        for key, value in yaml.safe_load((ROOT / f"config/{part}.yaml").read_text()).items()
    }


def simulated(
    right: np.ndarray, classes: int = 10, epochs=(1.0,), split: str = "test", seed: int = 0
) -> pl.LazyFrame:
    """Outcome table in which network i is right about example x at point e where `right[i, e, x]`.

    Wrong predictions are the class after the label.
    """
    networks, points, examples = right.shape
    labels = np.random.default_rng(seed).integers(0, classes, examples)
    columns = {
        "split": [split] * (points * examples),
        "epoch": np.repeat(np.asarray(epochs, dtype=float), examples),
        "example": np.tile(np.arange(examples, dtype=np.uint32), points),
        "label": np.tile(labels, points).astype(np.uint8),
    }
    for network in range(networks):
        predicted = np.where(right[network], labels, (labels + 1) % classes)
        columns[f"seed_{network:03d}"] = predicted.reshape(-1).astype(np.uint8)
    return pl.LazyFrame(columns, schema_overrides={"split": pl.Enum(["train", "test"])})


@pytest.fixture
def config() -> dict:
    return configuration()


@pytest.fixture
def study(config) -> Study:
    return Study(config, SCHEMA)
