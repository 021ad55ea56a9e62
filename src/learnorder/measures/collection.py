"""All measures of one collection."""

import polars as pl

from learnorder.measures.agreement import agreement, counts, tp_agreement
from learnorder.measures.epochs import distribution, epochs
from learnorder.measures.examples import examples, learned


def measure(outcomes: pl.LazyFrame, classes: int, confidence: float, permutations: int) -> dict[str, pl.DataFrame]:
    """The five tables of a collection: `agreement`, `distribution`, `epochs`, `examples`, `learned`."""
    counted = counts(outcomes)
    return {
        "agreement": tp_agreement(outcomes)
        .collect()
        .hstack(agreement(outcomes, classes).collect()[["agreement"]]),
        "distribution": distribution(counted),
        "epochs": epochs(counted, confidence, permutations),
        "examples": examples(outcomes),
        "learned": learned(outcomes),
    }
