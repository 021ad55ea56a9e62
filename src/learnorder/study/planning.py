"""What a training job will take, estimated from the configuration: how many networks, minutes, memory.

Snakemake plans with it, so nothing here may import torch, polars or data. Estimates are rough, which costs
little: a job that meets its time limit goes on from where it saved, and asks for more the next time.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from learnorder.errors import UserError
from learnorder.study import fit, operations
from learnorder.study.collection import Collection

# A step of training costs about three evaluations: forward, backward for the inputs, backward for the weights.
TRAINING = 3
GIGA, TERA, MEGA = 1e9, 1e12, 1e6
SECONDS_PER_MINUTE = 60
# ASSUME: where only the data tell.
SHAPE, EXAMPLES, CLASSES = (3, 32, 32), {"train": 5000, "test": 1000}, 100
# ASSUME: multiply-adds per pixel of a network that cannot be counted beforehand, about those of a ResNet-18.
PER_PIXEL = 500_000

# Each divides the next, so that a job's seeds are those of whole smaller jobs.
SIZES = (1, 5, 10, 20)
LASTS_S = 60 * SECONDS_PER_MINUTE
"""What a job is to last at most, where one network does not last longer."""

# Measured on cores of a CPU with small networks: what a mini-batch costs beside its arithmetic.
STEP_S = 2e-4
# ASSUME: trees of scikit-learn, per round, train example and pixel.
ROUND_S = 1e-7

BUILT_FROM = ("library", "model", "takes", "stem", "options")
"""What of an architecture's entry decides its number of operations."""

START_MINUTES, SHORTEST_MINUTES, SLACK = 5, 10, 3

# Measured on a CPU: torch with its libraries, and copies of small sets as numbers of 4 bytes. Of larger sets the
# bytes alone are kept, of the largest the encoded images. ASSUME: what CUDA's libraries take.
BASE_MEGABYTES = {"cpu": 1500, "gpu": 6000}
SMALL_COPIES, LARGE_COPIES, COPIED_MEGABYTES, LARGEST_ARRAYS_MEGABYTES = 10, 2, 3000, 4000
OUTCOME_BYTES = 8


def seeds_per_job(config: Mapping[str, Any], collection: Collection) -> int:
    """Number of networks that a job trains: as the configuration says, or so many that it lasts minutes to hours.

    It does not depend on how many networks the collection has, so that a collection grows by adding files.
    """
    if config["seeds_per_job"] != "auto":
        return config["seeds_per_job"]
    together = _stacked(config, collection)
    sizes = [size for size in SIZES if size % together == 0] or [together]
    return max((size for size in sizes if size * seconds(config, collection) <= LASTS_S), default=sizes[0])


def seconds(config: Mapping[str, Any], collection: Collection) -> float:
    """What one member takes to train and evaluate."""
    recipe = config["recipes"][collection.recipe]
    examples = train_examples(config, collection)
    if recipe["clock"] == "rounds":
        return ROUND_S * recipe["evaluate_at"][-1] * examples * _pixels(config, collection)
    speeds = config["cost"]
    speed = speeds["gpu_tera"] * TERA if recipe["device"] == "gpu" else speeds["core_giga"] * GIGA
    steps = recipe["evaluate_at"][-1] * examples / recipe["batch_size"]
    return multiply_adds(config, collection) * passes(config, collection) / speed + steps * STEP_S


def multiply_adds(config: Mapping[str, Any], collection: Collection) -> float:
    """Multiply-adds of one network for one example: roughly as its entry says, else counted."""
    roughly = config["architectures"][collection.architecture].get("multiply_adds_per_pixel")
    if roughly is None:
        [counted] = operations.count([network(config, collection)])
        if "multiply_adds" in counted:
            return counted["multiply_adds"]
    return (roughly or PER_PIXEL) * _pixels(config, collection)


def count(config: Mapping[str, Any], collections: Iterable[Collection]) -> None:
    """Count the operations of all networks whose entries do not say them, at once.

    Raises a `UserError` for one that cannot be built, where that is known before its dataset is read.
    """
    uncounted = [
        collection
        for collection in collections
        if not collection.files
        and config["recipes"][collection.recipe]["clock"] == "epochs"
        and "multiply_adds_per_pixel" not in config["architectures"][collection.architecture]
    ]
    counted = operations.count([network(config, collection) for collection in uncounted])
    for collection, found in zip(uncounted, counted, strict=True):
        if "fault" in found and fit.shape(config["datasets"], collection.dataset):
            raise UserError(found["fault"])


