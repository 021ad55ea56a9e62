"""All measures of one collection."""

import polars as pl

from learnorder.measures.agreement import agreement, counts, tp_agreement
from learnorder.measures.classes import class_order
from learnorder.measures.classes import classes as by_class
from learnorder.measures.consistency import consistency
from learnorder.measures.constant import with_chance
from learnorder.measures.diverged import Tables, by_point, of_remaining, survivors
from learnorder.measures.epochs import distribution, epochs
from learnorder.measures.examples import examples, learned
from learnorder.measures.forgotten import forgotten
from learnorder.measures.growth import reliability_table
from learnorder.measures.others import others
from learnorder.measures.trained import as_trained


def measure(outcomes: pl.LazyFrame, classes: int, confidence: float, permutations: int) -> Tables:
    """The tables of a collection, by name; each is described where it is made.

    Those with rows by epoch are of the networks that have not diverged at that point, the others of the networks
    that never do: see `diverged`.
    """
    trained, remain = as_trained(outcomes), survivors(outcomes)

    def at_points(span: pl.LazyFrame) -> Tables:
        counted = counts(span)
        return {
            "agreement": tp_agreement(span).collect().hstack(agreement(span, classes).collect()[["agreement"]]),
            "distribution": distribution(counted),
            "epochs": with_chance(epochs(counted, confidence, permutations), span),
            "consistency": consistency(span, confidence),
            "classes": by_class(span, classes, confidence),
            "others": others(span, classes, confidence, permutations),
        }

    def at_points_as_trained(span: pl.LazyFrame) -> Tables:
        return {"epochs_as_trained": with_chance(epochs(counts(span), confidence, permutations), span)}

    def over_points(remain: pl.LazyFrame) -> Tables:
        return {
            "class_order": class_order(remain, classes, confidence),
            "forgotten": forgotten(remain, confidence),
        }

    by_network = learned(remain)
    return (
        by_point(outcomes, at_points)
        | by_point(trained, at_points_as_trained)
        | of_remaining(outcomes, over_points)
        | {
            "examples": examples(remain),
            "learned": by_network,
            "reliability": reliability_table(by_network),
            "examples_as_trained": examples(as_trained(remain)),
        }
    )
