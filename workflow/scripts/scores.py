"""Write every score of every example of one dataset."""

import argparse
from pathlib import Path

from learnorder import standing, tables
from learnorder.errors import one_line
from learnorder.measures.scores import scores

parser = argparse.ArgumentParser(description=__doc__, fromfile_prefix_chars="@")
parser.add_argument("--tables", type=Path, nargs="+", required=True, help="of the dataset and its collections")
parser.add_argument("--made-by", required=True, help="names all that decides the tables")
parser.add_argument("--parquet", type=Path, required=True)
parser.add_argument("--csv", type=Path, required=True)
job = parser.parse_args()

with one_line():
    table = tables.call(scores, job.tables, {})
    tables.write(job.parquet.parent, {job.parquet.stem: table})
    tables.write_csv(job.csv, table)
    standing.say(job.parquet, job.made_by, job.tables)
