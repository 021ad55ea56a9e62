"""Networks that diverged leave their collection: the one place where measures learn of them.

From the point where it diverges on, a network predicts nothing: its column of an outcome table is null there (see
`outcomes.read`). A measure of one point is taken of the networks that are left at that point; a measure of the
whole training, such as the accessibility of an example, of those that never diverge. So the measures themselves
never meet a null. A collection of which no network diverged is measured as it is.
"""

from collections.abc import Callable, Iterable

import polars as pl

from learnorder.measures.agreement import networks

FEWEST = 2
"""Networks at a point: one network alone agrees with nothing. Points with fewer have no row."""
Tables = dict[str, pl.DataFrame]
OfTwo = Callable[[pl.LazyFrame, pl.LazyFrame], Tables]


def survivors(outcomes: pl.LazyFrame) -> pl.LazyFrame:
    """The outcome table of the networks that never diverge."""
    return _without(outcomes, _left_at(outcomes))


def by_point(outcomes: pl.LazyFrame, measure: Callable[[pl.LazyFrame], Tables]) -> Tables:
    """Tables by (split, epoch), each point measured with the networks that are left there."""
    parts = [measure(span) for span in _spans(outcomes)]
    return _in_order(parts or [_empty(measure(_stand_in(outcomes)))], "epoch")


def by_points(first: pl.LazyFrame, second: pl.LazyFrame, measure: OfTwo, *epochs: str) -> Tables:
    """The same of two collections: tables by split and the points of both, in columns of these names."""
    parts = [measure(one, other) for one in _spans(first) for other in _spans(second)]
    return _in_order(parts or [_empty(measure(*map(_stand_in, (first, second))))], *epochs)


def of_survivors(first: pl.LazyFrame, second: pl.LazyFrame, measure: OfTwo) -> Tables:
    """Tables of the networks of two collections that never diverge, without rows where one has none."""
    remain = survivors(first), survivors(second)
    if all(map(networks, remain)):
        return measure(*remain)
    return _empty(measure(*map(_stand_in, (first, second))))


def of_remaining(outcomes: pl.LazyFrame, measure: Callable[[pl.LazyFrame], Tables]) -> Tables:
    """The same of one collection."""
    remain = survivors(outcomes)
    return measure(remain) if networks(remain) else _empty(measure(_stand_in(outcomes)))


def _left_at(outcomes: pl.LazyFrame) -> dict[str, float]:
    """The networks that diverge, by the name of their column: each with the first point without it."""
    names = networks(outcomes)
    missing = outcomes.select(pl.col(names).null_count()).collect().row(0)
    return {
        name: outcomes.filter(pl.col(name).is_null()).select(pl.col("epoch").min()).collect().item()
        for name, number in zip(names, missing, strict=True)
        if number
    }


def _spans(outcomes: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The outcome table cut where networks leave: each part has the points, and only the networks, of one span."""
    left = _left_at(outcomes)
    if not left:
        return [outcomes]
    starts = [float("-inf"), *sorted(set(left.values()))]
    ends = [*starts[1:], float("inf")]
    gone = [[name for name, epoch in left.items() if epoch <= start] for start in starts]
    cut = [
        _without(outcomes.filter(pl.col("epoch") >= start, pl.col("epoch") < end), names)
        for start, end, names in zip(starts, ends, gone, strict=True)
    ]
    return [span for span in cut if len(networks(span)) >= FEWEST and len(span.select("epoch").head(1).collect())]


def _without(outcomes: pl.LazyFrame, gone: Iterable[str]) -> pl.LazyFrame:
    """Without all columns of these networks: what they predict, and what else was recorded of them."""
    ends = tuple(name.removeprefix("seed") for name in gone)
    return outcomes.drop([name for name in outcomes.collect_schema().names() if ends and name.endswith(ends)])


def _in_order(parts: list[Tables], *epochs: str) -> Tables:
    """The rows of all parts, in the order of splits and points."""
    if len(parts) == 1:
        return parts[0]
    return {
        name: pl.concat(part[name] for part in parts).sort("split", *epochs, maintain_order=True)
        for name in parts[0]
    }


def _stand_in(outcomes: pl.LazyFrame) -> pl.LazyFrame:
    """The first point with any prediction in the place of a missing one: for the columns of a measure alone."""
    first = outcomes.filter(pl.col("epoch") == pl.col("epoch").min())
    return first.with_columns(pl.col(networks(outcomes)).fill_null(0))


def _empty(tables: Tables) -> Tables:
    return {name: table.clear() for name, table in tables.items()}
