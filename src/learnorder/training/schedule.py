"""The learning rate over training."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

# Smith's one-cycle, with the proportions that torch's OneCycleLR has made common.
RISE, START, END = 0.3, 1 / 25, 1e-4 / 25


@dataclass(frozen=True)
class Moment:
    """How far training is: mini-batches `done`, the `share` of all, and the `epoch`, with its fraction."""

    done: int
    share: float
    epoch: float


def schedule(recipe: Mapping[str, Any], steps_per_epoch: int) -> Callable[[int], float]:
    """Factor of the recipe's learning rate at mini-batch 0, 1, …, in [0, 1].

    - `constant`: 1. - `step`: a tenth for every epoch of `step_at` that has passed.
    - `decay`: 1 / `decay_by` for every `decay_every` mini-batches that have passed, down to `lowest_rate`.
    - `cosine`: (1 + cos πt) / 2 over the share t of training that has passed (Loshchilov and Hutter 2017).
    - `one_cycle`: half a cosine up from 1/25 over the first 30%, another down to 4e-6 (Smith 2018).

    For `warm_up` epochs the factor is also multiplied by the share of them that has passed, the present
    mini-batch included, so that the first one is not lost.
    """
    total = recipe["epochs"] * steps_per_epoch
    warm_up = recipe["warm_up"] * steps_per_epoch
    shape = SHAPES[recipe["schedule"]]

    def factor(done: int) -> float:
        warmed = min(1.0, (done + 1) / warm_up) if warm_up else 1.0
        return warmed * shape(Moment(done, done / total, done / steps_per_epoch), recipe)

    return factor


def _constant(moment: Moment, recipe: Mapping[str, Any]) -> float:
    return 1.0


def _step(moment: Moment, recipe: Mapping[str, Any]) -> float:
    return 0.1 ** sum(moment.epoch >= at for at in recipe["step_at"])


def _decay(moment: Moment, recipe: Mapping[str, Any]) -> float:
    lowest = recipe.get("lowest_rate", 0) / recipe["learning_rate"]
    return max(recipe["decay_by"] ** -(moment.done // recipe["decay_every"]), lowest)


def _cosine(moment: Moment, recipe: Mapping[str, Any]) -> float:
    return (1 + math.cos(math.pi * moment.share)) / 2


def _one_cycle(moment: Moment, recipe: Mapping[str, Any]) -> float:
    share = moment.share
    if share < RISE:
        return START + (1 - START) * (1 - math.cos(math.pi * share / RISE)) / 2
    return END + (1 - END) * (1 + math.cos(math.pi * (share - RISE) / (1 - RISE))) / 2


SHAPES = {"constant": _constant, "step": _step, "decay": _decay, "cosine": _cosine, "one_cycle": _one_cycle}
