"""Measure one collection."""

import argparse
import json
from pathlib import Path

from learnorder import outcomes, standing, tables
from learnorder.errors import one_line
from learnorder.measures.collection import measure

parser = argparse.ArgumentParser(description=__doc__, fromfile_prefix_chars="@")
parser.add_argument("--outcomes", type=Path, nargs="+", required=True)
parser.add_argument("--identity", type=json.loads, required=True, help="dataset, architecture and recipe, JSON")
parser.add_argument("--confidence", type=float, required=True)
parser.add_argument("--permutations", type=int, required=True)
parser.add_argument("--folder", type=Path, required=True)
parser.add_argument("--made-by", required=True, help="names all that decides the tables")
job = parser.parse_args()

with one_line():
    trusted = outcomes.scan(job.outcomes, job.identity)
    classes = outcomes.about(job.outcomes[0])["classes"]
    tables.write(job.folder, measure(trusted, classes, job.confidence, job.permutations))
    standing.say(job.folder / "epochs.parquet", job.made_by, job.outcomes)
