"""The hyper-parameter in which two collections of one model differ.

Read when Snakemake plans: nothing here may import polars.
"""

from collections.abc import Mapping
from typing import Any

from learnorder.study.collection import Collection

NAMES = (
    *("optimiser", "batch_size", "dropout", "precision", "schedule", "train_examples", "shift"),
    *("pooling", "activation", "initialisation"),
    # Last, because it is often changed along with another.
    "learning_rate",
)
"""Keys of a recipe and options of a model; of two collections that differ in several, the first counts."""
OWN = {"st_vgg": {"activation": "elu", "initialisation": "xavier", "pooling": "max", "dropout": "0.25, 0.5"}}
"""By model, what it has unless its options say otherwise."""


def setting(config: Mapping[str, Any], collection: Collection, name: str) -> Any:
    """What a collection has of a hyper-parameter; None of one that it does not have."""
    recipe, architecture = config["recipes"][collection.recipe], config["architectures"][collection.architecture]
    of_model = OWN.get(architecture["model"], {}) | architecture.get("options", {})
    # A recipe's dropout of 0 leaves the model its own.
    return recipe.get(name) or of_model.get(name, recipe.get(name))


def hyper_parameter(config: Mapping[str, Any], reference: Collection, other: Collection) -> str:
    """The first in which they differ; empty where they differ in what is none."""
    of_both = ((name, *(setting(config, c, name) for c in (reference, other))) for name in NAMES)
    return next((name for name, one, two in of_both if one != two), "")
