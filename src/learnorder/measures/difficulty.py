"""Many scores of how difficult an example is, from one set of outcomes: how far they agree, and what they find."""

import numpy as np
import polars as pl
from sklearn.metrics import average_precision_score, precision_recall_curve

from learnorder.measures.direction import direction, dot

SCORES = pl.DataFrame(
    [
        ("accessibility", -1, "share of the evaluation points at which a network is right", "Hacohen et al. 2020"),
        (
            "first_learned",
            1,
            "first point at which a network is right, of those that ever are",
            "Toneva et al. 2019",
        ),
        ("first_learned_sd", 1, "standard deviation of that over networks", "Shwartz et al. 2022"),
        ("forgetting_events", 1, "number of points at which a network is right no longer", "Toneva et al. 2019"),
        ("never_learned", 1, "share of networks that are right at no point", "Toneva et al. 2019"),
        (
            "agreement_ratio",
            -1,
            "points at which all are right over those at which any is",
            "Pliushch et al. 2022",
        ),
        ("aum", -1, "margin of the label's logit over the best other, mean over points", "Pleiss et al. 2020"),
        ("el2n", 1, "norm of the error of the probabilities, at epoch 1", "Paul et al. 2021"),
        ("confidence", -1, "probability of the label, mean over points", "Swayamdipta et al. 2020"),
        ("variability", 1, "standard deviation of that over points", "Swayamdipta et al. 2020"),
    ],
    schema=["score", "sign", "definition", "source"],
    orient="row",
)
"""One row per score of `examples.examples`, where each is defined in full: its `sign` makes large mean hard.

Of variability that holds halfway: it is large of ambiguous examples, and small again of those never learned.
"""

DECIMALS = 9
"""Means of the same numbers may differ in the last bits, by the order in which they were added."""
MOST_POINTS = 60


def harder(examples: pl.DataFrame) -> pl.DataFrame:
    """The scores of a table `examples.examples`, in the order of `SCORES`, each signed so that large means hard.

    An example without a value, because too few networks ever learned it, is harder than all that have one. A score
    that no example has is left out.
    """
    return examples.select(
        (sign * pl.col(score)).round(DECIMALS).pipe(lambda values: values.fill_null(values.max() + 1)).alias(score)
        for score, sign, *_ in SCORES.rows()
        if score in examples.columns and examples[score].count()
    )


def correlations(scores: pl.DataFrame) -> pl.DataFrame:
    """One row per pair (score, other), in both orders: Spearman's rank correlation `spearman` over the examples.

    `scores`: see `harder`. Null where a score is the same for all examples.
    """
    directions = [direction(column.rank().to_numpy(), "pearson") for column in scores]
    matrix = np.clip(np.array([[dot(one, other) for other in directions] for one in directions]), -1, 1)
    names = pl.Series("score", scores.columns, dtype=pl.String).to_frame()
    pairs = names.join(names.rename({"score": "other"}), how="cross", maintain_order="left_right")
    return pairs.with_columns(pl.Series("spearman", matrix.ravel(), dtype=pl.Float64).fill_nan(None))


def detection(scores: pl.DataFrame, wrong: np.ndarray) -> pl.DataFrame:
    """One row per (score, recall): how well the hardest examples by each score are those with a wrong label.

    `scores`: see `harder`, of labels trained on. `wrong`: whether that label of each example is wrong. `recall`:
    share of the wrong labels among the examples from some score on, `precision`: share of those examples whose
    label is wrong, at up to 60 thresholds; `average_precision`: mean precision over the wrong labels, in [0, 1],
    of which chance gives their share of all labels. No row where no label or every label is wrong.
    """
    found = [_curve(name, scores[name].to_numpy(), wrong) for name in scores.columns if 0 < wrong.mean() < 1]
    return pl.DataFrame(
        [row for curve in found for row in curve],
        schema={
            "score": pl.String,
            "average_precision": pl.Float64,
            "recall": pl.Float64,
            "precision": pl.Float64,
        },
        orient="row",
    )


def _curve(name: str, score: np.ndarray, wrong: np.ndarray) -> list[tuple[str, float, float, float]]:
    precision, recall, _ = precision_recall_curve(wrong, score)
    # From the hardest examples on, once one with a wrong label is among them.
    precision, recall = precision[::-1][recall[::-1] > 0], recall[::-1][recall[::-1] > 0]
    chosen = np.unique(np.searchsorted(recall, np.linspace(0, 1, MOST_POINTS)))
    average = average_precision_score(wrong, score)
    return [(name, float(average), float(recall[place]), float(precision[place])) for place in chosen]
