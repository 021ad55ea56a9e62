"""One shard of a collection: its networks, or its members that are no networks, from their seeds."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

from learnorder.datasets.canonical import Dataset


def say(line: str) -> None:
    """Print at once, for whoever follows the log."""
    print(line, flush=True)


def train(
    dataset: Dataset,
    others: Mapping[str, Dataset],
    identity: dict[str, Any],
    seeds: Iterable[int],
    report: Callable[[str], None] = say,
) -> Iterator[tuple[int, dict[str, dict[str, Any]]]]:
    """Yield each seed and what its member leaves, as `outcomes.write` takes it.

    `others`: datasets whose test examples are predicted too. `report` is told a line per member and point.
    """
    # Each kind has libraries of its own, which take seconds to import.
    if _is_learner(identity):
        from learnorder.learners.learn import learn as make
    else:
        from learnorder.training.train import train as make
    yield from make(dataset, others, identity, seeds, report)


def environment(identity: Mapping[str, Any]) -> dict[str, str]:
    """Versions and the device, which may change the last bits of a result; for a learner also what a round is."""
    made_by = {"learnorder": version("learnorder"), "device": "cpu"}
    if not _is_learner(identity):
        return made_by | {"torch": version("torch")}
    from learnorder.learners.models import MODELS

    round_is = MODELS[identity["architecture"]["model"]].round_is
    return made_by | {"scikit-learn": version("scikit-learn"), "round": round_is}


def _is_learner(identity: Mapping[str, Any]) -> bool:
    return identity["architecture"]["library"] == "scikit-learn"
