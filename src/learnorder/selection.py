"""What each figure draws of a study: which collections and pairs of them, and which tables of those.

Imported by the Snakefile, as the configuration is: nothing here may import torch, polars or seaborn.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from learnorder import source
from learnorder.errors import UserError
from learnorder.study import layout, registry
from learnorder.study.collection import Collection, Pair
from learnorder.study.fit import kind, wrong_share
from learnorder.study.hyper_parameters import hyper_parameter
from learnorder.study.identity import digest
from learnorder.study.model import Study

GENERATED_READERS = {"gabor", "gaussian", "noise"}
ALL_STREAMS = 3
LINEAR = {"linear", "deep_linear"}
"""Hand-made models that are linear."""
MOST = 0.5
"""Share of redrawn labels above which they count as random."""
OF_LABELS = {"description", "label_noise", "label_noise_seed", "labels"}
"""Settings of a dataset that leave its examples as they are."""
NO_VARIANT = {"record", "device", "description"}
"""Settings of a recipe that change nothing of what networks learn."""


@dataclass(frozen=True)
class Selection:
    """What a figure draws, as the `ABOUT` of its module has it. Tables are named as their files.

    `needs`: what a study must have for it, in words. `collections`, `pairs`: a name in `COLLECTIONS` and in
    `PAIRS`, or nothing. `tables`, `pair_tables`, `dataset_tables`: of the collections, the pairs, their datasets.
    `also_without_pairs`: whether collections alone are enough. `at_few_epochs`: whether its table holds few
    evaluation points, those that the study's `style` lists if it lists any. `of_all_datasets`: whether it draws
    them all, whichever the study's `drawn_datasets` are.
    """

    needs: str
    collections: str = ""
    tables: Sequence[str] = ()
    pairs: str = ""
    pair_tables: Sequence[str] = ()
    dataset_tables: Sequence[str] = ()
    also_without_pairs: bool = False
    at_few_epochs: bool = False
    of_all_datasets: bool = False

    def of(self, study: Study) -> tuple[list[Collection], list[Pair]]:
        """Its collections and pairs in a study."""
        return (
            COLLECTIONS[self.collections](study) if self.collections else [],
            PAIRS[self.pairs](study) if self.pairs else [],
        )


def is_learner(study: Study, collection: Collection) -> bool:
    """Whether its members are no networks."""
    entry = study["architectures"].get(collection.architecture, {})
    return entry.get("library") == "scikit-learn"


def origin(study: Study, dataset: str) -> str:
    """The dataset that it is in the end a part of."""
    entry = study["datasets"].get(dataset, {})
    return origin(study, entry["of"]) if "of" in entry else dataset


def is_generated(study: Study, dataset: str) -> bool:
    """Whether its inputs come from a generator, not from the world."""
    return study["datasets"].get(origin(study, dataset), {}).get("reader") in GENERATED_READERS


def is_noisy(study: Study, dataset: str) -> bool:
    """Whether some of its train labels were redrawn or shuffled."""
    entry = study["datasets"].get(dataset, {})
    return wrong_share(study["datasets"], dataset) > 0 or ("of" in entry and is_noisy(study, entry["of"]))


def with_true_labels(study: Study, dataset: str) -> str | None:
    """The dataset itself, or that with its examples and its own labels; None where the study has none."""
    if not is_noisy(study, dataset):
        return dataset
    examples = _without_labels(study, dataset)
    for other in study["datasets"]:
        if not is_noisy(study, other) and _without_labels(study, other) == examples:
            return other
    of = study["datasets"][dataset].get("of")
    return with_true_labels(study, of) if of else None


def _without_labels(study: Study, dataset: str) -> dict[str, Any]:
    """The dataset's entry but for what is done to its labels."""
    return {key: value for key, value in study["datasets"][dataset].items() if key not in OF_LABELS}


def real(study: Study) -> list[Collection]:
    """The main collections of networks on real datasets with their own labels."""
    return [
        collection
        for collection in study.main
        if not is_learner(study, collection)
        and not is_generated(study, collection.dataset)
        and not is_noisy(study, collection.dataset)
    ]


def on_parts(study: Study) -> list[Collection]:
    """The real ones on disjoint parts of a dataset."""
    return [c for c in real(study) if "part" in study["datasets"].get(c.dataset, {})]


