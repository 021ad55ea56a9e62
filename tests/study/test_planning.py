"""What jobs are taken to need before they run."""

import subprocess
import sys
from math import prod

import pytest
import torch
from conftest import configuration

from learnorder.networks.build import build
from learnorder.networks.cost import cost
from learnorder.study import fit, planning
from learnorder.study.collection import Collection
from learnorder.study.model import Study


def planned(architecture="linear", networks=20, dataset="digits", **recipe):
    """A study of one collection whose jobs are sized by their cost, and that collection."""
    config = configuration()
    config["seeds_per_job"] = "auto"
    config["recipes"]["own"] = config["recipes"]["sgd"] | recipe
    entry = {"dataset": dataset, "architecture": architecture, "recipe": "own", "networks": networks}
    study = Study(config | {"collections": [entry]})
    return study, study.collections[0]


def test_seconds_and_passes_by_hand():
    study, collection = planned(epochs=2, evaluate_at=[1, 2])
    passes = 3 * 2 * 1198 + 2 * (1198 + 599)
    assert planning.passes(study, collection) == passes
    steps = 2 * 1198 / 64 * planning.STEP_S
    assert planning.seconds(study, collection) == pytest.approx(10 * 64 * passes / 25e9 + steps)


def test_a_gpu_is_faster_and_takes_more_memory_of_its_machine():
    cpu, gpu = (planned("resnet18", dataset="fashion_mnist_5k_3k", device=device) for device in ("cpu", "gpu"))
    assert planning.seconds(*gpu) < planning.seconds(*cpu) / 100
    assert planning.megabytes(*gpu, 1) > planning.megabytes(*cpu, 1)


@pytest.mark.parametrize(
    ("architecture", "epochs", "size"),
    [("linear", 10, 20), ("cnn", 40_000, 5), ("cnn", 100_000, 1), ("mlp", 100_000, 5)],
)
def test_a_job_lasts_an_hour_at_most(architecture, epochs, size):
    study, collection = planned(architecture, epochs=epochs, evaluate_at=[epochs])
    assert planning.seeds_per_job(study, collection) == size
    assert size * planning.seconds(study, collection) < 3600


def test_what_is_trained_together_is_one_job_however_long_it_lasts():
    study, collection = planned("mlp", dataset="fashion_mnist", epochs=100_000, evaluate_at=[100_000])
    assert planning.seeds_per_job(study, collection) == study["architectures"]["mlp"]["stacked"]


@pytest.mark.parametrize("epochs", [1, 40_000, 100_000])
def test_a_collection_that_grows_keeps_the_boundaries_of_its_jobs(epochs):
    few, many = (planned("cnn", n, epochs=epochs, evaluate_at=[epochs])[0] for n in (20, 40))
    path = "digits/cnn/own"
    assert few.shards(path) == many.shards(path)[: len(few.shards(path))]
    assert many.shards(path)[-1][1] == 39


def test_seeds_that_are_trained_together_count_whole():
    study, collection = planned("mlp", epochs=100_000, evaluate_at=[100_000])
    assert planning.minutes(study, collection, 1) == planning.minutes(study, collection, 5)
    assert planning.minutes(study, collection, 6) > planning.minutes(study, collection, 5)


def test_a_number_in_the_configuration_is_taken(study):
    assert {planning.seeds_per_job(study, collection) for collection in study.collections} == {10}


def test_every_collection_of_the_default_study_has_a_time_limit_and_memory(study):
    for collection in study.collections:
        assert planning.minutes(study, collection, 10) >= planning.SHORTEST_MINUTES
        assert planning.megabytes(study, collection, 10) > 1500


def test_what_an_entry_is_taken_to_cost_is_no_part_of_what_it_is():
    first, second = configuration(), configuration()
    second["architectures"]["mlp"] |= {"multiply_adds_per_pixel": 1}
    one, other = (Study(config).identity("digits", "mlp", "sgd") for config in (first, second))
    assert one == other


NETWORKS = [
    name for name, entry in configuration()["architectures"].items() if entry.get("library") != "scikit-learn"
]


@pytest.mark.parametrize("name", NETWORKS)
def test_the_catalogue_says_roughly_what_an_architecture_costs(study, name):
    entry = study["architectures"][name]
    dataset = {"text": "docstrings"}.get(entry["takes"], "gabor")
    shape = fit.shape(study["datasets"], dataset)
    if entry["takes"] == "images":
        side = 224 if entry["smallest"] > 32 else 32
        shape = (3, side, side)
    with torch.device("meta" if entry["takes"] == "images" else "cpu"):  # sizes alone
        network = build(study.described("architectures", name), shape, 10, vocabulary=["word"] * 1000)
        counted = cost(network, shape)[1] / prod(shape[-2:])
    assert counted / 4 < entry["multiply_adds_per_pixel"] < 4 * counted


def test_planning_loads_neither_torch_nor_polars():
    modules = "learnorder.study.planning, learnorder.runs, learnorder.selection, learnorder.study.model"
    loaded = f"import sys, {modules}; print({{'torch', 'polars', 'pyarrow'}} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", loaded], encoding="utf-8") == "set()\n"


def test_a_collection_that_the_study_does_not_ask_for_can_be_planned(study):
    assert planning.minutes(study, Collection("digits", "cnn", "adam", 3), 3) == planning.SHORTEST_MINUTES
