"""Decide every claim, and write the page about it."""

import argparse
import json
from pathlib import Path

from learnorder import atomic, standing, tables
from learnorder.claims import claims, page
from learnorder.errors import one_line

parser = argparse.ArgumentParser(description=__doc__, fromfile_prefix_chars="@")
parser.add_argument("--study", required=True)
parser.add_argument("--tables", type=Path, nargs="+", required=True)
parser.add_argument("--looked-at", type=json.loads, required=True, help="by claim, collections and pairs: JSON")
parser.add_argument("--settings", type=json.loads, required=True, help="thresholds: JSON")
parser.add_argument("--made-by", required=True, help="names all that decides the table")
parser.add_argument("--sources", type=Path, nargs="+", required=True, help="what its measures go back to")
parser.add_argument("--table", type=Path, required=True)
parser.add_argument("--page", type=Path, required=True)
parser.add_argument("--metrics", type=Path, required=True)
job = parser.parse_args()

with one_line():
    decided = claims.table(tables.read(job.tables), job.looked_at, job.settings)
    tables.write_csv(job.table, decided)
    with atomic.replacing(job.page) as partial:
        partial.write_text(page.page(decided, job.study), encoding="utf-8")
    with atomic.replacing(job.metrics) as partial:
        partial.write_text(json.dumps(claims.numbers(decided), indent=1) + "\n", encoding="utf-8")
    standing.say(job.table, job.made_by, job.sources)
