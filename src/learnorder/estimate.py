"""What a study will cost, before anything of it is made: device hours and disk, from multiply-adds."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from learnorder import fit
from learnorder.configuration import Study
from learnorder.networks.build import build
from learnorder.networks.cost import cost
from learnorder.selection import is_learner

# A step of training costs about three evaluations: forward, backward for the inputs, backward for the weights.
TRAINING = 3
SECONDS_PER_HOUR = 3600
GIGA, TERA = 1e9, 1e12
# ASSUME: measured on Fashion-MNIST, 20 networks; noisier sets take more, at most 1 for up to 256 classes.
BYTES_PER_OUTCOME = 0.5
# ASSUME: where only the data tell.
CLASSES, SHAPE, EXAMPLES = 100, (3, 32, 32), {"train": 5000, "test": 1000}


def table(study: Study, gpu_tera: float, core_giga: float) -> pl.DataFrame:
    """One row per collection of networks: multiply-adds, device hours, gigabytes of outcomes.

    `gpu_tera`, `core_giga`: multiply-adds per second that training reaches on a GPU and on a core of a CPU, in
    10¹² and 10⁹. Learners of scikit-learn have no such count and are left out.
    """
    collections = [c for c in study.collections if not c.files and not is_learner(study, c)]
    return pl.DataFrame([_row(study, collection, gpu_tera, core_giga) for collection in collections])


def said(costs: pl.DataFrame) -> Iterable[str]:
    """Totals, for people."""
    for (device,), rows in costs.group_by("device", maintain_order=True):
        yield f"{rows['networks'].sum():,} networks on {device}: {rows['hours'].sum():,.0f} hours of one"
    yield f"outcome tables: {costs['gigabytes'].sum():,.1f} GB"


def _row(study: Study, collection, gpu_tera: float, core_giga: float) -> dict[str, Any]:
    datasets, recipe = study["datasets"], study["recipes"][collection.recipe]
    sizes = _examples(datasets, collection.dataset)
    shape = fit.shape(datasets, collection.dataset) or SHAPE
    words = ["word"] * _first(datasets, collection.dataset, "words", 0)
    described = study.described("architectures", collection.architecture)
    network = build(described, shape, _classes(datasets, collection.dataset), vocabulary=words)
    _, multiply_adds = cost(network, shape)
    others = sum(_examples(datasets, name)["test"] for name in collection.also_predict)
    points, evaluated = len(recipe["evaluate_at"]), sum(sizes.values()) + others
    trained = recipe["evaluate_at"][-1] * (recipe["train_examples"] or sizes["train"])
    total = collection.networks * multiply_adds * (TRAINING * trained + points * evaluated)
    on_gpu = recipe["device"] == "gpu"
    return {
        "dataset": collection.dataset,
        "architecture": collection.architecture,
        "recipe": collection.recipe,
        "networks": collection.networks,
        "device": "GPUs" if on_gpu else "cores",
        "tera_multiply_adds": total / TERA,
        "hours": total / (gpu_tera * TERA if on_gpu else core_giga * GIGA) / SECONDS_PER_HOUR,
        "gigabytes": BYTES_PER_OUTCOME * collection.networks * points * evaluated / GIGA,
    }


def _first(datasets: Mapping[str, Any], name: str, key: str, otherwise: Any) -> Any:
    """A setting of a dataset, or of what it is a part of."""
    entry = datasets[name]
    if key in entry:
        return entry[key]
    return _first(datasets, entry["of"], key, otherwise) if "of" in entry else otherwise


def _examples(datasets: Mapping[str, Any], name: str) -> dict[str, int]:
    return _first(datasets, name, "examples", EXAMPLES)


def _classes(datasets: Mapping[str, Any], name: str) -> int:
    named = _first(datasets, name, "classes", None) or _first(datasets, name, "packages", None)
    return len(named) if named else _first(datasets, name, "number_of_classes", CLASSES)
