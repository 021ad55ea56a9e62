"""Which rows of a figure's table its caption reports."""

import polars as pl

from learnorder.figures.stacked import COLLECTION

LAST = pl.col("epoch") == pl.col("epoch").max().over(*COLLECTION)
"""The last evaluation point of each collection."""
PAIR = (*COLLECTION, "second_architecture", "second_recipe")
LAST_OF_BOTH = pl.all_horizontal(
    pl.col(epoch) == pl.col(epoch).max().over(*PAIR) for epoch in ("epoch_weaker", "epoch_stronger")
)
# Near 0 and 1 few examples decide, and β is unstable.
MIDWAY = pl.col("accuracy").is_between(0.5, 0.9) & ~pl.col("at_chance")
BETA = "β where accuracy is between 0.5 and 0.9"
BETWEEN = pl.col("measure") == "consistency_between"
CORRELATION = "Correlations of accessibility"
