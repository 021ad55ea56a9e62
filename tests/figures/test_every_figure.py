"""Every figure, claim and export on one mixture: what was trained, what was imported, what came to nothing."""

from importlib import import_module
from inspect import signature
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from matplotlib.text import Text

from learnorder import outcomes, tables
from learnorder.claims import claims, page
from learnorder.datasets import canonical
from learnorder.datasets.canonical import Dataset, Split
from learnorder.explorer import board
from learnorder.figures import at_chance, pages, style
from learnorder.figures.stacked import COLLECTION
from learnorder.measures import collection, pair
from learnorder.measures.baselines import baselines
from learnorder.measures.scores import scores
from learnorder.report import captions
from learnorder.selection import FIGURES
from learnorder.study import registry

POINTS, CLASSES, SIZES = [0.5, 1.0, 2.0], 3, {"train": 45, "test": 36}
LEVEL = [0.45, 0.6, 0.8]
"""Accuracies at the three points."""
MIXTURE = {
    ("shapes", "mlp", "sgd"): {},
    ("shapes", "cnn", "sgd"): {"diverged": {0: 2.0, 3: 1.0}},
    ("shapes", "mlp", "adam"): {"diverged": dict.fromkeys(range(6), 0.5)},
    ("shapes", "cnn", "adam"): {"diverged": dict.fromkeys(range(5), 2.0)},
    ("shapes", "theirs", "elsewhere"): {"splits": ("test",)},
    ("shapes", "linear", "sgd"): {"level": [0.3, 0.3, 0.3]},
    ("shapes", "mlp", "order"): {"others": ("noise",)},
    ("shapes", "forest", "rounds"): {},
    ("noisy", "mlp", "sgd"): {"redrawn": True, "record": True},
    ("gabor", "mlp", "sgd"): {"easy": 0},
    ("gabor", "cnn", "sgd"): {"easy": 0, "splits": ("test",)},
}
"""By collection what is particular to it."""
ABOUT = {
    "datasets": {
        "shapes": {"reader": "image_folder"},
        "noisy": {"reader": "subset", "of": "shapes", "label_noise": 0.5},
        "gabor": {"reader": "gabor", "pixel_noise": 1},
    },
    "architectures": {
        "forest": {"library": "scikit-learn", "model": "random_forest"},
        **{name: {"model": name} for name in ("mlp", "cnn", "linear")},
    },
    "recipes": {
        "sgd": {"vary": ["initialisation", "order", "augmentation"], "optimiser": "sgd"},
        "order": {"vary": ["order"], "optimiser": "sgd"},
        "adam": {"vary": ["initialisation", "order", "augmentation"], "optimiser": "adam"},
    },
    "settings": {"confidence": 0.95, "matched_within": 0.05, "accuracies": [0.6, 0.9]},
}


OF_THE_MIXTURE = [figure for figure in FIGURES if figure != "disjoint_parts"]
"""Nothing of it is a part of something."""
IMPORTED, AT_CHANCE = ("shapes", "theirs", "elsewhere"), ("shapes", "linear", "sgd")


def dataset(redrawn=False):
    random = np.random.default_rng(0)
    splits = {}
    for name, n in SIZES.items():
        labels = np.arange(n) % CLASSES
        trained = (
            np.where(np.arange(n) % 2, labels, (labels + 1) % CLASSES) if redrawn and name == "train" else None
        )
        pixels = random.integers(0, 256, (n, 1, 4, 4), np.uint8)
        splits[name] = Split(pixels, labels, np.arange(n), trained_labels=trained)
    return Dataset(splits, ["a", "b", "c"], checksum="0")


def write(folder, names, splits=("train", "test"), diverged=None, level=LEVEL, easy=0.3, others=(), **more):
    """The outcome table of six networks that are right by chance, more often about the first examples."""
    random, data = np.random.default_rng(len("".join(names))), dataset(more.get("redrawn", False))
    kept = {seed: {outcomes.SEED: {}} for seed in range(6)}
    for network in kept.values():
        for split in (*splits, *others):
            n = SIZES.get(split, 10)
            labels = np.arange(n) % CLASSES
            likely = np.array(level)[:, np.newaxis] + easy * np.linspace(1, -1, n)
            right = random.random((len(POINTS), n)) < likely
            network[outcomes.SEED][split] = np.where(right, labels, (labels + 1) % CLASSES)
        if more.get("record"):
            network["loss"] = {split: random.random((len(POINTS), SIZES[split])) for split in splits}
    path = folder / "outcomes" / "/".join(names) / "0" / "seeds-000-005.parquet"
    identity = {
        "dataset": {"name": names[0]},
        "architecture": {"name": names[1]},
        "recipe": {"name": names[2], "clock": "epochs", "evaluate_at": POINTS},
    }
    if more.get("record"):
        identity["recipe"]["record"] = ["loss"]
    of = Dataset({split: data.splits[split] for split in splits}, data.classes, checksum="0")
    outcomes.write(path, dataset=of, kept=kept, identity=identity, environment={}, diverged=diverged)
    return path, outcomes.scan([path], identity)


