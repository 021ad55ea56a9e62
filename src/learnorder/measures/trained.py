"""The train split against the labels that networks were trained on.

Where labels were redrawn, a network that memorises is wrong by the true label exactly where it learned what it was
told. Whether networks memorise in one order, and which examples look mislabelled, is asked of the trained label:
the only one that whoever has wrong labels knows. All other measures are of the true one.
"""

import polars as pl


def as_trained(outcomes: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of the train split, with the trained label as their `label`: any measure of outcomes takes them.

    Where no labels were redrawn, that is the true one.
    """
    redrawn = "trained_label" in outcomes.collect_schema().names()
    label = pl.col("trained_label" if redrawn else "label")
    return outcomes.filter(pl.col("split") == "train").with_columns(label.alias("label"))
