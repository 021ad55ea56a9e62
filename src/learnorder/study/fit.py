"""Whether a recipe and an architecture can be carried out on a dataset, as far as the configuration tells."""

import itertools
from collections.abc import Mapping
from typing import Any

from learnorder.errors import UserError, suggestion
from learnorder.study import parts
from learnorder.study.collection import Collection
from learnorder.study.published import PRETRAINED

TEXT_READERS = {"stackoverflow", "texts", "docstrings"}
FEATURE_READERS = {"features", "extracted"}
FOR_IMAGES = ("flip", "shift", "cutout", "whitening")
COLOURS = 3
OF_FEATURES = ("linear", "deep_linear", "mlp")
"""Models that take vectors of features."""
GROWING_SAMPLES = {"linear_svm", "nearest_neighbours"}
"""Models of scikit-learn whose rounds are train examples."""


def check(config: Mapping[str, Any], collection: Collection) -> None:
    """Raise a `UserError` that names the key, its value and what is allowed, for whatever does not fit."""
    datasets, recipe = config["datasets"], config["recipes"][collection.recipe]
    _check_architecture(config, collection)
    _check_part(datasets, collection.dataset)
    _check_labels(datasets, collection.dataset)
    for other in collection.also_predict:
        _check_also_predict(datasets, collection.dataset, other)
    if recipe["clock"] == "epochs":
        _check_examples(f"configuration: recipes.{collection.recipe}", recipe, datasets, collection.dataset)
    else:
        _check_samples(config, collection)


def kind(datasets: Mapping[str, Any], name: str) -> str:
    """`images`, `text` or `features`."""
    entry = datasets[name]
    if entry["reader"] in FEATURE_READERS:
        return "features"
    if "of" in entry:
        return kind(datasets, entry["of"])
    return "text" if entry["reader"] in TEXT_READERS else "images"


def shape(datasets: Mapping[str, Any], name: str) -> tuple[int, ...] | None:
    """Channels, height and width of its images, or the length of its texts; None if only the data tell."""
    entry = datasets[name]
    if entry["reader"] in FEATURE_READERS:
        return None
    if "of" in entry:
        return shape(datasets, entry["of"])
    if "length" in entry:
        return (entry["length"],)
    if "shape" in entry:
        return tuple(entry["shape"])
    if "side" in entry:
        return (1, entry["side"], entry["side"])
    if "size" in entry:
        return (entry.get("channels", COLOURS), entry["size"], entry["size"])
    return None


def train_examples(datasets: Mapping[str, Any], name: str) -> int | None:
    """Number of its train examples; None if only the data tell."""
    entry = datasets[name]
    if "examples" in entry:
        return entry["examples"]["train"]
    if "of" in entry and "classes" not in entry and "superclass" not in entry:
        examples = train_examples(datasets, entry["of"])
        return parts.size(examples, entry["part"]) if examples and "part" in entry else examples
    return None


def number_of_classes(datasets: Mapping[str, Any], name: str) -> int | None:
    """Number of its classes; None if only the data tell."""
    entry = datasets[name]
    if "superclass" in entry and "superclasses" in entry:
        return len(entry["superclasses"].get(entry["superclass"], [])) or None
    if "number_of_classes" in entry:
        return entry["number_of_classes"]
    for key in ("classes", "orientations"):
        if key in entry:
            return len(entry[key])
    return number_of_classes(datasets, entry["of"]) if "of" in entry and "superclass" not in entry else None


def wrong_share(datasets: Mapping[str, Any], name: str) -> float:
    """Share of its train labels that its own entry makes wrong; of shuffled ones 1 - 1/k, of k classes."""
    entry = datasets.get(name, {})
    if entry.get("labels") == "shuffled":
        classes = number_of_classes(datasets, name)
        return 1 - 1 / classes if classes else 1
    return entry.get("label_noise", 0)


