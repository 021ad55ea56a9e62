"""A study's configuration: every key, what is allowed and what it is by default."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, Union

from pydantic import Discriminator, Field, Tag, create_model, model_validator

from learnorder.paper import EXPERIMENTS
from learnorder.study import registry
from learnorder.study.architectures import Architecture
from learnorder.study.datasets import READERS
from learnorder.study.fields import (
    Fraction,
    Model,
    Name,
    Names,
    Networks,
    NonNegative,
    Once,
    Positive,
    Probability,
    Text,
    by_type,
)
from learnorder.study.recipes import Epochs, Rounds

Dataset = Annotated[Union[READERS], Field(discriminator="reader")]  # noqa: UP007


def clock(entry: Any) -> str:
    """What a recipe counts, as it is given or once it is checked."""
    return entry.get("clock", "epochs") if isinstance(entry, Mapping) else getattr(entry, "clock", "epochs")


Recipe = Annotated[Annotated[Epochs, Tag("epochs")] | Annotated[Rounds, Tag("rounds")], Discriminator(clock)]


class Collections(Model):
    """An entry of `collections`."""

    dataset: Names
    """Name, or list of names, from the catalogue of datasets."""
    architecture: Names
    """Name, or list of names, from the catalogue of architectures."""
    recipe: Names
    """Name, or list of names, from the catalogue of recipes."""
    networks: Networks
    """Number of networks N in the collection; their seeds are 0 to N - 1."""
    also_predict: Once[Name] = []
    """Datasets of the same shape of input whose test examples are predicted too; their labels are not used."""


class Imported(Model):
    """An entry of `imported`."""

    dataset: Name
    """Name of the dataset, in the catalogue or not."""
    architecture: Name
    """Name for what was trained, not in the catalogue."""
    recipe: Name
    """Name for how it was trained, in the catalogue or not."""
    networks: Networks
    """Number of networks in the files."""
    train: Text = None
    """`.npz` of the train split."""
    test: Text = None
    """`.npz` of the test split."""
    table: Text = None
    """In their place, one Parquet table in this project's format."""

    @model_validator(mode="after")
    def _has_files(self) -> Self:
        given = {name for name in ("train", "test", "table") if getattr(self, name) is not None}
        if given not in ({"test"}, {"train", "test"}, {"table"}):
            has = " and ".join(sorted(given)) or "no file"
            raise ValueError(f" has {has}; allowed: test, train and test, or table")
        return self


class Measures(Model):
    """How the outcomes are measured."""

    confidence: Fraction = 0.95
    """Coverage of the intervals over networks."""
    permutations: Annotated[int, Field(ge=99, le=100_000)] = 999
    """Draws from the permutation null; the smallest p-value is 1 / (permutations + 1)."""
    matched_within: Fraction = 0.05
    """Largest difference of mean accuracy at which two collections are compared: each point of one with the
    nearest of the other."""


class Deciding(Model):
    """How the claims are decided; to be fixed before a study runs."""

    accuracies: Annotated[list[Probability], Field(min_length=2, max_length=2)] = [0.6, 0.9]
    """Lowest and highest mean accuracy at which β is looked at, since near 0 and 1 few examples decide it. Of
    several points, or matched pairs of points, that nearest to the middle is taken."""
    significance: Fraction = 0.01
    """Largest p-value at which a null is rejected."""


Claims = create_model(
    "Claims",
    __base__=Deciding,
    __doc__=Deciding.__doc__,
    **{
        name: Annotated[float, Field(about["threshold"], description=about["found"])]
        for name, about in registry.claims().items()
    },
)


class Style(Model):
    """How figures look."""

    width: Annotated[float, Field(ge=2, le=40)] = 6.75
    """Width of a figure as wide as a page, in inches; narrower figures and all heights change with it."""
    font_size: Annotated[float, Field(ge=4, le=40)] = 8
    """Size of titles and labels, in points; smaller text changes with it."""
    palette: Text = "learnorder"
    """Colours of the architectures: `learnorder` is for the colour-blind; or a palette of seaborn or
    matplotlib."""
    epochs: Once[NonNegative] = []
    """Evaluation points that are drawn; none listed are all, or four of them in figures with a panel for each."""
    log_epochs: bool = False
    """Whether axes of epochs are logarithmic."""
    formats: Annotated[Once[Literal["pdf", "png", "svg"]], Field(min_length=1)] = ["pdf", "png"]
    """Formats of the pictures. A PNG is always there, for the report."""


class Cost(Model):
    """What the target `cost` takes a device to reach in training, in multiply-adds per second."""

    gpu_tera: Positive = 20
    """Of a GPU, in 10¹²; an assumption, a third of what a large one has."""
    core_giga: Positive = 25
    """Of a core of a CPU, in 10⁹; measured with small networks in float32."""


class Data(Model):
    """Where the files of datasets are looked for."""

    mirrors: list[Text] = []
    """Directories or base URLs that are tried in this order, before the official addresses. Those in the
    environment variable LEARNORDER_MIRRORS, separated by commas, come before them."""


class Configuration(Model):
    """A study: what is trained, how it is measured, what is drawn; the catalogues that it names."""

    study: Name
    """Name of the study and of its folder below `results/`."""
    collections: list[Collections]
    """What is trained. Each entry gives one collection for each combination of the names it lists. `[]` where all
    is `imported`."""
    imported: list[Imported] = []
    """Collections that were trained elsewhere, by their predictions: a `.npz` for each split with `predictions`
    (networks × epochs × examples), `labels` and `epochs`; or one Parquet `table` in this project's format."""
    seeds_per_job: Annotated[
        Annotated[Literal["auto"], Tag("string")] | Annotated[int, Field(ge=1, le=1000), Tag("integer")],
        by_type(string=str, integer=int),
    ] = 10
    """Number of networks that one job trains into one outcome table. `auto`: so many that a
    job lasts minutes to hours, by its estimated cost; for clusters."""
    figures: Once[Literal[tuple(registry.figures())]] = []
    """Figures that are drawn when no target is named; none listed are all that have something to draw."""
    drawn_datasets: Once[Name] = []
    """Datasets of which the figures and the explorer show collections, also those of their parts; none listed are
    all. Claims are decided on all."""
    differences: dict[Literal[tuple(EXPERIMENTS)], Text] = {}
    """By the paper's experiment, such as E3, in which ways its set-up here differs: stands beside its numbers."""
    style: Style = Style()
    measures: Measures = Measures()
    claims: Claims = Claims()
    cost: Cost = Cost()
    data: Data = Data()
    datasets: dict[Name, Dataset] = {}
    """The catalogue of datasets, by name."""
    architectures: dict[Name, Architecture] = {}
    """The catalogue of architectures, by name."""
    recipes: dict[Name, Recipe] = {}
    """The catalogue of recipes, by name."""
