"""An entry of the catalogue of recipes: how networks are trained, or learners grown."""

import itertools
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from learnorder.study.fields import Count, Model, NonNegative, Once, Positive, Seed, Share


class Rounds(Model):
    """Learners that grow by rounds."""

    clock: Literal["rounds"]
    """What is counted as progress: what a learner of scikit-learn grows by (rounds, trees, examples), see its
    entry."""
    evaluate_at: Annotated[list[Count], Field(min_length=1)]
    """Numbers of rounds after which the predictions for all examples are kept, rising."""

    @model_validator(mode="after")
    def _rises(self) -> Self:
        _check_rising(self.evaluate_at)
        return self


class Epochs(Model):
    """Networks that are trained by stochastic gradient descent."""

    clock: Literal["epochs"] = "epochs"
    """What is counted as progress: passes of a network over the train set."""
    epochs: Annotated[int, Field(ge=1, le=100_000)]
    """Number of passes over the train set."""
    evaluate_at: Annotated[list[NonNegative], Field(min_length=1)]
    """Evaluation points, in epochs from the start, fractions allowed, rising; 0 is the untrained network. At each,
    the predictions for all train and all test examples are kept."""
    batch_size: Count
    """Examples of a mini-batch. A last mini-batch that would be smaller is left out of its epoch."""
    optimiser: Literal["sgd", "adam", "adamw", "adadelta"]
    """Rule of the weight updates."""
    learning_rate: Positive
    """Step size; where a schedule changes it, the largest."""
    momentum: Share = 0
    """Momentum of sgd; the other optimisers have their own."""
    nesterov: bool = False
    """Whether the momentum of sgd is Nesterov's."""
    weight_decay: NonNegative = 0
    """L2 penalty of the optimiser on all weights, biases too (decoupled for adamw)."""
    l2: Positive = None
    """L2 penalty as Keras counts it: this number times the sum of the squares is added to the loss, of the weights
    of linear and convolutional layers alone. In PyTorch's terms twice that weight decay."""
    schedule: Literal["constant", "step", "decay", "cosine", "one_cycle"] = "constant"
    """How the learning rate changes, mini-batch by mini-batch: not at all; divided by 10 at each epoch of
    `step_at`; divided by `decay_by` after every `decay_every` mini-batches (`decay`); half a cosine down to 0; or
    up and down to near 0 (`one_cycle`, Smith 2018)."""
    decay_every: Count = None
    """Mini-batches after which the schedule `decay` divides the learning rate."""
    decay_by: Annotated[float, Field(gt=1)] = None
    """What the schedule `decay` divides the learning rate by."""
    lowest_rate: NonNegative = None
    """Learning rate below which the schedule `decay` does not go."""
    step_at: list[Positive] = []
    """Epochs at which the schedule `step` divides the learning rate by 10."""
    warm_up: NonNegative = 0
    """Epochs, from the first, over which the learning rate rises in proportion."""
    label_smoothing: Share = 0
    """Share of the target that is spread over all classes."""
    flip: bool = False
    """Whether each train image is mirrored left to right with probability 1/2."""
    shift: Seed = 0
    """Each train image is moved by up to so many pixels on each axis, zeros coming in."""
    cutout: Seed = 0
    """Side, in pixels, of a square of each train image that is set to zero (DeVries and Taylor 2017)."""
    dropout: Share = 0
    """Probability with which the model's own dropout leaves out a unit; the model must have one."""
    train_examples: Seed = 0
    """Number of train examples that a network is trained on, drawn seeded and in proportion to the classes; 0
    takes all. Predictions are kept for all of them."""
    train_examples_drawn: Literal["shared", "per_network"] = "shared"
    """Whether all networks share the drawn train examples, or each draws its own."""
    device: Literal["cpu", "gpu"] = "cpu"
    """Where it is trained. A CPU gives the same bytes every time, a GPU nearly the same."""
    precision: Literal["float32", "bfloat16"] = "float32"
    """Number format of the layers' arithmetic; weights are float32 in both."""
    batch_norm: Literal["running", "re_estimated"] = "running"
    """Statistics with which batch normalisation is evaluated: the `running` ones, which lag early in training, or
    those of the train set `re_estimated` at each evaluation point."""
    whitening: bool = False
    """Whether images are whitened by ZCA of the train set (Hacohen and Weinshall 2022)."""
    record: Once[Literal["margin", "loss", "el2n"]] = []
    """What is kept at each evaluation point beside the predicted class, as float16: the logit `margin` (label
    minus the best other class), the cross-entropy `loss`, the `el2n` score (Paul et al. 2021)."""
    vary: Annotated[Once[Literal["initialisation", "order", "augmentation"]], Field(min_length=1)] = [
        "initialisation",
        "order",
        "augmentation",
    ]
    """Which of its three random streams each network draws from its own seed. All networks of the collection share
    the others, which are those of seed 0."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        _check_rising(self.evaluate_at)
        for mistake in (*self._mistakes(), *self._mistakes_of_decay()):
            raise ValueError(mistake)
        return self

    def _mistakes(self) -> Iterator[str]:
        """What its settings ask of each other."""
        if self.evaluate_at[-1] > self.epochs:
            yield f".evaluate_at has {self.evaluate_at[-1]:g}; allowed: up to its last epoch, {self.epochs}"
        if self.momentum and self.optimiser != "sgd":
            yield (
                f".momentum is {self.momentum:g}; allowed: only with optimiser sgd, {self.optimiser} has its own"
            )
        if self.nesterov and not self.momentum:
            yield ".nesterov is true; allowed: only with momentum above 0"
        if bool(self.step_at) != (self.schedule == "step"):
            yield (
                f".step_at is {self.step_at} with schedule {self.schedule}; "
                "allowed: epochs with schedule step, nothing with another"
            )
        if self.l2 is not None and self.weight_decay:
            yield ".l2 and weight_decay are both given; allowed: one of them"
        if self.l2 is not None and self.optimiser == "adamw":
            yield ".optimiser is adamw with l2; allowed: weight_decay, or optimiser adam"
        if self.warm_up and (self.schedule == "one_cycle" or self.warm_up >= self.epochs):
            yield (
                f".warm_up is {self.warm_up:g}; allowed: less than its {self.epochs} epochs, "
                "and 0 with one_cycle, which warms up by itself"
            )

    def _mistakes_of_decay(self) -> Iterator[str]:
        """Whether the keys of the schedule `decay` come with it, and with it alone."""
        needed = {"decay_every": self.decay_every, "decay_by": self.decay_by}
        if self.schedule == "decay":
            for name, value in needed.items():
                if value is None:
                    yield f".{name} is missing; allowed with schedule decay: {' and '.join(needed)}"
            if (self.lowest_rate or 0) > self.learning_rate:
                yield (
                    f".lowest_rate is {self.lowest_rate:g}; "
                    f"allowed: up to its learning rate, {self.learning_rate:g}"
                )
            return
        for name, value in (needed | {"lowest_rate": self.lowest_rate}).items():
            if value is not None:
                yield f".{name} is {value:g} with schedule {self.schedule}; allowed: only with schedule decay"


def _check_rising(points: list[float]) -> None:
    for earlier, later in itertools.pairwise(points):
        if earlier >= later:
            raise ValueError(f".evaluate_at has {later:g} after {earlier:g}; allowed: rising numbers")
