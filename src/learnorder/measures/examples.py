"""Scores of an example: how early, how surely and by how many networks it is learned."""

import polars as pl

from learnorder.measures.agreement import networks, rights

KEYS = ("split", "example", "label")
RIGHT = "seed"
EPOCH = pl.col("epoch")

# A network's score of an example, from what is kept of it (see `outcomes`) at the evaluation points in their
# order: of `seed` that is 1[ŷ = y].
SCORES = {
    "accessibility": (RIGHT, lambda right: right.mean()),
    "first_learned": (RIGHT, lambda right: EPOCH.filter(right).min()),
    "forgetting_events": (RIGHT, lambda right: (right.shift(1) & ~right).sum()),
    "never_learned": (RIGHT, lambda right: (~right).all()),
    "aum": ("margin", lambda margin: margin.mean()),
    "el2n": ("el2n", lambda error: pl.coalesce(error.filter(EPOCH >= 1).first(), error.last())),
    "confidence": ("loss", lambda loss: (-loss).exp().mean()),
    "variability": ("loss", lambda loss: (-loss).exp().std(ddof=0)),
}


def examples(outcomes: pl.LazyFrame) -> pl.DataFrame:
    """One row per (split, example) with its `label`, and the mean and standard error over networks of its scores.

    - `accessibility`: share of the evaluation points at which a network is right, in [0, 1]: the mean over
      points of TP-agreement. Source: Hacohen et al. 2020.
    - `first_learned`: first evaluation point, in epochs, at which a network is right, over the networks that
      are at any; null if none is. Source: Toneva et al. 2019, at evaluation points.
    - `forgetting_events`: number of evaluation points at which a network is wrong that was right at the one
      before. Source: Toneva et al. 2019, at evaluation points.
    - `never_learned`: whether a network is right at no evaluation point; the mean is their share.

    Where the recipe records what they need, of the label that a network trains on:

    - `aum`: mean margin over the points, in logits. Source: Pleiss et al. 2020, at evaluation points.
    - `el2n`: norm of the error at the first point from epoch 1 on, or at the last if there is none, in [0, √2].
      Source: Paul et al. 2021, who take it early in training.
    - `confidence`, `variability`: mean over the points of the probability of the label, and its deviation
      (of the points themselves, ddof 0). Source: Swayamdipta et al. 2020, at evaluation points.

    A network whose value is not finite, because it diverged, does not count. The standard error `…_se` is the
    deviation over networks divided by the root of their number. Two columns have none:

    - `first_learned_sd`: that deviation itself of `first_learned`, the spread of learning time; null with fewer
      than two networks. Source: Shwartz et al. 2022.
    - `agreement_ratio`: points at which all networks are right over points at which any is, in [0, 1]; null if
      none is. Ours, after Pliushch et al. 2022, who take examples at one point.
    """
    names = networks(outcomes)
    known = rights(outcomes)
    kept = known.collect_schema().names()
    scores = {score: how for score, how in SCORES.items() if _column(how[0], names[0]) in kept}
    return (
        # Within a group rows keep their order, which in an outcome table is that of the epochs.
        known.group_by(KEYS)
        .agg(
            *(
                of(_number(_column(what, name))).alias(f"{score}/{name}")
                for score, (what, of) in scores.items()
                for name in names
            ),
            all_right=pl.all_horizontal(names).sum(),
            any_right=pl.any_horizontal(names).sum(),
        )
        .sort("split", "example")
        .select(
            *KEYS,
            *(column for score in scores for column in _over_networks(score, names)),
            agreement_ratio=pl.when(pl.col("any_right") > 0).then(pl.col("all_right") / pl.col("any_right")),
        )
        .collect()
    )


def learned(outcomes: pl.LazyFrame) -> pl.DataFrame:
    """One row per (split, example) with its `label`, one column per network: its own accessibility, as float32.

    That is the share of the evaluation points at which this network is right; see `examples` for their mean.
    """
    shares = pl.col(networks(outcomes)).mean().cast(pl.Float32)
    return rights(outcomes).group_by(KEYS).agg(shares).sort("split", "example").collect()


def _column(what: str, name: str) -> str:
    """`margin_003` for `margin` and `seed_003`."""
    return name.replace(RIGHT, what)


def _number(name: str) -> pl.Expr:
    """What is kept of a network; a float16 is too narrow to add up."""
    return pl.col(name) if name.startswith(RIGHT) else pl.col(name).cast(pl.Float64)


def _over_networks(score: str, names: list[str]) -> list[pl.Expr]:
    numbers = [pl.col(f"{score}/{name}").cast(pl.Float64) for name in names]
    values = pl.concat_list(pl.when(number.is_finite()).then(number) for number in numbers).list.drop_nulls()
    mean, deviation = values.list.mean(), values.list.std()
    columns = [mean.alias(score), (deviation / values.list.len().sqrt()).alias(f"{score}_se")]
    if score == "first_learned":
        columns.append(deviation.alias(f"{score}_sd"))
    return columns