def is_linear(study: Study, architecture: str) -> bool:
    """Whether its networks are linear, but for max-pooling."""
    entry = study["architectures"].get(architecture, {})
    return entry.get("model") in LINEAR or entry.get("options", {}).get("activation") == "linear"


def linear_beside_others(study: Study) -> list[Collection]:
    """The real ones on datasets that both linear and other networks learned."""
    kinds: dict[str, set[bool]] = {}
    for c in real(study):
        kinds.setdefault(c.dataset, set()).add(is_linear(study, c.architecture))
    return [c for c in real(study) if len(kinds[c.dataset]) > 1]


def gabor(study: Study) -> list[Collection]:
    """The main collections of networks on Gabor patches."""
    return _generated_by(study, "gabor")


def gaussians(study: Study) -> list[Collection]:
    """The main collections of networks on Gaussian clouds."""
    return _generated_by(study, "gaussian")


def _generated_by(study: Study, reader: str) -> list[Collection]:
    return [
        c
        for c in study.main
        if not is_learner(study, c) and study["datasets"].get(origin(study, c.dataset), {}).get("reader") == reader
    ]


def swept(study: Study) -> list[Collection]:
    """Networks of one model on a real dataset with several settings: the first, and what differs in one."""
    first: dict[tuple[str, str], Collection] = {}
    found = []
    for c in _first_of_variants(study, _networks_on_real(study)):
        if is_noisy(study, c.dataset) or c.recipe not in study["recipes"] or _varies(study, c) < ALL_STREAMS:
            continue
        model = (c.dataset, study["architectures"][c.architecture]["model"])
        if first.setdefault(model, c) == c or hyper_parameter(study.config, first[model], c):
            found.append(c)
    several = Counter((c.dataset, study["architectures"][c.architecture]["model"]) for c in found)
    return [c for c in found if several[c.dataset, study["architectures"][c.architecture]["model"]] > 1]


def text(study: Study) -> list[Collection]:
    """The real ones on texts."""
    return [
        c for c in real(study) if c.dataset in study["datasets"] and kind(study["datasets"], c.dataset) == "text"
    ]


def generated_beside_real(study: Study) -> list[Collection]:
    """The main collections of networks on generated datasets, and the real ones of their architectures."""
    generated = [c for c in study.main if is_generated(study, c.dataset) and not is_learner(study, c)]
    architectures = {collection.architecture for collection in generated}
    return generated + [c for c in real(study) if generated and c.architecture in architectures]


def learners_beside_networks(study: Study) -> list[Collection]:
    """The learners, and the real collections of networks on their datasets."""
    learners = [c for c in study.main if is_learner(study, c) and not is_noisy(study, c.dataset)]
    datasets = {collection.dataset for collection in learners}
    return learners + [collection for collection in real(study) if collection.dataset in datasets]


def variants(study: Study) -> list[Collection]:
    """Networks of an architecture on a real dataset that has several recipes, of which all streams vary.

    Recipes that differ in what they record alone are no variants of each other: the first is taken.
    """
    return _first_of_variants(
        study,
        (
            c
            for c in _several_recipes(study)
            if not is_generated(study, c.dataset)
            and not is_noisy(study, c.dataset)
            and _varies(study, c) == ALL_STREAMS
        ),
    )


def streams(study: Study) -> list[Collection]:
    """Collections of which not all streams vary, and those beside them that differ from them in nothing else."""
    several = _several_recipes(study)

    def but_for_streams(c: Collection) -> tuple[str, ...]:
        recipe = study["recipes"][c.recipe]
        left = {key: value for key, value in recipe.items() if key not in {*NO_VARIANT, "vary"}}
        return (c.dataset, c.architecture, digest(left))

    alone = {but_for_streams(c) for c in several if _varies(study, c) < ALL_STREAMS}
    return [c for c in several if but_for_streams(c) in alone]


def others_predicted(study: Study) -> list[Collection]:
    """Collections that also predict other datasets."""
    return [collection for collection in study.collections if collection.also_predict]


def noisy_beside_true(study: Study) -> list[Collection]:
    """Networks on datasets with redrawn labels, and those of the same architecture and recipe on the true ones.

    Of recipes that differ in what they record alone, the first is taken.
    """
    networks = _first_of_variants(study, _networks_on_real(study))
    noisy = [collection for collection in networks if is_noisy(study, collection.dataset)]
    wanted = {(with_true_labels(study, c.dataset), c.architecture, c.recipe) for c in noisy}
    return [c for c in networks if (c.dataset, c.architecture, c.recipe) in wanted] + noisy


