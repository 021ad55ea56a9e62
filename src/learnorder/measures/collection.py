"""All measures of one collection."""

import polars as pl

from learnorder.measures.agreement import agreement, counts, tp_agreement
from learnorder.measures.consistency import consistency
from learnorder.measures.epochs import distribution, epochs
from learnorder.measures.examples import examples, learned
from learnorder.measures.growth import reliability_table
from learnorder.measures.others import others
from learnorder.measures.trained import as_trained


def measure(outcomes: pl.LazyFrame, classes: int, confidence: float, permutations: int) -> dict[str, pl.DataFrame]:
    """The tables of a collection, by name; each is described where it is made."""
    counted, by_network, trained = counts(outcomes), learned(outcomes), as_trained(outcomes)
    return {
        "agreement": tp_agreement(outcomes)
        .collect()
        .hstack(agreement(outcomes, classes).collect()[["agreement"]]),
        "distribution": distribution(counted),
        "epochs": epochs(counted, confidence, permutations),
        "examples": examples(outcomes),
        "learned": by_network,
        "consistency": consistency(outcomes, confidence),
        "reliability": reliability_table(by_network),
        "others": others(outcomes, classes, confidence, permutations),
        "epochs_as_trained": epochs(counts(trained), confidence, permutations),
        "examples_as_trained": examples(trained),
    }
