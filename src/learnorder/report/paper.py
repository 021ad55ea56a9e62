"""Draw the figures of several studies, and set their numbers beside the paper's. Run by `make paper`."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from learnorder import atomic, tables
from learnorder.claims import beside_paper
from learnorder.errors import one_line
from learnorder.study.configured import configured

PAGE = Path("results/paper.md")
HEAD = """# The paper's numbers and ours

Experiments of Hacohen, Choshen and Weinshall (ICML 2020). A row is **found** where the whole 95% interval over
networks lies beyond the threshold of its claim or, of a number of the paper, within a tolerance; **not found**
where it lies outside; else one **cannot tell**. Statistics, thresholds and tolerances are this project's; pages of
claims list them: {pages}.
"""


def make(configfiles: Sequence[str]) -> None:
    """Draw all figures and decide all claims of these studies, then write and name the page."""
    for configfile in configfiles:
        command = (sys.executable, "-m", "snakemake", "figures", "claims", "--configfile", configfile)
        if status := subprocess.run(command).returncode:
            sys.exit(status)
    with atomic.replacing(PAGE) as partial:
        partial.write_text(page(configfiles), encoding="utf-8")
    print(f"The paper's numbers beside yours: {PAGE}")


def page(configfiles: Sequence[str]) -> str:
    """The page of the studies of these files, whose claims are decided."""
    studies = [configured(configfile) for configfile in configfiles]
    claims = [tables.read_csv(Path(f"results/{study.name}/claims.csv")) for study in studies]
    differences = {experiment: words for study in studies for experiment, words in study["differences"].items()}
    pages = ", ".join(f"`results/{study.name}/claims.md`" for study in studies)
    rows = beside_paper.lines(pl.concat(claims, how="diagonal_relaxed"), differences, whole=True)
    return "\n".join([HEAD.format(pages=pages), *rows])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("configfiles", nargs="+", help="of the studies")
    with one_line():
        make(parser.parse_args().configfiles)