@pytest.fixture(scope="module")
def mixture(tmp_path_factory):
    """Paths of all tables of the mixture, laid out as those of a study."""
    folder, scanned = tmp_path_factory.mktemp("results"), {}
    for names, particular in MIXTURE.items():
        _, scanned[names] = write(folder, names, **particular)
        measured = collection.measure(scanned[names], CLASSES, 0.95, 99)
        tables.write(folder / "measures" / "/".join(names), measured)
    for one, other in combinations(MIXTURE, 2):
        if one[0] == other[0]:
            found = pair.measure(scanned[one], scanned[other], (one[1], other[1]), 0.95, 99)
            tables.write(folder / "pairs" / "/".join((*one, *other[1:])), found)
    for name in ("shapes", "noisy"):
        canonical.write(folder / "datasets" / name, dataset(redrawn=name == "noisy"))
    tables.write(
        folder / "datasets" / "shapes", {"baselines": baselines(canonical.read(folder / "datasets/shapes"))}
    )
    return folder


def drawn_from(table):
    """Names of the collections in a figure's table, also of those that are second of a pair."""
    second = [f"second_{name}" if f"second_{name}" in table.columns else name for name in COLLECTION]
    return {*table.select(COLLECTION).rows(), *table.select(second).rows()}


def table_of(mixture, module):
    """The table of a figure of the mixture."""
    wanted = set(signature(module.table).parameters)
    wanted |= {"examples"} if wanted & {"dataset", "inputs"} else set()
    # In the order of a study, in which what was trained comes first.
    paths = [
        path
        for names in MIXTURE
        for path in sorted(mixture.glob(f"measures/{'/'.join(names)}/*.parquet"))
        if path.stem in wanted
    ]
    paths += [path for path in sorted(mixture.glob("pairs/**/*.parquet")) if path.stem in wanted]
    paths += [path for path in sorted(mixture.glob("datasets/*/*.parquet")) if path.stem in wanted]
    epochs = tables.read(mixture.glob("measures/**/epochs.parquet"))["epochs"]
    return at_chance.marked(tables.call(module.table, paths, ABOUT), epochs)


@pytest.mark.parametrize("figure", OF_THE_MIXTURE)
def test_every_figure_is_drawn_of_the_mixture(mixture, figure, tmp_path):
    module = import_module(f"learnorder.figures.{figure}")
    style.apply()
    table = table_of(mixture, module)
    assert len(table) > 0
    tables.write_csv(tmp_path / "table.csv", table)
    kept = tables.read_csv(tmp_path / "table.csv")
    drawn = module.draw(kept)
    assert (AT_CHANCE in at_chance.names(kept)) == (AT_CHANCE in drawn_from(kept))
    if AT_CHANCE in drawn_from(kept):
        texts = {text.get_text() for text in drawn.findobj(Text)}
        assert any("at chance" in text or text.count(at_chance.MARK) for text in texts)
    style.save(drawn, tmp_path / "figure.png", tmp_path / "figure.pdf")
    assert (tmp_path / "figure.png").stat().st_size > 10_000


@pytest.mark.long
@pytest.mark.parametrize("figure", OF_THE_MIXTURE)
def test_every_figure_of_many_datasets_fits_its_pages(mixture, figure):
    module = import_module(f"learnorder.figures.{figure}")
    table = table_of(mixture, module)
    of_datasets = [name for name in ("dataset", "second_dataset", "origin") if name in table.columns]
    many = pl.concat(table.with_columns(pl.col(of_datasets) + f"_{number}") for number in range(2))
    shown = {}

    def draw(part):
        page = module.draw(part)
        shown[page] = drawn_from(part)
        return page

    cuts = getattr(module, "CUTS", pages.CUTS)
    on_pages = list(pages.drawn(SimpleNamespace(draw=draw, CUTS=cuts), many))
    assert all((page.get_size_inches() <= np.add(pages.MOST_IN, 1e-9)).all() for page in on_pages)
    assert set().union(*(shown[page] for page in on_pages)) == drawn_from(many)