def scored(study: Study) -> list[Collection]:
    """Networks whose recipe records more than predictions; then, where there are none, those on redrawn labels."""
    networks = _networks_on_real(study)
    record = [c for c in networks if study["recipes"].get(c.recipe, {}).get("record")]
    known = {(c.dataset, c.architecture) for c in record}
    return record + [
        c for c in networks if is_noisy(study, c.dataset) and (c.dataset, c.architecture) not in known
    ]


def one_per_dataset(study: Study) -> list[Collection]:
    """The first real collection of each dataset whose inputs are here and can be shown, which features cannot."""
    first = {collection.dataset: collection for collection in reversed(real(study))}
    datasets = study["datasets"]
    return [
        c
        for c in real(study)
        if first[c.dataset] == c and c.dataset in datasets and kind(datasets, c.dataset) != "features"
    ]


def pairs_of(collections: Callable[[Study], list[Collection]]) -> Callable[[Study], list[Pair]]:
    """The pairs of a study of which both are among these collections."""

    def pairs(study: Study) -> list[Pair]:
        chosen = collections(study)
        return [pair for pair in study.pairs if pair.first in chosen and pair.second in chosen]

    return pairs


def _networks_on_real(study: Study) -> list[Collection]:
    """All collections of networks on real datasets, also those with redrawn labels."""
    return [c for c in study.collections if not is_learner(study, c) and not is_generated(study, c.dataset)]


def _first_of_variants(study: Study, collections: Iterable[Collection]) -> list[Collection]:
    """The first of those that differ in nothing that changes what networks learn."""
    first: dict[tuple[str, str, str], Collection] = {}
    for c in collections:
        recipe = study["recipes"].get(c.recipe, {"imported": c.recipe})
        learned = {key: value for key, value in recipe.items() if key not in NO_VARIANT}
        first.setdefault((c.dataset, c.architecture, digest(learned)), c)
    return list(first.values())


def pairs_of_variants(study: Study) -> list[Pair]:
    """The pairs of two variants of one architecture."""
    return [pair for pair in pairs_of(variants)(study) if pair.first.architecture == pair.second.architecture]


def _several_recipes(study: Study) -> list[Collection]:
    recipes: dict[tuple[str, str], list[str]] = {}
    for collection in study.collections:
        recipes.setdefault((collection.dataset, collection.architecture), []).append(collection.recipe)
    return [
        c
        for c in study.collections
        if len(recipes[c.dataset, c.architecture]) > 1
        and not is_learner(study, c)
        and c.recipe in study["recipes"]
    ]


def _varies(study: Study, collection: Collection) -> int:
    return len(study["recipes"][collection.recipe]["vary"])


COLLECTIONS = {
    select.__name__: select
    for select in (
        real,
        on_parts,
        linear_beside_others,
        swept,
        gabor,
        gaussians,
        text,
        generated_beside_real,
        learners_beside_networks,
        streams,
        others_predicted,
        noisy_beside_true,
        scored,
        one_per_dataset,
    )
}
PAIRS = {name: pairs_of(select) for name, select in COLLECTIONS.items()} | {"variants": pairs_of_variants}
FIGURES = {
    name: Selection(**{key: value for key, value in about.items() if key not in ("shows", "claims")})
    for name, about in registry.figures().items()
}


def drawn(study: Study) -> list[str]:
    """The figures that the study asks for, or all for which it has something to draw."""
    return study["figures"] or [name for name in FIGURES if has(study, name)]


def chosen(study: Study, figure: str) -> tuple[list[Collection], list[Pair]]:
    """The collections and pairs that a figure draws: of all datasets, or of those that the study names."""
    collections, pairs = FIGURES[figure].of(study)
    if FIGURES[figure].of_all_datasets:
        return collections, pairs
    return (
        [collection for collection in collections if _is_wanted(study, collection.dataset)],
        [pair for pair in pairs if _is_wanted(study, pair.first.dataset)],
    )


