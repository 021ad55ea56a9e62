"""What the paper reports of each experiment, beside what was found here."""

from collections.abc import Iterator, Mapping

import polars as pl

from learnorder.paper import EXPERIMENTS
from learnorder.study import registry

COLUMNS = ("experiment", "paper", "here", "interval", "verdict", "what differs")
SMALL = 0.1
MANY = 10
"""Datasets of one claim and collection above which they share a row."""
GROUP = ("claim", "name", "dataset")


def lines(claims: pl.DataFrame, differences: Mapping[str, str], whole: bool = False) -> list[str]:
    """A table in Markdown, the paper's experiments in their order.

    `claims`: see `claims.table`, of one study or several. `differences`: by experiment, in which ways its set-up
    is not the paper's. `whole`: also what was not run, with the command that runs it.
    """
    # A collection of two studies counts once.
    claims = claims.unique(("name", "dataset", "of", "with", "split"), keep="first", maintain_order=True)
    found = []
    for experiment, about in EXPERIMENTS.items():
        rows = list(_rows(claims.filter(claim=experiment)))
        if whole and about.elsewhere:
            rows.append([about.reports, f"{about.elsewhere}: not run; {about.how}", "–", "–"])
        # What holds for all rows stands in the first.
        figure = f"Fig. {about.figure}" if about.figure.isdigit() else about.figure
        titles = [f"**{experiment}** ({figure}): {about.what}", *[f"**{experiment}**"] * (len(rows) - 1)]
        notes = [differences.get(experiment, ""), *[""] * (len(rows) - 1)]
        found += [[title, *row, note] for title, row, note in zip(titles, rows, notes, strict=False)]
    return [_line(COLUMNS), _line(["---"] * len(COLUMNS)), *map(_line, found), ""] if found else []


def _rows(claims: pl.DataFrame) -> Iterator[list[str]]:
    """Paper, here, interval, verdict: of each claim and dataset, or of each number of the paper."""
    for group in _together(claims.drop_nulls("paper")).partition_by(GROUP, maintain_order=True):
        in_words = "paper" in registry.claims()[group["name"][0]]
        for rows in _of_one_split(group) if in_words else (group.slice(row, 1) for row in range(len(group))):
            yield [rows["paper"][0], _here(rows), _interval(rows), _verdicts(rows)]


def _together(claims: pl.DataFrame) -> pl.DataFrame:
    """With one name for many datasets on which the same was trained, as for the parts of a dataset."""
    alike = ("name", "of", "split")
    many = pl.col("dataset").n_unique().over(alike) > MANY
    named = pl.format("{} to {}", pl.col("dataset").first().over(alike), pl.col("dataset").last().over(alike))
    return claims.with_columns(dataset=pl.when(many).then(named).otherwise("dataset"))


def _of_one_split(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """The rows of test, or of train where test has no value; of other datasets, each by itself."""
    splits = rows.partition_by("split", as_dict=True)
    if "test" in rows["split"] and splits["test",]["value"].count():
        return [splits["test",]]
    return [splits["train",]] if "train" in rows["split"] else list(splits.values())


def _here(rows: pl.DataFrame) -> str:
    first, values = rows.row(0, named=True), rows["value"].drop_nulls()
    networks = rows["networks"].drop_nulls()
    if values.is_empty():
        number = "no value"
    elif len(rows) == 1:
        number = _number(values[0])
    else:
        number = f"{_number(values.min())} to {_number(values.max())}, median {_number(values.median())}"
    whom = f"{first['dataset']}, {first['split']}"
    if len(rows) == 1:
        whom += f", {first['of']}" + (f" and {first['with']}" if first["with"] else "")
    else:
        whom += f", {len(rows)} comparisons"
    fewest = f"{networks.min()}{'' if networks.min() == networks.max() else f' to {networks.max()}'} networks"
    return f"{first['statistic']} **{number}** ({whom}, {fewest if len(networks) else 'no network'})"


def _number(value: float) -> str:
    """Two decimals, three of what is small."""
    return f"{value:.2f}" if abs(value) >= SMALL else f"{value:.3f}"


def _interval(rows: pl.DataFrame) -> str:
    low, high = rows["low"].min(), rows["high"].max()
    return "–" if low is None else f"{_number(low)} to {_number(high)}"


def _verdicts(rows: pl.DataFrame) -> str:
    if len(rows) == 1:
        return rows["verdict"][0]
    counts = rows["verdict"].value_counts(sort=True).rows()
    return ", ".join(f"{number} {verdict}" for verdict, number in counts)


def _line(cells) -> str:
    return f"| {' | '.join(cells)} |"
