"""Tabulate how the networks of each collection ended."""

import argparse
from pathlib import Path

from learnorder import standing, summary, tables
from learnorder.errors import one_line

parser = argparse.ArgumentParser(description=__doc__, fromfile_prefix_chars="@")
parser.add_argument("--epochs", type=Path, nargs="+", required=True, help="epochs.parquet of each collection")
parser.add_argument("--outcomes", type=Path, nargs="+", required=True, help="outcome tables of all collections")
parser.add_argument("--made-by", required=True, help="names all that decides the table")
parser.add_argument("--output", type=Path, required=True)
job = parser.parse_args()

with one_line():
    table = summary.table(tables.read(job.epochs)["epochs"], job.outcomes)
    tables.write_csv(job.output, table)
    standing.say(job.output, job.made_by, job.outcomes)