def explored(study: Study) -> tuple[list[Collection], list[Pair]]:
    """The collections whose examples are browsed, and their pairs: of all datasets, or of those that are named."""
    return (
        [collection for collection in study.collections if _is_wanted(study, collection.dataset)],
        [pair for pair in study.pairs if _is_wanted(study, pair.first.dataset)],
    )


def explored_paths(study: Study) -> list[str]:
    """Files of measures that the explorer is made from."""
    collections, pairs = explored(study)
    return [
        *every(study, "examples", collections),
        *(f"{layout.pair(study, pair)}/correlation.parquet" for pair in pairs),
    ]


def scored_paths(study: Study, dataset: str) -> list[str]:
    """Files of measures that the scores of a dataset's examples are from."""
    collections = [collection for collection in study.collections if collection.dataset == dataset]
    tables = ("examples", "examples_as_trained")
    return [path for table in tables for path in every(study, table, collections)]


def has(study: Study, figure: str) -> bool:
    """Whether a study has what a figure draws."""
    selection = FIGURES[figure]
    collections, pairs = chosen(study, figure)
    return bool(pairs if selection.pair_tables and not selection.also_without_pairs else collections)


def paths(study: Study, figure: str) -> Iterator[str]:
    """Files that a figure is drawn from. A `UserError` if the study has nothing for it."""
    if not has(study, figure):
        raise UserError(
            f"figure {figure}: the study {study.name} has nothing to draw; it needs {FIGURES[figure].needs}"
        )
    selection = FIGURES[figure]
    collections, pairs = chosen(study, figure)
    for table in selection.tables:
        yield from every(study, table, collections)
    # What each collection ends at is said in every figure.
    had = collections if "epochs" in selection.tables else []
    both = dict.fromkeys([*collections, *(one for pair in pairs for one in (pair.first, pair.second))])
    yield from every(study, "epochs", [one for one in both if one not in had])
    for table in selection.pair_tables:
        yield from (f"{layout.pair(study, pair)}/{table}.parquet" for pair in pairs)
    datasets = dict.fromkeys(c.dataset for c in collections if c.dataset in study["datasets"])
    of = {"examples": layout.examples, "baselines": partial(layout.baselines, study)}
    for table in selection.dataset_tables:
        yield from map(of[table], datasets)


def figure_table(study: Study, figure: str) -> str:
    """The table that a figure draws."""
    drawn_from = list(paths(study, figure)) if has(study, figure) else []
    return layout.table(study, figure, drawn_from, about(study, figure), source.digest(f"figures.{figure}"))


def claims_table(study: Study) -> str:
    """The table of the claims."""
    follows = claims_paths(study), looked_at(study), thresholds(study)
    code = source.digest("claims.claims", *(f"claims.{name}" for name in registry.claims()))
    return layout.table(study, "claims", *follows, code)


def networks_table(study: Study) -> str:
    """The table of how the networks of each collection ended."""
    return layout.table(study, "networks", list(every(study, "epochs")), source.digest("summary"))


def every_table(study: Study) -> list[str]:
    """The tables that figures, claims and the summary are made from."""
    figures = (figure_table(study, figure) for figure in FIGURES if has(study, figure))
    return [*figures, claims_table(study), networks_table(study)]


def every(study: Study, table: str, collections: Sequence[Collection] | None = None) -> Iterator[str]:
    """The files of one table of measures of the collections, of all unless told."""
    chosen = study.collections if collections is None else collections
    return (f"{layout.measures(study, collection)}/{table}.parquet" for collection in chosen)


def about(study: Study, figure: str) -> dict[str, dict[str, Any]]:
    """The catalogues' entries of all names in what a figure draws, and of what its datasets are parts of.

    Also the `settings` by which collections are compared, and `epochs` that are listed, of figures at few of them.
    """
    collections, pairs = chosen(study, figure)
    every = collections + [c for p in pairs for c in (p.first, p.second)]
    names = {
        "datasets": [name for c in every for part in (c.dataset, *c.also_predict) for name in _parts(study, part)],
        "architectures": [c.architecture for c in every],
        "recipes": [c.recipe for c in every],
    }
    entries = {
        catalogue: {name: study[catalogue][name] for name in dict.fromkeys(of) if name in study[catalogue]}
        for catalogue, of in names.items()
    }
    epochs = {"epochs": study["style"]["epochs"]} if FIGURES[figure].at_few_epochs else {}
    return entries | {"settings": settings(study)} | epochs


