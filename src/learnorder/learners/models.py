"""The learners of scikit-learn by their name in the catalogue, and how each of them grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.ensemble import AdaBoostClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from learnorder.datasets.rows import Matrix
from learnorder.errors import UserError, suggestion

BASES = {"tree": DecisionTreeClassifier, "linear": LogisticRegression}
# What a member is given by its seed and its recipe, and what changes no prediction, is no option.
NO_OPTIONS = {"random_state", "n_jobs", "verbose", "warm_start"}


@dataclass(frozen=True)
class Task:
    """What one member learns from, and what it predicts.

    `inputs`: n × features; `targets`: their n classes. `splits`: by name, examples × features. `points`: numbers
    of rounds after which it predicts, rising.
    """

    inputs: Matrix
    targets: np.ndarray
    splits: dict[str, Matrix]
    points: list[int]


Stages = Iterator[dict[str, np.ndarray]]
"""For each point, by split, the predicted class of every example."""


@dataclass(frozen=True)
class Model:
    """A learner of scikit-learn.

    `build` makes it from its options, the number of rounds, its seed and the key of its options; `grow` fits it
    and gives its stages. `round_is`: what it grows by. `samples`: whether a round is a train example. `dense`:
    whether it takes no sparse features. `draws`: whether its options leave anything to its own seed.
    `own_bootstrap`: whether scikit-learn draws its bootstrap itself.
    """

    build: Callable[[dict[str, Any], int, int, str], BaseEstimator]
    grow: Callable[[BaseEstimator, Task], Stages]
    round_is: str
    draws: Callable[[dict[str, Any]], bool]
    samples: bool = False
    dense: bool = False
    own_bootstrap: bool = False


def _adaboost(options: dict[str, Any], rounds: int, seed: int, key: str) -> AdaBoostClassifier:
    """SAMME (Hastie et al. 2009), all that this class does since scikit-learn 1.6.

    `base`: `tree`, whose `max_depth` 1 makes it a stump, or `linear`, a logistic regression. All other options
    are the base's, but `learning_rate`. ASSUME: SAMME's weights sum to 1, so `C` of the linear base weighs its
    errors n times less than the same `C` does outside of boosting; at 1 it is a weak learner.
    """
    base = options.pop("base", "tree")
    if base not in BASES:
        raise UserError(f"{key}.base is {base!r}; {suggestion(base, BASES)}")
    own = {name: options.pop(name) for name in ("learning_rate",) if name in options}
    weak = _made(BASES[base], options, key, also=("base", "learning_rate"))
    return AdaBoostClassifier(weak, n_estimators=rounds, random_state=seed, **own)


def _random_forest(options: dict[str, Any], rounds: int, seed: int, key: str) -> RandomForestClassifier:
    return _made(RandomForestClassifier, options, key, n_estimators=rounds, random_state=seed)


def _gradient_boosting(
    options: dict[str, Any], rounds: int, seed: int, key: str
) -> HistGradientBoostingClassifier:
    """On histograms: exact splits take hours on 60,000 images. A round is a tree per class."""
    fixed = {"max_iter": rounds, "early_stopping": False, "random_state": seed}
    return _made(HistGradientBoostingClassifier, options, key, **fixed)


def _linear_svm(options: dict[str, Any], rounds: int, seed: int, key: str) -> LinearSVC:
    return _made(LinearSVC, options, key, random_state=seed)


def _nearest_neighbours(options: dict[str, Any], rounds: int, seed: int, key: str) -> KNeighborsClassifier:
    return _made(KNeighborsClassifier, options, key)


def _made(
    kind: type[BaseEstimator], options: dict[str, Any], key: str, also: tuple[str, ...] = (), **fixed
) -> BaseEstimator:
    """One of scikit-learn's; a `UserError` for an option that it does not have, or that is not the user's."""
    known = set(kind().get_params()) - NO_OPTIONS - fixed.keys()
    for name, value in options.items():
        if name not in known:
            raise UserError(
                f"{key}.{name} (= {value!r}) is no option; {suggestion(name, known | {'bootstrap', *also})}"
            )
    return kind(**options, **fixed)


def _stage_by_stage(booster: BaseEstimator, task: Task) -> Stages:
    """Fit once, then add up round by round.

    Boosting ends early when a round is perfect or no better than chance: later points repeat the last round.
    """
    booster.fit(task.inputs, task.targets)
    stages = zip(*(booster.staged_predict(inputs) for inputs in task.splits.values()), strict=True)
    for done, stage in enumerate(stages, start=1):
        last = dict(zip(task.splits, stage, strict=True))
        if done in task.points:
            yield last
    for point in task.points:
        if point > done:
            yield last


def _tree_by_tree(forest: RandomForestClassifier, task: Task) -> Stages:
    """Fit once, then add up the trees' probabilities in the order in which a smaller forest would have them."""
    forest.fit(task.inputs, task.targets)
    votes = dict.fromkeys(task.splits, 0)
    for done, tree in enumerate(forest.estimators_, start=1):
        for split, inputs in task.splits.items():
            votes[split] = votes[split] + tree.predict_proba(inputs)
        if done in task.points:
            yield {split: forest.classes_[vote.argmax(1)] for split, vote in votes.items()}


