"""The same outcomes give the same measures, to the last bit, whatever instructions a CPU has."""

import os
import subprocess
import sys

import numpy as np
import polars as pl
import pytest
from conftest import ROOT, simulated

from learnorder.measures import collection, pair

# What numpy, its BLAS and the C library take a CPU to be. Where a machine knows none of these, all are one.
CPUS = {
    "an old one": {
        "OPENBLAS_CORETYPE": "Prescott",
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX,-AVX2,-FMA,-FMA4,-AVX512F",
    },
    "one without AVX-512": {
        "OPENBLAS_CORETYPE": "Haswell",
        "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
    },
}


def outcomes(networks, seed):
    """Predictions and losses of networks that learn examples of any difficulty."""
    random, points, examples = np.random.default_rng(seed), 5, 500
    difficulty = np.random.default_rng(0).random(examples)
    right = random.random((networks, points, examples)) < difficulty * np.linspace(0.5, 1, points)[:, np.newaxis]
    losses = {
        f"loss_{network:03d}": random.exponential(size=points * examples).astype(np.float16)
        for network in range(networks)
    }
    return pl.concat(
        simulated(right, epochs=range(points), split=split).with_columns(**losses) for split in ("train", "test")
    )


def measures():
    """Every table of two collections and of their pair."""
    first, second = outcomes(6, 1), outcomes(7, 2)
    for one in (first, second):
        yield from collection.measure(one, 10, 0.95, 99).items()
    yield from pair.measure(first, second, ("weaker", "stronger"), 0.95, 99).items()


def on(settings):
    """What a CPU gives, column by column."""
    without = {name: value for name, value in os.environ.items() if name not in CPUS["an old one"]}
    environment = without | settings | {"PYTHONPATH": str(ROOT / "tests")}
    run = subprocess.run(
        [sys.executable, __file__], env=environment, capture_output=True, encoding="utf-8", check=True
    )
    return run.stdout.splitlines()


@pytest.fixture(scope="module")
def here():
    """What this CPU gives."""
    return on({})


@pytest.mark.parametrize("cpu", CPUS)
def test_measures_are_the_same_on_every_cpu(here, cpu):
    assert len(here) > 100
    assert on(CPUS[cpu]) == here


if __name__ == "__main__":
    for name, table in measures():
        for column in table:
            print(name, column.name, column.dtype, column.hash().sum())
