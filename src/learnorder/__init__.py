"""The order in which networks learn, and which examples are hard.

Datasets become arrays, arrays train collections, a collection leaves one outcome table, outcome tables become
measures, measures become figures. Each module imports only modules of the stages before its own.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__version__ = "0.1.0"


def read(place: Path | str) -> "pl.DataFrame":
    """What the networks of one collection predict, for notebooks: see `outcomes` for rows and columns.

    `place`: an outcome table, or a folder that holds those of one collection, such as
    `results/default/outcomes/digits/mlp/sgd`. Raises a `UserError` if it has none, or those of several.
    """
    # A machine that only trains has no polars.
    from learnorder import outcomes

    return outcomes.collection(Path(place))
