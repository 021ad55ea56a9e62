"""Scores of an example: how early, how surely and by how many networks it is learned."""

import polars as pl

from learnorder.measures.agreement import networks, rights

SCORES = ("accessibility", "first_learned", "forgetting_events", "never_learned")


def examples(outcomes: pl.LazyFrame) -> pl.DataFrame:
    """One row per (split, example) with its `label`, and the mean and standard error over networks of its scores.

    - `accessibility`: share of the evaluation points at which a network is right, in [0, 1]: the mean over
      points of TP-agreement. Source: Hacohen et al. 2020.
    - `first_learned`: first evaluation point, in epochs, at which a network is right, over the networks that
      are at any; null if none is. Source: Toneva et al. 2019, at evaluation points.
    - `forgetting_events`: number of evaluation points at which a network is wrong that was right at the one
      before. Source: Toneva et al. 2019, at evaluation points.
    - `never_learned`: whether a network is right at no evaluation point; the mean is their share.

    The standard error `…_se` is the deviation over networks divided by the root of their number.
    """
    names = networks(outcomes)
    per_network = (
        rights(outcomes)
        # Within a group rows keep their order, which in an outcome table is that of the epochs.
        .group_by("split", "example", "label")
        .agg(
            *(_named(pl.col(name).mean(), "accessibility", name) for name in names),
            *(_named(pl.col("epoch").filter(pl.col(name)).min(), "first_learned", name) for name in names),
            *(_named((pl.col(name).shift(1) & ~pl.col(name)).sum(), "forgetting_events", name) for name in names),
            *(_named((~pl.col(name)).all().cast(pl.Float64), "never_learned", name) for name in names),
        )
        .sort("split", "example")
    )
    return per_network.select("split", "example", "label", *_means(names)).collect()


def _named(expression: pl.Expr, score: str, name: str) -> pl.Expr:
    return expression.alias(f"{score}/{name}")


def _means(names: list[str]) -> list[pl.Expr]:
    expressions = []
    for score in SCORES:
        values = pl.concat_list([pl.col(f"{score}/{name}").cast(pl.Float64) for name in names]).list.drop_nulls()
        expressions.append(values.list.mean().alias(score))
        error = values.list.std() / values.list.len().sqrt()
        expressions.append(error.alias(f"{score}_se"))
    return expressions
