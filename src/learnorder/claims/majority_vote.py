"""E5: at equal accuracy, few examples are right by the majority vote of one collection alone."""

import polars as pl

from learnorder.claims.evidence import SPLITS, Found, Frames, Settings, of_pair, sizes
from learnorder.claims.verdict import Evidence
from learnorder.measures import majority
from learnorder.measures.matched import midmost
from learnorder.tables import Names

ABOUT = {
    "number": "E5",
    "paper": "few",
    "statement": "At equal accuracy, the majority votes of two architectures have the same examples right.",
    "statistic": "examples that only the weaker has right / the same of independent votes",
    "side": "below",
    "threshold": 0.5,
    "found": "E5 is found where what only the weaker has right, over the same of independent votes, is below it.",
    "looks_at": "pairs_of_real",
    "table": "majority",
    "about": ("of", "with"),
}


def evidence(frames: Frames, names: Names, settings: Settings) -> Found:
    """At the matched point in the middle of the accuracies that are looked at."""
    for split in SPLITS:
        rows = of_pair(frames["majority"], names).filter(
            pl.col("split").cast(pl.String) == split, ~pl.col("converged")
        )
        row = midmost(
            rows.with_columns(accuracy="accuracy_stronger", epoch="epoch_stronger"), settings["accuracies"]
        )
        if row is None:
            low, high = settings["accuracies"]
            nowhere = f"nowhere within {majority.WITHIN:g} of each other's accuracy between {low:g} and {high:g}"
            yield split, Evidence(None, None, None, undefined=nowhere)
            continue
        ends = (row[f"only_weaker{end}"] for end in ("", "_low", "_high"))
        scaled = (None if end is None else end / row["only_weaker_independent"] for end in ends)
        accuracies = {"accuracy": row["accuracy_weaker"], "second_accuracy": row["accuracy_stronger"]}
        yield split, Evidence(*scaled, null=1, **accuracies, **sizes(row, "networks_weaker", "networks_stronger"))