def _sample_by_sample(learner: BaseEstimator, task: Task) -> Stages:
    """Fit the first examples, as many as each point says: each sample holds those before it.

    A sample of one class, as the smallest may be, has taught that class alone: it is predicted everywhere. Of
    a sample smaller than `n_neighbors`, all are neighbours.
    """
    neighbours = learner.get_params().get("n_neighbors")
    for point in task.points:
        inputs, targets = task.inputs[:point], task.targets[:point]
        if (targets == targets[0]).all():
            yield _of_one_class(task)
            continue
        # What is no number is left to scikit-learn, which says what is allowed.
        if isinstance(neighbours, int):
            learner.set_params(n_neighbors=min(neighbours, point))
        learner.fit(inputs, targets)
        yield {split: learner.predict(rows) for split, rows in task.splits.items()}


def grown(model: Model, learner: BaseEstimator, task: Task) -> Stages:
    """The stages of a learner; of a bootstrap of a few examples, all of one class, that class at every point."""
    if (task.targets == task.targets[0]).all():
        return (_of_one_class(task) for _ in task.points)
    return model.grow(learner, task)


def _of_one_class(task: Task) -> dict[str, np.ndarray]:
    """By split, what a learner predicts that was taught the first example's class alone."""
    return {split: np.full(rows.shape[0], task.targets[0]) for split, rows in task.splits.items()}


def _bootstrap(options: dict[str, Any]) -> bool:
    return bool(options.get("bootstrap", False))


def _bootstrap_or_subspace(options: dict[str, Any]) -> bool:
    """Whether members see other examples, or each split of their trees other features."""
    return _bootstrap(options) or _subspace(options.get("max_features"))


def _forest_draws(options: dict[str, Any]) -> bool:
    return options.get("bootstrap", True) or _subspace(options.get("max_features", "sqrt"))


def _subspace(max_features: Any) -> bool:
    """Whether less than all: None and 1.0 are all features, but 1 is a single one."""
    return max_features is not None and not (isinstance(max_features, float) and max_features == 1)


def _always(options: dict[str, Any]) -> bool:
    """Each member has a sample of its own."""
    return True


MODELS = {
    "adaboost": Model(_adaboost, _stage_by_stage, "a round of boosting", _bootstrap_or_subspace),
    "random_forest": Model(_random_forest, _tree_by_tree, "a tree", _forest_draws, own_bootstrap=True),
    "gradient_boosting": Model(
        _gradient_boosting, _stage_by_stage, "a tree per class", _bootstrap_or_subspace, dense=True
    ),
    "linear_svm": Model(_linear_svm, _sample_by_sample, "a train example", _always, samples=True),
    "nearest_neighbours": Model(_nearest_neighbours, _sample_by_sample, "a train example", _always, samples=True),
}
