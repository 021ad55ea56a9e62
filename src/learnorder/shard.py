"""One shard of a collection: what is known of its members is kept, the rest is trained and saved now and then.

A table that is already there, under this name or beside it, is where members are taken from first: Snakemake may
ask for what is known, as after a run that was killed before it noted that the job had ended. What else survives
lies in a folder that no rule knows: the members that are finished as an outcome table, the networks that are under
way as torch's file.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from learnorder import __version__, outcomes
from learnorder.datasets import canonical
from learnorder.datasets.canonical import Dataset
from learnorder.errors import UserError
from learnorder.outcomes import Kept
from learnorder.study.identity import digest

FINISHED, UNDER_WAY = "finished.parquet", "under_way.pt"

say = partial(print, flush=True)


@dataclass
class Shard:
    """The members of one outcome table, as far as they are known.

    `others`: datasets whose test examples are predicted too. `kept`: by seed, what each finished member leaves;
    `diverged`: by seed, where those diverged that did.
    """

    seeds: Sequence[int]
    dataset: Dataset
    others: Mapping[str, Dataset]
    identity: Mapping[str, Any]
    environment: Mapping[str, str]
    kept: dict[int, Kept] = field(default_factory=dict)
    diverged: dict[int, float] = field(default_factory=dict)

    @property
    def missing(self) -> list[int]:
        """Seeds of the members that are still to be made."""
        return [seed for seed in self.seeds if seed not in self.kept]

    @property
    def _made_from(self) -> dict[str, Any]:
        return {"dataset": self.dataset, "identity": self.identity, "environment": self.environment}

    def take(self, path: Path) -> None:
        """Take the members that an earlier table of the same collection has; none of any other."""
        if not path.exists():
            return
        try:
            kept, diverged = outcomes.members(path, self.missing, **self._made_from)
        except UserError as refused:
            say(f"not used: {refused}")
            return
        if kept:
            say(f"members {', '.join(map(str, kept))} are those of {path}")
        self.kept |= kept
        self.diverged |= diverged

    def write(self, path: Path) -> None:
        """Write the members that are finished."""
        outcomes.write(path, kept=self.kept, diverged=self.diverged, **self._made_from)


def make(
    output: Path,
    *,
    checkpoint: Path,
    datasets: Path,
    identity: Mapping[str, Any],
    seeds: Sequence[int],
    device: str = "cpu",
    workers: int = 1,
    save_every_s: float = 120,
    design: tuple[int, bool] | None = None,
) -> None:
    """Write the outcome table of the members with these seeds.

    Members that this or another table beside it has of the same collection are taken from there, so that a shard
    that grows trains what is new. `checkpoint`: folder of what survives when the job is stopped; gone when the
    table is written. `design`: of training on a GPU, see `training.train`. Stopped and called again, the table has
    the bytes that it would have had.
    """
    dataset = canonical.read(datasets / identity["dataset"]["name"])
    others = canonical.read_named(datasets, [other["name"] for other in identity["also_predict"]])
    shard = Shard(seeds, dataset, others, identity, environment(identity, device))
    siblings = [path for path in sorted(output.parent.glob(outcomes.PATTERN)) if path != output]
    for path in [output, checkpoint / FINISHED, *siblings]:
        shard.take(path)
    if shard.missing:
        if _is_learner(identity):
            _learn(shard, checkpoint, datasets)
        else:
            _train(shard, checkpoint, device, workers, save_every_s, design)
    shard.write(output)
    _tidy(output, siblings, checkpoint)


def environment(identity: Mapping[str, Any], device: str = "cpu") -> dict[str, str]:
    """Versions and the device, which may change the last bits of a result; for a learner also what a round is."""
    made_by = {"learnorder": __version__, "device": device}
    if not _is_learner(identity):
        if device != "cpu":
            import torch

            made_by["device"] = torch.cuda.get_device_name(device)
        return made_by | {"torch": version("torch")}
    from learnorder.learners.models import MODELS

    round_is = MODELS[identity["architecture"]["model"]].round_is
    return made_by | {"scikit-learn": version("scikit-learn"), "round": round_is}


def _is_learner(identity: Mapping[str, Any]) -> bool:
    return identity["architecture"]["library"] == "scikit-learn"


# Each kind has libraries of its own, which take seconds to import.
def _learn(shard: Shard, checkpoint: Path, datasets: Path) -> None:
    """Make members that are no networks; each is saved when it is finished."""
    from learnorder.learners.learn import learn

    features = shard.identity["architecture"].get("features")
    dataset = canonical.read(datasets / features["name"]) if features else shard.dataset
    for seed, kept in learn(dataset, shard.others, shard.identity, shard.missing, say):
        shard.kept[seed] = kept
        shard.write(checkpoint / FINISHED)


def _train(
    shard: Shard,
    checkpoint: Path,
    device: str,
    workers: int,
    save_every_s: float,
    design: tuple[int, bool] | None,
) -> None:
    """Train networks; all is saved every so many seconds, and when the job is told to stop."""
    from learnorder.training import checkpoints
    from learnorder.training.interruption import Interruption
    from learnorder.training.train import train

    made_by = {"recipe": digest(shard.identity), "data": shard.dataset.checksum, **shard.environment}
    saved = checkpoints.read(checkpoint / UNDER_WAY, made_by)

    def save(state: Callable[[], dict[str, Any]]) -> None:
        if shard.kept:
            shard.write(checkpoint / FINISHED)
        checkpoints.write(checkpoint / UNDER_WAY, made_by, state())
        say("saved: the same command goes on from here")

    with Interruption(save_every_s) as interruption:
        for seed, kept, diverged in train(
            shard.dataset,
            shard.others,
            shard.identity,
            shard.missing,
            report=say,
            watch=lambda state: interruption.watch(lambda: save(state)),
            saved=saved,
            device=device,
            workers=workers,
            design=design,
        ):
            shard.kept[seed] = kept
            if diverged is not None:
                shard.diverged[seed] = diverged


def _tidy(output: Path, siblings: Sequence[Path], checkpoint: Path) -> None:
    """Remove what the new table has made superfluous: the checkpoint, and tables of some of its members."""
    own = set(outcomes.metadata(output)["seeds"])
    for path in siblings:
        first, last = outcomes.named_seeds(path)
        if set(range(first, last + 1)) <= own:
            path.unlink(missing_ok=True)
    shutil.rmtree(checkpoint, ignore_errors=True)