@pytest.mark.parametrize("figure", OF_THE_MIXTURE)
def test_every_figure_is_drawn_where_all_networks_diverged(mixture, figure, tmp_path):
    module = import_module(f"learnorder.figures.{figure}")
    style.apply()
    paths = [
        path
        for path in sorted(mixture.glob("measures/shapes/mlp/adam/*.parquet"))
        if path.stem in signature(module.table).parameters
    ]
    table = tables.call(module.table, paths, ABOUT)
    tables.write_csv(tmp_path / "table.csv", table)
    kept = tables.read_csv(tmp_path / "table.csv")
    style.save(module.draw(kept), tmp_path / "figure.png")
    ended = {
        "dataset": "shapes",
        "architecture": "mlp",
        "recipe": "adam",
        "networks": 6,
        "diverged": "0 1 2 3 4 5",
    }
    ended |= {"diverged_at": "1 1 1 1 1 1", "splits_at_chance": None}
    said = captions.caption(figure, "Shown.", kept, pl.DataFrame(), {}, pl.DataFrame([ended]))
    assert "Diverged and left out of mlp by adam on shapes: 6 of 6 networks" in said


def test_the_split_has_one_type_in_all_tables(mixture):
    read = tables.read(mixture.glob("measures/**/*.parquet"))
    assert len({frame.schema["split"] for of in read.values() for frame in of.values()}) == 1
    # On disk too, but for those that may have other datasets.
    kinds = {
        pl.read_parquet_schema(path)["split"]
        for path in mixture.glob("*s/**/*.parquet")
        if path.stem not in ("agreement", "others", "baselines", "correlation")
        and "outcomes" not in path.parts
        and path.parent.parent.name != "datasets"
    }
    assert kinds == {pl.Enum(["train", "test"])}


def test_tables_of_trained_and_imported_collections_are_joined(mixture):
    one, other = (
        pl.read_parquet(mixture / "measures" / names / "learned.parquet")
        for names in ("shapes/mlp/sgd", "shapes/theirs/elsewhere")
    )
    assert len(one.join(other, on=["split", "example"])) == SIZES["test"]


def test_every_claim_is_decided_of_the_mixture(mixture):
    frames = tables.read([*mixture.glob("measures/**/*.parquet"), *mixture.glob("pairs/**/*.parquet")])
    pairs = [tuple(names) for names in frames["correlation"]]
    generated, real = ("gabor", "mlp", "sgd"), [("shapes", "mlp", "sgd"), ("shapes", "mlp", "adam"), IMPORTED]
    of_two = [(*generated, *other) for other in real]
    looked_at = {name: list(MIXTURE) for name in ("shared_order", "other_images")}
    looked_at |= dict.fromkeys(("across_architectures", "nested", "paradigms", "robustness"), pairs)
    looked_at |= {"synthetic": of_two, "random_labels": of_two, "majority_vote": pairs}
    looked_at |= {key: list(MIXTURE) for key in ("hyper_parameters", "class_order", "forgetting")}
    looked_at |= {key: [generated] for key in ("gabor_patches", "two_gaussians")}
    parts = [name for name in MIXTURE if name[2] == "sgd" and "train" in MIXTURE[name].get("splits", ["train"])]
    looked_at["disjoint_parts"] = [sum((name for name in parts if name[0] == "shapes"), ())]
    thresholds = dict.fromkeys(registry.claims(), 0.5)
    decided = claims.table(frames, looked_at, ABOUT["settings"] | {"significance": 0.01} | thresholds)
    # Of these, the paper has numbers of collections that the mixture has not.
    with_numbers = {"accuracy", "boosting", "linear_networks", "smallest_b", "smallest_b_on_test"}
    assert set(decided["name"]) == set(registry.claims()) - with_numbers
    few = decided.filter(pl.col("of").is_in(["cnn adam", "mlp adam"]) & (pl.col("name") == "shared_order"))
    assert set(few["verdict"]) == {"cannot tell"}
    assert "in the study `mixed`" in page.page(decided, "mixed", {})


def test_scores_and_explorer_are_made_of_the_mixture(mixture):
    read = tables.read(mixture.glob("measures/**/*.parquet"))
    inputs = tables.inputs(mixture.glob("datasets/*/examples.parquet"))
    table = scores(read["examples"], read["examples_as_trained"], inputs)
    left = dict(table.select(pl.concat_str("architecture", "recipe", separator=" "), "networks").rows())
    assert (left["mlp adam"], left["cnn adam"], left["theirs elsewhere"]) == (0, 1, 6)
    shards = outcomes.by_collection(mixture.glob("outcomes/**/*.parquet"))
    shown = {
        each.names: each for one in board.boards(read["examples"], shards, inputs) for each in one.collections
    }
    assert set(MIXTURE) - set(shown) == {("shapes", "mlp", "adam")}
    assert shown["shapes", "cnn", "sgd"].networks == 4