def step(epoch: float, examples: int, batch_size: int) -> int:
    """Number of mini-batches after which `epoch` has passed; an epoch has only whole mini-batches."""
    return round(epoch * (examples // batch_size))


def points(key: str, recipe: Mapping[str, Any], examples: int, dataset: str) -> list[int]:
    """Number of mini-batches at each evaluation point, of so many examples; a `UserError` if two are the same."""
    epochs, batch_size = recipe["evaluate_at"], recipe["batch_size"]
    steps = [step(epoch, examples, batch_size) for epoch in epochs]
    for number, (earlier, later) in enumerate(itertools.pairwise(steps)):
        if earlier == later:
            raise UserError(
                f"{key}.evaluate_at has {epochs[number]} and {epochs[number + 1]}, the same mini-batch of "
                f"{dataset}; allowed: points at least {batch_size / examples:.3g} epochs apart"
            )
    return steps


def _check_architecture(config: Mapping[str, Any], collection: Collection) -> None:
    architecture, recipe = config["architectures"][collection.architecture], config["recipes"][collection.recipe]
    key = f"configuration: {collection.path}: {collection.architecture}"
    _check_weights(f"configuration: architectures.{collection.architecture}", architecture)
    clock = "rounds" if architecture["library"] == "scikit-learn" else "epochs"
    if recipe["clock"] != clock:
        raise UserError(
            f"{key} of {architecture['library']} counts {clock}, {collection.recipe} counts {recipe['clock']}; "
            f"allowed: a recipe with `clock: {clock}`"
        )
    _check_features_of(config, collection)
    if clock == "rounds":
        return
    given, size = kind(config["datasets"], collection.dataset), shape(config["datasets"], collection.dataset)
    if given == "features":
        _check_features(key, config, collection)
    elif architecture["takes"] != given:
        raise UserError(
            f"{key} takes {architecture['takes']}, {collection.dataset} has {given}; "
            f"allowed: an architecture with `takes: {given}`"
        )
    if given == "images" and size and min(size[1:]) < architecture["smallest"]:
        raise UserError(
            f"{key} takes images of at least {architecture['smallest']} pixels a side, {collection.dataset} has "
            f"{size[1]}×{size[2]}; allowed: a smaller architecture or, for some, `stem: small`"
        )
    if given != "images":
        for option in FOR_IMAGES:
            if recipe[option]:
                raise UserError(
                    f"configuration: recipes.{collection.recipe}.{option} is {recipe[option]}; "
                    f"allowed: only for images, {collection.dataset} has {given}"
                )


def _check_features(key: str, config: Mapping[str, Any], collection: Collection) -> None:
    """Whether an architecture takes vectors of features."""
    architecture = config["architectures"][collection.architecture]
    if architecture["library"] != "learnorder" or architecture["model"] not in OF_FEATURES:
        raise UserError(
            f"{key} takes {architecture['takes']}, {collection.dataset} has features; allowed: the models "
            f"{', '.join(OF_FEATURES)}, and learners of scikit-learn"
        )


def _check_features_of(config: Mapping[str, Any], collection: Collection) -> None:
    """Whether a learner can learn from the features that its entry names."""
    architecture = config["architectures"][collection.architecture]
    if "features" not in architecture:
        return
    name = architecture["features"]
    key = f"configuration: architectures.{collection.architecture}.features is '{name}'"
    if architecture["library"] != "scikit-learn":
        raise UserError(f"{key}; allowed: only for learners of scikit-learn")
    if name not in config["datasets"]:
        raise UserError(f"{key}; {suggestion(name, config['datasets'])}")
    entry = config["datasets"][name]
    if entry["reader"] != "extracted" or entry["of"] != collection.dataset:
        raise UserError(
            f"{key}; allowed: a dataset with `reader: extracted` and `of: {collection.dataset}`, which it learns"
        )
    if collection.also_predict:
        raise UserError(
            f"configuration: also_predict has {collection.also_predict[0]}; allowed: nothing for "
            f"{collection.architecture}, which learns from features"
        )


def _check_weights(key: str, architecture: Mapping[str, Any]) -> None:
    """Whether an architecture can start from published weights, or from those of a file."""
    if "weights" not in architecture:
        return
    is_published = architecture["weights"] == PRETRAINED
    weights = PRETRAINED if is_published else architecture["weights"]["name"]
    if architecture["library"] == "scikit-learn":
        raise UserError(f"{key}.weights is {weights}; allowed: only for networks")
    if is_published and architecture["library"] == "learnorder":
        raise UserError(
            f"{key}.weights is {weights}, but nobody publishes weights of {architecture['model']}, which is "
            "hand-made; allowed: models of timm or torchvision, or a file by its `name` and `sha256`"
        )
    if architecture["stem"] == "small":
        raise UserError(
            f"{key}.weights is {weights} with `stem: small`, whose first layers have "
            "other shapes; allowed: `stem: own`"
        )


def check_extracted(config: Mapping[str, Any], name: str) -> None:
    """Whether a network can give the features of a dataset."""
    entry, key = config["datasets"][name], f"configuration: datasets.{name}"
    if kind(config["datasets"], entry["of"]) != "images":
        raise UserError(f"{key}.of is '{entry['of']}', which has no images; allowed: a dataset of images")
    if config["architectures"][entry["architecture"]]["library"] == "scikit-learn":
        raise UserError(f"{key}.architecture is '{entry['architecture']}', no network; allowed: a network")
    _check_weights(
        f"configuration: architectures.{entry['architecture']}", config["architectures"][entry["architecture"]]
    )
    if "recipe" in entry and config["recipes"][entry["recipe"]].get("device", "cpu") != "cpu":
        raise UserError(f"{key}.recipe is '{entry['recipe']}', for a GPU; allowed: a recipe with `device: cpu`")


def _check_part(datasets: Mapping[str, Any], name: str) -> None:
    """Whether there is a part with its number, of as many train examples."""
    key, part = f"configuration: datasets.{name}", datasets[name].get("part")
    if not part:
        return
    examples = train_examples(datasets, datasets[name]["of"])
    if examples and part["of"] > examples:
        raise UserError(
            f"{key} is one of {part['of']} parts; allowed: at most the {examples} train examples of "
            f"{datasets[name]['of']}"
        )


def _check_labels(datasets: Mapping[str, Any], name: str) -> None:
    """Whether its labels are changed once, by itself or by what it is a part of."""
    changed, part = [], name
    while part:
        entry = datasets[part]
        changed += [
            f"datasets.{part}.{key} is {entry[key]}" for key in ("labels", "label_noise") if entry.get(key)
        ]
        part = entry.get("of")
    if len(changed) > 1:
        raise UserError(f"configuration: {' and '.join(changed)}; allowed: labels are changed once: one of both")


def _check_also_predict(datasets: Mapping[str, Any], name: str, other: str) -> None:
    key = f"configuration: also_predict has {other}"
    if other == name:
        raise UserError(f"{key}, on which the collection is trained; allowed: other datasets")
    if kind(datasets, name) != kind(datasets, other) or kind(datasets, name) != "images":
        raise UserError(
            f"{key}; allowed: images for networks of images, since texts have vocabularies of their own"
        )
    one, two = shape(datasets, name), shape(datasets, other)
    if one and two and one != two:
        raise UserError(
            f"{key} of shape {'×'.join(map(str, two))}; allowed: the shape of {name}, {'×'.join(map(str, one))}"
        )


def _check_samples(config: Mapping[str, Any], collection: Collection) -> None:
    """Whether a learner whose rounds are train examples has as many."""
    points, model = config["recipes"][collection.recipe]["evaluate_at"], config["architectures"]
    examples = train_examples(config["datasets"], collection.dataset)
    if model[collection.architecture]["model"] in GROWING_SAMPLES and examples and max(points) > examples:
        raise UserError(
            f"configuration: recipes.{collection.recipe}.evaluate_at has {max(points)}, train examples of "
            f"{collection.architecture}; allowed: up to the {examples} of {collection.dataset}"
        )


def _check_examples(key: str, recipe: Mapping[str, Any], datasets: Mapping[str, Any], dataset: str) -> None:
    """What its settings ask of the number of train examples."""
    examples, batch_size = train_examples(datasets, dataset), recipe["batch_size"]
    if examples is None:
        return
    if recipe["train_examples"] > examples:
        raise UserError(
            f"{key}.train_examples is {recipe['train_examples']}; allowed: at most the {examples} of {dataset}"
        )
    trained = recipe["train_examples"] or examples
    if batch_size > trained:
        raise UserError(
            f"{key}.batch_size is {batch_size}; allowed: at most the {trained} train examples of {dataset}"
        )
    points(key, recipe, trained, dataset)
