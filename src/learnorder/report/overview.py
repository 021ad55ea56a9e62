"""The first page of the report: what was claimed, and what this run says of it."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from learnorder.claims import beside_paper
from learnorder.report import pages
from learnorder.report.captions import spread, threshold, verdicts
from learnorder.report.sections import BEYOND, CLAIMS, RUN
from learnorder.summary import left_out

WORDS = """# Study {study}

The claims of Hacohen, Choshen and Weinshall, *Let's Agree to Agree* (ICML 2020), and the verdicts of this run:
{networks} networks and learners in {collections} collections that differ in their seeds alone.

{beside}
{table}
A verdict is *found* where the whole interval over networks lies beyond the threshold, which was fixed before, and
the null is rejected; *not found* where it lies on the other side; else one *cannot tell*. A collection counts
once, *mixed* where its rows differ. Thresholds and statistics are this project's, not the paper's.

{left_out}

On the left: **{claims}** has each verdict with its interval; the claims follow, each with its figures. The eye
shows a figure, the i beside it says what it shows, in the numbers of this run. **{beyond}** has controls, seeds,
hard examples. **{run}** has run times, the configuration and versions.
"""
ALL_WELL = "No network diverged, and no collection ends at chance."
NOTHING = "This study has nothing that decides a claim.\n"


def overview(
    study: str,
    summary: pl.DataFrame,
    decided: pl.DataFrame,
    numbers: Mapping[str, Mapping[str, Any]],
    differences: Mapping[str, str],
) -> str:
    """Markdown: the paper's numbers beside ours, then a row per claim.

    `summary`: see `summary.table`; `decided`, `numbers`: see `claims.claims`; `differences`: `beside_paper.lines`.
    """
    columns = ["", "Claim", "Verdicts", "Claimed", "Found here"]
    rows = [_row(decided.filter(name=name).row(0, named=True), of_claim) for name, of_claim in numbers.items()]
    return WORDS.format(
        study=study,
        networks=summary["networks"].sum(),
        collections=len(summary),
        beside="\n".join(beside_paper.lines(decided, differences)),
        table=pages.table(columns, rows) if rows else NOTHING,
        claims=CLAIMS,
        left_out="\n".join(f"- {sentence}" for sentence in left_out(summary)) or ALL_WELL,
        beyond=BEYOND,
        run=RUN,
    )


def _row(claim: Mapping[str, Any], numbers: Mapping[str, Any]) -> list[str]:
    found = spread(numbers["min"], numbers["median"], numbers["max"]) or "–"
    claimed = f"{claim['statistic']} {threshold(claim)}"
    return [claim["claim"], claim["statement"], verdicts(numbers), claimed, found]
