"""What the paper reports of each experiment, beside what was found here."""

from collections.abc import Iterator, Mapping

import polars as pl

from learnorder.paper import EXPERIMENTS
from learnorder.study import registry

COLUMNS = ("experiment", "paper", "here", "interval", "verdict", "what differs")
GROUP = ("claim", "name", "dataset")


def lines(claims: pl.DataFrame, differences: Mapping[str, str], whole: bool = False) -> list[str]:
    """A table in Markdown, the paper's experiments in their order.

    `claims`: see `claims.table`, of one study or several. `differences`: by experiment, in which ways its set-up
    is not the paper's. `whole`: also what was not run, with the command that runs it.
    """
    rows = {experiment: list(_rows(claims.filter(claim=experiment), differences)) for experiment in EXPERIMENTS}
    if whole:
        for experiment, about in EXPERIMENTS.items():
            if about.elsewhere:
                rows[experiment].append([_title(experiment), about.reports, _not_run(experiment), "–", "–", "–"])
    found = [row for of_experiment in rows.values() for row in of_experiment]
    return [_line(COLUMNS), _line(["---"] * len(COLUMNS)), *map(_line, found), ""] if found else []


def _rows(claims: pl.DataFrame, differences: Mapping[str, str]) -> Iterator[list[str]]:
    """One row per claim with the paper's words and dataset; of the paper's numbers, one each."""
    for group in claims.drop_nulls("paper").partition_by(GROUP, maintain_order=True):
        name, experiment = group["name"][0], group["claim"][0]
        if "paper" in registry.claims()[name]:
            parts = [_of_one_split(group)]
        else:
            parts = [group.slice(row, 1) for row in range(len(group))]
        for rows in parts:
            yield [
                _title(experiment),
                rows["paper"][0],
                _here(rows),
                _interval(rows),
                _verdicts(rows),
                differences.get(experiment, "–"),
            ]


def _of_one_split(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of test, or of train where test has no value."""
    test = rows.filter(pl.col("split") != "train")
    return test if test["value"].count() else rows.filter(split="train") if "train" in rows["split"] else test


def _title(experiment: str) -> str:
    about = EXPERIMENTS[experiment]
    figure = f"Fig. {about.figure}" if about.figure.isdigit() else about.figure
    return f"**{experiment}** ({figure}): {about.what}"


def _not_run(experiment: str) -> str:
    about = EXPERIMENTS[experiment]
    return f"{about.elsewhere}: not run; {about.how}"


def _here(rows: pl.DataFrame) -> str:
    first, values = rows.row(0, named=True), rows["value"].drop_nulls()
    networks = rows["networks"].drop_nulls()
    if values.is_empty():
        number = "no value"
    elif len(rows) == 1:
        number = f"{values[0]:.2f}"
    else:
        number = f"{values.min():.2f} to {values.max():.2f}, median {values.median():.2f}"
    whom = f"{first['dataset']}, {first['split']}"
    if len(rows) == 1:
        whom += f", {first['of']}" + (f" and {first['with']}" if first["with"] else "")
    else:
        whom += f", {len(rows)} comparisons"
    fewest = f"{networks.min()}{'' if networks.min() == networks.max() else f' to {networks.max()}'} networks"
    return f"{first['statistic']} **{number}** ({whom}, {fewest if len(networks) else 'no network'})"


def _interval(rows: pl.DataFrame) -> str:
    low, high = rows["low"].min(), rows["high"].max()
    return "–" if low is None else f"{low:.2f} to {high:.2f}"


def _verdicts(rows: pl.DataFrame) -> str:
    if len(rows) == 1:
        return rows["verdict"][0]
    counts = rows["verdict"].value_counts(sort=True).rows()
    return ", ".join(f"{number} {verdict}" for verdict, number in counts)


def _line(cells) -> str:
    return f"| {' | '.join(cells)} |"
