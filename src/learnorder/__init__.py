"""The order in which networks learn, and which examples are hard.

Datasets become arrays, arrays train collections, a collection leaves outcome tables, outcome tables become
measures, measures become figures. Each module imports only modules of the stages before its own.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

__version__ = "0.1.0"


def read(place: Path | str) -> "pl.DataFrame":
    """What the networks of one collection predict, for notebooks: see `outcomes` for rows and columns.

    `place`: an outcome table, or a folder that holds those of one collection, such as
    `results/default/outcomes/digits/mlp/sgd`. Raises a `UserError` if it has none, or those of several.
    """
    # A machine that only trains has no polars.
    from learnorder import outcomes

    return outcomes.collection(Path(place))


def draw(csv: Path | str, **style: Any) -> "Figure":
    """A figure of its table, or its first page, for notebooks: change what it returns as any figure of matplotlib.

    `csv`: as the workflow leaves it, such as `results/default/figures/same_order.csv`; its clone's catalogues say
    how architectures look. `style`: what a study's `style` may say, such as `font_size=10`, `palette="Set2"`.
    Raises a `UserError` for what it may not.
    """
    from learnorder import tables
    from learnorder.errors import UserError, suggestion
    from learnorder.figures import pages
    from learnorder.study import checked, configured, registry

    path = Path(csv)
    if path.stem not in registry.figures() or not path.exists():
        what = "is no table of a figure" if path.exists() else "is not there"
        raise UserError(f"{path} {what}; {suggestion(path.stem, registry.figures())}")
    module = import_module(f"learnorder.figures.{path.stem}")
    looks = {name: look for folder in path.resolve().parents for name, look in configured.looks(folder).items()}
    return next(pages.drawn(module, tables.read_csv(path), looks, checked.style(style)))