def thresholds(study: Study) -> dict[str, Any]:
    """What the claims are decided by."""
    return study["claims"] | settings(study)


def settings(study: Study) -> dict[str, Any]:
    """What collections are compared by, in figures and claims."""
    measures, claims = study["measures"], study["claims"]
    return {
        "confidence": measures["confidence"],
        "matched_within": measures["matched_within"],
        "accuracies": claims["accuracies"],
    }


def _is_wanted(study: Study, dataset: str) -> bool:
    wanted = study["drawn_datasets"]
    return not wanted or any(part in wanted for part in _parts(study, dataset))


def _parts(study: Study, dataset: str) -> Iterator[str]:
    """The dataset, what it is a part of, and so on."""
    yield dataset
    if "of" in (entry := study["datasets"].get(dataset, {})):
        yield from _parts(study, entry["of"])


def looked_at(study: Study) -> dict[str, list[tuple[str, ...]]]:
    """By claim, the names of the collections, pairs, or collections one after the other, that decide it."""
    looks = {
        **{name: lambda select=select: map(_names, select(study)) for name, select in COLLECTIONS.items()},
        **{
            f"pairs_of_{name}": lambda select=select: map(_pair_names, select(study))
            for name, select in PAIRS.items()
        },
        "generated_and_real": lambda: _generated_and_real(study),
        "learners_and_networks": lambda: _learners_and_networks(study),
        "redrawn_and_true": lambda: _redrawn_and_true(study),
        "all_parts": lambda: _all_parts(study),
    }
    return {name: list(looks[about["looks_at"]]()) for name, about in registry.claims().items()}


def _generated_and_real(study: Study) -> Iterator[tuple[str, ...]]:
    """Of each architecture, each collection on generated data with each on real data."""
    every = generated_beside_real(study)
    for generated, other in itertools.product(every, every):
        of_both = is_generated(study, generated.dataset) and not is_generated(study, other.dataset)
        if of_both and generated.architecture == other.architecture:
            yield *_names(generated), *_names(other)


def _learners_and_networks(study: Study) -> Iterator[tuple[str, ...]]:
    """Pairs of both, the learner first, which the claim is about."""
    learners = [collection for collection in study.main if is_learner(study, collection)]
    for pair in pairs_of(learners_beside_networks)(study):
        if (pair.first in learners) != (pair.second in learners):
            yield _pair_names(pair if pair.first in learners else Pair(pair.second, pair.first))


def _all_parts(study: Study) -> Iterator[tuple[str, ...]]:
    """Of each dataset that is cut, architecture and recipe, the collections on its parts, in a row."""
    whole: dict[tuple[str, ...], list[str]] = {}
    for c in on_parts(study):
        whole.setdefault((study["datasets"][c.dataset]["of"], *_names(c)[1:]), []).extend(_names(c))
    return (tuple(names) for names in whole.values() if len(names) > 3)


def _redrawn_and_true(study: Study) -> Iterator[tuple[str, ...]]:
    """Collections on mostly redrawn labels, each with that on the true ones."""
    every = noisy_beside_true(study)
    for redrawn, true in itertools.product(every, every):
        of_true = (with_true_labels(study, redrawn.dataset), redrawn.architecture, redrawn.recipe)
        if wrong_share(study["datasets"], redrawn.dataset) > MOST and _names(true) == of_true:
            yield *_names(redrawn), *_names(true)


def claims_paths(study: Study) -> list[str]:
    """Files that the claims are decided from."""
    pairs = {_pair_names(pair): pair for pair in study.pairs}
    pairs |= {_pair_names(Pair(pair.second, pair.first)): pair for pair in study.pairs}
    found = []
    for claim, of in looked_at(study).items():
        table = registry.claims()[claim]["table"]
        for names in of:
            if names in pairs:
                found.append(f"{layout.pair(study, pairs[names])}/{table}.parquet")
            else:
                paths = ("/".join(names[place : place + 3]) for place in range(0, len(names), 3))
                found += every(study, table, [study.by_path[path] for path in paths])
    return list(dict.fromkeys(found))


def _names(collection: Collection) -> tuple[str, ...]:
    return (collection.dataset, collection.architecture, collection.recipe)


def _pair_names(pair: Pair) -> tuple[str, ...]:
    return (*_names(pair.first), *_names(pair.second)[1:])
