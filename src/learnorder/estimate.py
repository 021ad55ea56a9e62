"""What a study will cost, before anything of it is made: device hours and disk, from multiply-adds."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from learnorder.networks.cost import of_entry
from learnorder.selection import is_learner
from learnorder.study import fit, planning
from learnorder.study.model import Study

SECONDS_PER_HOUR, MINUTES_PER_HOUR = 3600, 60
MEGABYTES_PER_GIGABYTE = 1000
GIGA, TERA = 1e9, 1e12
# ASSUME: measured on Fashion-MNIST, 20 networks; noisier sets take more, at most 1 for up to 256 classes.
BYTES_PER_OUTCOME = 0.5


def table(study: Study, gpu_tera: float, core_giga: float) -> pl.DataFrame:
    """One row per collection of networks: multiply-adds, device hours, gigabytes of outcomes.

    `gpu_tera`, `core_giga`: multiply-adds per second that training reaches on a GPU and on a core of a CPU, in
    10¹² and 10⁹. Learners of scikit-learn have no such count and are left out.
    """
    collections = [c for c in study.collections if not c.files and not is_learner(study, c)]
    return pl.DataFrame([_row(study, collection, gpu_tera, core_giga) for collection in collections])


def said(costs: pl.DataFrame) -> Iterable[str]:
    """Totals, for people."""
    if costs.is_empty():
        yield "no networks are trained"
        return
    for (device,), rows in costs.group_by("device", maintain_order=True):
        yield f"{rows['networks'].sum():,} networks on {device}: {_duration(rows['hours'].sum())} of one"
    yield f"outcome tables: {_size(costs['gigabytes'].sum())}"


def _duration(hours: float) -> str:
    return f"{hours:,.0f} hours" if hours >= 2 else f"{max(1, round(hours * MINUTES_PER_HOUR))} minutes"


def _size(gigabytes: float) -> str:
    return f"{gigabytes:,.1f} GB" if gigabytes >= 1 else f"{max(1, round(gigabytes * MEGABYTES_PER_GIGABYTE))} MB"


def _row(study: Study, collection, gpu_tera: float, core_giga: float) -> dict[str, Any]:
    datasets, recipe = study["datasets"], study["recipes"][collection.recipe]
    shape = fit.shape(datasets, collection.dataset) or planning.SHAPE
    words = ["word"] * planning.first(datasets, collection.dataset, "words", 0)
    described = study.described("architectures", collection.architecture)
    _, multiply_adds = of_entry(described, shape, planning.classes(datasets, collection.dataset), words)
    total = collection.networks * multiply_adds * planning.passes(study, collection)
    outcomes = collection.networks * len(recipe["evaluate_at"]) * planning.evaluated(study, collection)
    on_gpu = recipe["device"] == "gpu"
    return {
        "dataset": collection.dataset,
        "architecture": collection.architecture,
        "recipe": collection.recipe,
        "networks": collection.networks,
        "device": "GPUs" if on_gpu else "cores",
        "tera_multiply_adds": total / TERA,
        "hours": total / (gpu_tera * TERA if on_gpu else core_giga * GIGA) / SECONDS_PER_HOUR,
        "gigabytes": BYTES_PER_OUTCOME * outcomes / GIGA,
    }
