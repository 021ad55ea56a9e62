"""What rules ask of a study: from which files a result follows, what its job is given and needs.

Functions of wildcards, as Snakemake calls them. Nothing here may import torch, polars or data.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from statistics import mean
from typing import Any

from learnorder import footers, source, stages, store
from learnorder.errors import UserError, one_line
from learnorder.study import layout, planning
from learnorder.study.collection import Collection
from learnorder.study.model import Study

Inputs = Callable[[Any], list[str]]
COLLECTION = "{dataset}/{architecture}/{recipe}"
OTHER = "{dataset}/{other_architecture}/{other_recipe}"
ALL_FORCED, FORCED = {"--forceall", "-F"}, {"--force", "-f", "--forcerun", "-R"}


def needed(inputs: Inputs, rule: str, *results: str) -> Inputs:
    """Input function: what results of a rule follow from, as long as one of them is missing.

    What lies at a path with a name of all that it follows from needs nothing any more: neither times nor records
    of Snakemake matter, nor whether its inputs are here. `results`: paths, with wildcards.
    """

    def function(wildcards: Any) -> list[str]:
        paths = [path.format(**wildcards) for path in results]
        with one_line():
            return inputs(wildcards) if _is_forced(rule, paths) or not all(map(os.path.exists, paths)) else []

    return function


def _is_forced(rule: str, paths: Iterable[str]) -> bool:
    """Whether --force, --forcerun or --forceall asks for these results of a rule again."""
    given = set(sys.argv[1:])
    return bool(ALL_FORCED & given or (FORCED & given and {rule, *paths} & given))


class Asked:
    """A study, asked by rules."""

    def __init__(self, study: Study, is_main_process: bool):
        self.study, self._reports = study, is_main_process
        self._reported: set[str] = set()

    # Datasets

    def entry(self, wildcards: Any) -> dict[str, Any]:
        """The catalogue's entry of a dataset, with what it follows from."""
        return self.study.entry("datasets", wildcards.dataset)

    def reader(self, wildcards: Any) -> str:
        """Digest of the code that reads a dataset."""
        return source.digest("datasets.build", f"datasets.{self.study['datasets'][wildcards.dataset]['reader']}")

    def origin(self, wildcards: Any) -> list[str]:
        """The dataset that a dataset is a part of, and weights of the network that extracts it, if any."""
        entry = self.study["datasets"][wildcards.dataset]
        origins = [layout.examples(entry["of"])] if "of" in entry else []
        return origins + (self._weights(entry["architecture"]) if "architecture" in entry else [])

    def examples_of(self, datasets: Iterable[str]) -> list[str]:
        """Those of these datasets that are in the catalogue, without those of imported predictions."""
        return [layout.examples(name) for name in datasets if name in self.study["datasets"]]

    def networks(self) -> list[dict[str, Any]]:
        """Each architecture on each of its datasets."""
        pairs = dict.fromkeys((c.dataset, c.architecture) for c in self.study.collections if not c.files)
        return [
            {"dataset": dataset, "described": self.study.described("architectures", architecture)}
            for dataset, architecture in pairs
            if self.study["architectures"][architecture]["library"] != "scikit-learn"
        ]

    # Collections

    def identity(self, wildcards: Any) -> dict[str, Any]:
        """All that a collection's predictions follow from."""
        return self.study.identity(wildcards.dataset, wildcards.architecture, wildcards.recipe)

    def shards(self, wildcards: Any) -> list[str]:
        """Outcome tables of a collection."""
        return layout.shards(self.study, COLLECTION.format(**wildcards))

    def files(self, wildcards: Any) -> dict[str, str]:
        """Files of imported predictions, by what they hold."""
        return dict(self.study.by_path[COLLECTION.format(**wildcards)].files)

    def both(self, wildcards: Any) -> list[str]:
        """Paths of the two collections of a pair."""
        return [COLLECTION.format(**wildcards), OTHER.format(**wildcards)]

    def both_shards(self, wildcards: Any) -> list[list[str]]:
        """Outcome tables of each of the two."""
        return [layout.shards(self.study, path) for path in self.both(wildcards)]

    def both_identities(self, wildcards: Any) -> list[dict[str, Any]]:
        """All that the predictions of each of the two follow from."""
        return [self.study.identity(*path.split("/")) for path in self.both(wildcards)]

    # Training

    def recipes_on(self, device: str) -> list[str]:
        """Recipes that ask for a device, cpu or gpu."""
        return [name for name, recipe in self.study["recipes"].items() if recipe.get("device", "cpu") == device]

    def trained_on(self, wildcards: Any) -> list[str]:
        """What an outcome table is made from: datasets to train on and to predict, published weights."""
        path, table = COLLECTION.format(**wildcards), self.table(wildcards)
        folder, wanted = Path(table).parent, layout.outcomes(self.study, path)
        if str(folder) != wanted:
            raise UserError(f"{folder} is not what the study asks for; allowed: {wanted}")
        if table in self._published:
            self._report(
                "published", f"outcome tables that were published are not here, such as {table}: dvc pull"
            )
        elif differs := footers.earlier(folder, self.identity(wildcards)):
            why = f"its tables here were made with another {differs}; so are others like it"
            self._report("another", f"{path} is trained again: {why}")
        also = self.study.by_path[path].also_predict if path in self.study.by_path else ()
        weights = self._weights(wildcards.architecture)
        of = [self.study["architectures"][wildcards.architecture].get("features", wildcards.dataset)]
        return [*self.examples_of(dict.fromkeys([wildcards.dataset, *of, *also])), *weights]

    def table(self, wildcards: Any) -> str:
        """Path of an outcome table."""
        folder = f"{layout.results(self.study)}/outcomes/{COLLECTION.format(**wildcards)}/{wildcards.name}"
        return f"{folder}/seeds-{wildcards.first}-{wildcards.last}.parquet"

    def checkpoint(self, wildcards: Any) -> str:
        """Folder of what survives a stop of a training job. No rule's output, so Snakemake leaves it alone."""
        return self.table(wildcards).replace("/outcomes/", "/checkpoints/", 1).removesuffix(".parquet")

    def seeds(self, wildcards: Any) -> str:
        """First and last seed of the networks that no table has yet, or of all if each is known."""
        on_cpu = wildcards.recipe in self.recipes_on("cpu")
        known = footers.seeds_known(Path(self.table(wildcards)).parent, on_cpu)
        asked = range(int(wildcards.first), int(wildcards.last) + 1)
        new = [seed for seed in asked if seed not in known] or asked
        return f"{new[0]:03d} to {new[-1]:03d}"

    def job(self, wildcards: Any) -> tuple[Collection, int]:
        """The collection of a training job, and how many of its networks the job trains."""
        given = dict(wildcards.items())
        networks = int(given["last"]) - int(given["first"]) + 1
        of = Collection(given["dataset"], given["architecture"], given["recipe"], networks)
        return self.study.by_path.get(of.path, of), networks

    def training_seconds(self, wildcards: Any) -> float:
        """What a training job is expected to take."""
        return stages.training_seconds(self.study, *self.job(wildcards))

    def expected_seconds(self) -> float:
        """What a training job is expected to take, the mean of those whose outcome tables are not here."""
        missing = [
            stages.training_seconds(self.study, collection, last - first + 1)
            for path, collection in self.study.by_path.items()
            for (first, last), table in zip(self.study.shards(path), layout.shards(self.study, path), strict=True)
            if not collection.files and not os.path.exists(table)
        ]
        return mean(missing) if missing else 0

    def minutes(self, wildcards: Any, attempt: int) -> int:
        """What a training job may take, more with each attempt."""
        return attempt * planning.minutes(self.study, *self.job(wildcards))

    def megabytes(self, wildcards: Any, attempt: int) -> int:
        """Memory of a training job, more with each attempt."""
        return attempt * planning.megabytes(self.study, *self.job(wildcards))

    def _weights(self, architecture: str) -> list[str]:
        """The file of published weights that an architecture starts from, if it does."""
        return [layout.weights(file) for file in self.study.published_weights(architecture)]

    @cached_property
    def _published(self) -> Mapping[str, Path]:
        return dict(store.objects())

    def _report(self, reason: str, words: str) -> None:
        """Report something once, of whatever it is true."""
        if self._reports and reason not in self._reported:
            self._reported.add(reason)
            print(f"learnorder: {words}", file=sys.stderr)


def as_json(what: Callable[[Any], Any]) -> Callable[[Any, Any], str]:
    """A parameter for a command."""
    return lambda wildcards, output: json.dumps(what(wildcards))