def network(config: Mapping[str, Any], collection: Collection) -> operations.Network:
    """What decides the number of operations of a collection's networks."""
    entry, datasets = config["architectures"][collection.architecture], config["datasets"]
    return {
        "described": {"name": collection.architecture} | {key: entry[key] for key in BUILT_FROM if key in entry},
        "shape": list(fit.shape(datasets, collection.dataset) or SHAPE),
        "classes": classes(datasets, collection.dataset),
        "words": first(datasets, collection.dataset, "words", 0),
    }


def classes(datasets: Mapping[str, Any], name: str) -> int:
    """Number of classes."""
    named = first(datasets, name, "classes", None) or first(datasets, name, "packages", None)
    return len(named) if named else first(datasets, name, "number_of_classes", CLASSES)


def minutes(config: Mapping[str, Any], collection: Collection, networks: int) -> int:
    """Time limit of a job that trains so many networks."""
    together = _stacked(config, collection)
    trained = math.ceil(networks / together) * together
    estimated = START_MINUTES + SLACK * trained * seconds(config, collection) / SECONDS_PER_MINUTE
    return max(SHORTEST_MINUTES, math.ceil(estimated))


def megabytes(config: Mapping[str, Any], collection: Collection, networks: int) -> int:
    """Memory of a job that trains so many networks; of its machine, not of a GPU."""
    recipe = config["recipes"][collection.recipe]
    shape = fit.shape(config["datasets"], collection.dataset) or SHAPE
    data = sum(examples(config["datasets"], collection.dataset).values()) * math.prod(shape) / MEGA
    kept = networks * evaluated(config, collection) * len(recipe["evaluate_at"]) * OUTCOME_BYTES / MEGA
    base = BASE_MEGABYTES[recipe.get("device", "cpu")]
    large = COPIED_MEGABYTES + LARGE_COPIES * min(data, LARGEST_ARRAYS_MEGABYTES)
    return math.ceil(base + min(SMALL_COPIES * data, large) + kept)


def passes(config: Mapping[str, Any], collection: Collection) -> float:
    """Examples that pass through one network, forward: a trained one counts for three."""
    recipe = config["recipes"][collection.recipe]
    trained = recipe["evaluate_at"][-1] * train_examples(config, collection)
    return TRAINING * trained + len(recipe["evaluate_at"]) * evaluated(config, collection)


def evaluated(config: Mapping[str, Any], collection: Collection) -> int:
    """Examples whose predictions are kept at each evaluation point."""
    others = sum(examples(config["datasets"], name)["test"] for name in collection.also_predict)
    return sum(examples(config["datasets"], collection.dataset).values()) + others


def train_examples(config: Mapping[str, Any], collection: Collection) -> int:
    """Examples that one member is trained on."""
    own = config["recipes"][collection.recipe].get("train_examples")
    return own or examples(config["datasets"], collection.dataset)["train"]


def examples(datasets: Mapping[str, Any], name: str) -> Mapping[str, int]:
    """Number of examples of each split."""
    return first(datasets, name, "examples", EXAMPLES)


def first(datasets: Mapping[str, Any], name: str, key: str, otherwise: Any) -> Any:
    """A setting of a dataset, or of what it is a part of."""
    entry = datasets[name]
    if key in entry:
        return entry[key]
    return first(datasets, entry["of"], key, otherwise) if "of" in entry else otherwise


def _pixels(config: Mapping[str, Any], collection: Collection) -> int:
    """Pixels of an image, words of a text."""
    shape = fit.shape(config["datasets"], collection.dataset) or SHAPE
    return math.prod(shape[-2:])


def _stacked(config: Mapping[str, Any], collection: Collection) -> int:
    """Number of networks that can only be trained together, on a CPU."""
    on_gpu = config["recipes"][collection.recipe].get("device") == "gpu"
    return 1 if on_gpu else config["architectures"][collection.architecture]["stacked"]
