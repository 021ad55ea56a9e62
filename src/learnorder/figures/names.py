"""What collections are called in a figure: no longer than it takes to tell them apart."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager

import polars as pl

from learnorder.figures import at_chance
from learnorder.tables import Names

_others: list[Names] = []


def short(collections: Iterable[Names], marked: Container[Names] = ()) -> dict[Names, str]:
    """Each collection's architecture, and its recipe where the architecture has several on one dataset.

    Such an architecture has its recipe named on all datasets, so that a name means one thing in a figure.
    `marked`: those that end at chance.
    """
    names = list(dict.fromkeys(collections))
    recipes = Counter((dataset, architecture) for dataset, architecture, _ in {*names, *_others})
    several = {architecture for (_, architecture), number in recipes.items() if number > 1}
    return {
        name: (f"{name[1]}, {name[2]}" if name[1] in several else name[1]) + at_chance.MARK * (name in marked)
        for name in names
    }


@contextmanager
def among(collections: Iterable[Names]) -> Iterator[None]:
    """Within this block, names tell collections apart from these too, which stand on other pages."""
    _others[:] = collections
    try:
        yield
    finally:
        _others.clear()


def networks(numbers: pl.Series) -> str:
    """How many networks collections have, from the number of each."""
    fewest, most = numbers.min() or 0, numbers.max() or 0
    return f"{most} networks" if fewest == most else f"{fewest} to {most} networks"
