"""A study's configuration: checked whole before anything runs, then planned.

Imported by the Snakefile, which every cluster job reads again: nothing here may import torch, polars or data.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from importlib import metadata
from typing import Any

from learnorder.errors import UserError, suggestion
from learnorder.study import fit, parts, planning, published
from learnorder.study.checked import checked
from learnorder.study.collection import Collection, Pair
from learnorder.study.identity import training_version

# Where a dataset comes from, where a network is trained, what is said about an entry, how long it is taken to last
# and how it is drawn do not change what it is.
LOOK = ("colour", "marker")
NOT_IDENTITY = {"addresses", "contents", "parquet", "description", "device", "multiply_adds_per_pixel", *LOOK}
# The distribution of a package of the catalogue, where it is not called as the package.
CALLED = {"sklearn": "scikit-learn"}
CATALOGUES = {
    "dataset": "datasets",
    "architecture": "architectures",
    "recipe": "recipes",
    "also_predict": "datasets",
}


class Study:
    """A valid configuration and what follows from it: collections, shards of seeds, identities.

    Raises `UserError` for the first mistake found: which key, its value, what is allowed.
    """

    def __init__(self, config: Mapping[str, Any]):
        self.config = parts.expanded(checked(config))
        self.name: str = self.config["study"]
        for name in self["datasets"]:
            self._check_origin(name)
            if self["datasets"][name]["reader"] == "extracted":
                self._check_extracted(name)
        trained = list(self._expanded())
        for collection in trained:
            fit.check(self.config, collection)
        self.collections = trained + [self._imported(number) for number in range(len(self["imported"]))]
        self._check_once()
        self._check_drawn()
        self.published = dict(self._published())
        """By the name of a file of published weights, an architecture of the study that starts from it."""

    def __getitem__(self, key: str) -> Any:
        return self.config[key]

    @cached_property
    def by_path(self) -> dict[str, Collection]:
        """The collections, by their path."""
        return {collection.path: collection for collection in self.collections}

    @cached_property
    def main(self) -> list[Collection]:
        """Of each architecture on each dataset the first collection; others are variants of it."""
        first: dict[tuple[str, str], Collection] = {}
        for collection in self.collections:
            first.setdefault((collection.dataset, collection.architecture), collection)
        return list(first.values())

    @cached_property
    def looks(self) -> dict[str, dict[str, str]]:
        """By architecture of the study its colour and marker in figures, as far as its entry has them."""
        return {c.architecture: look(self["architectures"].get(c.architecture, {})) for c in self.collections}

    @cached_property
    def pairs(self) -> list[Pair]:
        """Pairs on one dataset: the main collections among each other, and each variant with its main one."""
        return [
            Pair(one, other)
            for one, other in itertools.combinations(self.collections, 2)
            if one.dataset == other.dataset
            and one in self.main
            and (other in self.main or one.architecture == other.architecture)
        ]

    def shards(self, collection: str) -> list[tuple[int, int]]:
        """First and last seed of each outcome table of the collection with this path.

        Shards start at multiples of `seeds_per_job`, so that a collection grows by adding files.
        """
        of, networks = self.by_path[collection], self.by_path[collection].networks
        size = networks if of.files else planning.seeds_per_job(self.config, of)
        return [(first, min(first + size, networks) - 1) for first in range(0, networks, size)]

    def identity(self, dataset: str, architecture: str, recipe: str) -> dict[str, Any]:
        """Everything that a network's predictions follow from, beside its seed."""
        collection = self.by_path.get(f"{dataset}/{architecture}/{recipe}")
        if collection and collection.files:
            return {
                "dataset": {"name": dataset},
                "architecture": {"name": architecture, "library": "imported"},
                "recipe": {"name": recipe, "clock": "epochs"},
            }
        also = collection.also_predict if collection else ()
        return {
            "training_version": training_version(self["recipes"][recipe]),
            "dataset": self.described("datasets", dataset),
            "architecture": self.described("architectures", architecture),
            "recipe": self.described("recipes", recipe),
            "also_predict": [self.described("datasets", name) for name in also],
        }

    def entry(self, catalogue: str, name: str) -> dict[str, Any]:
        """An entry of a catalogue, with what it follows from.

        Docstrings name the versions of the packages that they are read from, features the network that gives them,
        pretrained networks the file of their weights.
        """
        entry = self[catalogue][name]
        if entry.get("reader") == "extracted":
            return entry | self._extracted_by(entry)
        if entry.get("reader") == "docstrings":
            tops = sorted({package.partition(".")[0] for package in entry["packages"]})
            return entry | {"versions": {top: _version(top) for top in tops if _version(top)}}
        if entry.get("weights") == published.PRETRAINED:
            return entry | published.find(name, entry["library"], entry["model"])
        return entry

    def _extracted_by(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """The origin, the architecture and the recipe of the network whose features are extracted."""
        by = {
            "of": self.described("datasets", entry["of"]),
            "architecture": self.described("architectures", entry["architecture"]),
        }
        if "recipe" in entry:
            recipe = self.described("recipes", entry["recipe"])
            by |= {"recipe": recipe, "training_version": training_version(recipe)}
        return by

    def described(self, catalogue: str, name: str) -> dict[str, Any]:
        """An entry with its name, and that of what it is a part of; without what is just said."""
        entry = {key: value for key, value in self.entry(catalogue, name).items() if key not in NOT_IDENTITY}
        if isinstance(entry.get("of"), str):
            entry["of"] = self.described(catalogue, entry["of"])
        if "features" in entry:
            entry["features"] = self.described("datasets", entry["features"])
        return {"name": name} | entry

    def published_weights(self, architecture: str) -> list[str]:
        """Name of the file of published weights that an architecture starts from, if it does."""
        entry = self.entry("architectures", architecture)
        return [entry["weights"]["name"]] if "addresses" in entry else []

    def _published(self) -> Iterator[tuple[str, dict[str, Any]]]:
        trained = [collection for collection in self.collections if not collection.files]
        architectures = [collection.architecture for collection in trained]
        learned = [self["architectures"][name].get("features") for name in architectures]
        for dataset in dict.fromkeys([*(collection.dataset for collection in trained), *filter(None, learned)]):
            architectures += self._extracting(dataset)
        for architecture in dict.fromkeys(architectures):
            for file in self.published_weights(architecture):
                yield file, {"name": architecture} | self.entry("architectures", architecture)

    def _extracting(self, dataset: str) -> Iterator[str]:
        """Architectures whose features a dataset is, or is a part of."""
        while dataset:
            entry = self["datasets"][dataset]
            if "architecture" in entry:
                yield entry["architecture"]
            dataset = entry.get("of", "")

    def _check_origin(self, name: str) -> None:
        """Follow a subset to the dataset that it is a part of."""
        seen = [name]
        while "of" in (entry := self["datasets"][seen[-1]]):
            key = f"configuration: datasets.{seen[-1]}.of is '{entry['of']}'"
            if entry["of"] not in self["datasets"]:
                raise UserError(f"{key}; {suggestion(entry['of'], self['datasets'])}")
            if entry["of"] in seen:
                raise UserError(f"{key}, a part of itself; allowed: another dataset")
            seen.append(entry["of"])

    def _check_extracted(self, name: str) -> None:
        """Whether there is a network that gives the features of a dataset."""
        entry, key = self["datasets"][name], f"configuration: datasets.{name}"
        for axis in ("architecture", "recipe"):
            if axis in entry and entry[axis] not in self[CATALOGUES[axis]]:
                raise UserError(
                    f"{key}.{axis} is '{entry[axis]}'; {suggestion(entry[axis], self[CATALOGUES[axis]])}"
                )
        fit.check_extracted(self.config, name)
        if "recipe" in entry:
            fit.check(self.config, Collection(entry["of"], entry["architecture"], entry["recipe"], networks=1))

    def _expanded(self) -> Iterator[Collection]:
        """Every combination of the names that an entry of `collections` lists."""
        for number, entry in enumerate(self["collections"]):
            for axis, catalogue in CATALOGUES.items():
                for name in entry[axis]:
                    if name not in self[catalogue]:
                        raise UserError(
                            f"configuration: collections[{number}].{axis} is '{name}'; "
                            + suggestion(name, self[catalogue])
                        )
            for names in itertools.product(*(entry[axis] for axis in ("dataset", "architecture", "recipe"))):
                yield Collection(*names, entry["networks"], tuple(entry["also_predict"]))

    def _imported(self, number: int) -> Collection:
        """The collection of an entry of `imported`."""
        entry, key = self["imported"][number], f"configuration: imported[{number}]"
        given = {name for name in ("train", "test", "table") if name in entry}
        if entry["architecture"] in self["architectures"]:
            raise UserError(
                f"{key}.architecture is '{entry['architecture']}', which the catalogue has; "
                "allowed: a name of its own, since it was not trained here"
            )
        names = (entry[axis] for axis in ("dataset", "architecture", "recipe"))
        return Collection(*names, entry["networks"], files=tuple((name, entry[name]) for name in sorted(given)))

    def _check_once(self) -> None:
        """Whether each collection is asked for once, and there is one."""
        if not self.collections:
            raise UserError(
                "configuration: collections and imported are empty; allowed: a collection in one of them"
            )
        path, times = Counter(collection.path for collection in self.collections).most_common(1)[0]
        if times > 1:
            raise UserError(f"configuration: collections have {path} {times} times; allowed: each collection once")

    def _check_drawn(self) -> None:
        """Whether the datasets that figures are to show are known."""
        known = {*self["datasets"], *(collection.dataset for collection in self.collections)}
        for number, name in enumerate(self["drawn_datasets"]):
            if name not in known:
                raise UserError(f"configuration: drawn_datasets[{number}] is '{name}'; {suggestion(name, known)}")


def look(entry: Mapping[str, Any]) -> dict[str, str]:
    """What an architecture's entry says of how it is drawn."""
    return {key: entry[key] for key in LOOK if key in entry}


def check_own(given: Mapping[str, Any]) -> None:
    """Raise a `UserError` if a study's file and the command line lack what every study must give itself."""
    must = {"study": "a name of its own", "collections": "a list, [] where all is imported"}
    for key, wanted in must.items():
        if key not in given:
            raise UserError(f"configuration: {key} is missing in the study's file; allowed: {wanted}")


@cache
def _version(top: str) -> str | None:
    """Installed version of a top-level package; None for one that is not installed."""
    try:
        return metadata.version(CALLED.get(top, top))
    except metadata.PackageNotFoundError:
        # Of all distributions, which takes a tenth of a second.
        found = metadata.packages_distributions().get(top)
        return metadata.version(found[0]) if found else None
