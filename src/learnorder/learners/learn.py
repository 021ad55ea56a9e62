"""Let learners of scikit-learn learn, and keep every prediction: the same face as training.

Their clock counts rounds: rounds of boosting, trees, or train examples (see `models.MODELS`). What makes the
members of a collection differ is drawn from their seed's stream of order: the sample of the train set, for
learners that grow by examples; a bootstrap of it, where the options say `bootstrap: true`; the features that
each split of a tree may choose from, where they have `max_features`; the forest's own bootstraps.
"""

import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from learnorder.datasets.canonical import Dataset
from learnorder.datasets.rows import Matrix, features
from learnorder.errors import UserError, suggestion
from learnorder.learners.models import MODELS, Model, Task, grown
from learnorder.streams import collection, stream_seed

CLASS_TYPE = np.int16
# What scikit-learn takes as a seed.
SEEDS = 2**32


def learn(
    dataset: Dataset,
    others: Mapping[str, Dataset],
    identity: Mapping[str, Any],
    seeds: Iterable[int],
    report: Callable[[str], None],
) -> Iterator[tuple[int, dict[str, dict[str, np.ndarray]]]]:
    """Yield each seed with its predicted classes, `{"seed": {split: points × examples, int16}}`.

    Splits are `train`, `test` and the names of `others`, whose test examples are predicted. `identity`: see
    `Study.identity`; its recipe's `evaluate_at` are numbers of rounds. `report` is told a line per member and
    point, with the accuracies by the true labels. A member's predictions depend on its own seed alone.

    Raises a `UserError`, before anything is learned, for a model or an option that is not there, options that
    leave nothing to the seed, and more rounds than there are train examples to grow by.
    """
    model, points = _checked(dataset, identity)
    inputs = features(dataset, others, model.dense)
    return ((seed, {"seed": _member(dataset, inputs, identity, points, seed, report)}) for seed in seeds)


def _checked(dataset: Dataset, identity: Mapping[str, Any]) -> tuple[Model, list[int]]:
    """The model and its points."""
    architecture, recipe = identity["architecture"], identity["recipe"]
    name, key = architecture["model"], _key(identity)
    if name not in MODELS:
        raise UserError(f"{key.removesuffix('options')}model is {name!r}; {suggestion(name, MODELS)}")
    model, options, points = MODELS[name], dict(architecture["options"]), recipe["evaluate_at"]
    if not isinstance(options.get("bootstrap", False), bool):
        raise UserError(f"{key}.bootstrap is {options['bootstrap']!r}; allowed: true, false")
    _build(model, options, points[-1], 0, key)
    if not model.draws(options):
        raise UserError(
            f"{key} is {options}, by which all members are the same; allowed: `bootstrap: true`, or for trees "
            "a `max_features` of less than all"
        )
    examples = len(dataset.splits["train"].labels)
    if model.samples and points[-1] > examples:
        raise UserError(
            f"configuration: recipes.{recipe.get('name', '')}.evaluate_at has {points[-1]}, of {name} the "
            f"train examples; allowed: up to the {examples} of {identity['dataset']['name']}"
        )
    return model, points


def _key(identity: Mapping[str, Any]) -> str:
    return f"configuration: architectures.{identity['architecture'].get('name', '')}.options"


def _build(model: Model, options: Mapping[str, Any], rounds: int, seed: int, key: str):
    """The estimator, not yet fitted."""
    own = {name: value for name, value in options.items() if name != "bootstrap" or model.own_bootstrap}
    return model.build(own, rounds, seed, key)


def _member(
    dataset: Dataset,
    inputs: Mapping[str, Matrix],
    identity: Mapping[str, Any],
    points: list[int],
    seed: int,
    report: Callable[[str], None],
) -> dict[str, np.ndarray]:
    """Predictions of one member by split, points × examples."""
    model, options = MODELS[identity["architecture"]["model"]], identity["architecture"]["options"]
    drawn, key = stream_seed(seed, "order", collection(identity)) % SEEDS, _key(identity)
    train = dataset.splits["train"]
    rows = _rows(model, options, len(train.labels), drawn)
    task = Task(inputs["train"][rows], np.asarray(train.targets)[rows], dict(inputs), points)
    learner = _build(model, options, points[-1], drawn, key)
    stages = grown(model, learner, task)
    kept: dict[str, list[np.ndarray]] = {split: [] for split in inputs}
    started = time.perf_counter()
    # The number of threads changes the order of sums, so it may not depend on the machine.
    with threadpool_limits(1), warnings.catch_warnings():
        # A learner may be weak by intent: its options say after how many steps it ends.
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            for point, stage in zip(points, stages, strict=True):
                for split, predicted in stage.items():
                    kept[split].append(predicted.astype(CLASS_TYPE))
                accuracies = (
                    f"{split} {np.mean(kept[split][-1] == own.labels):.4f}"
                    for split, own in dataset.splits.items()
                )
                seconds = time.perf_counter() - started
                report(f"seed {seed:03d}  round {point}  accuracy {'  '.join(accuracies)}  {seconds:.1f} s")
        except ValueError as error:
            reason = str(error).splitlines()[0]
            raise UserError(f"{key} is {dict(options)}, which scikit-learn refuses: {reason}") from error
    rounds = len(getattr(learner, "estimators_", ()))
    if 0 < rounds < points[-1]:
        report(f"seed {seed:03d}  ended after {rounds} rounds: later points repeat the last")
    return {split: np.stack(stages) for split, stages in kept.items()}


def _rows(model: Model, options: Mapping[str, Any], examples: int, drawn: int) -> np.ndarray:
    """Train examples of a member, in its order: drawn with replacement, shuffled, or as they are."""
    generator = np.random.default_rng(drawn)
    if options.get("bootstrap", False) and not model.own_bootstrap:
        return generator.integers(examples, size=examples)
    return generator.permutation(examples) if model.samples else np.arange(examples)
