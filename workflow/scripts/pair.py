"""Measure one pair of collections."""

import argparse
import json
from pathlib import Path

from learnorder import outcomes, standing, tables
from learnorder.errors import one_line
from learnorder.measures.pair import measure

parser = argparse.ArgumentParser(description=__doc__, fromfile_prefix_chars="@")
parser.add_argument("--first", type=Path, nargs="+", required=True, help="outcome tables of one collection")
parser.add_argument("--second", type=Path, nargs="+", required=True, help="outcome tables of the other")
parser.add_argument(
    "--identities", type=json.loads, required=True, help="dataset, architecture, recipe of both: JSON"
)
parser.add_argument("--confidence", type=float, required=True)
parser.add_argument("--permutations", type=int, required=True)
parser.add_argument("--matched-within", type=float, required=True)
parser.add_argument("--folder", type=Path, required=True)
parser.add_argument("--made-by", required=True, help="names all that decides the tables")
job = parser.parse_args()

with one_line():
    both = [outcomes.scan(*each) for each in zip((job.first, job.second), job.identities, strict=True)]
    names = tuple(identity["architecture"]["name"] for identity in job.identities)
    tables.write(job.folder, measure(*both, names, job.confidence, job.permutations, job.matched_within))
    standing.say(job.folder / "correlation.parquet", job.made_by, [*job.first, *job.second])
