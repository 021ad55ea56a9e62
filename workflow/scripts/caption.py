"""Write the caption of one figure in the report."""

import argparse
import json
from importlib import import_module
from pathlib import Path

import polars as pl

from learnorder import atomic, summary, tables
from learnorder.errors import one_line
from learnorder.report import captions, pages

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--figure", required=True, help="its module in learnorder.figures")
parser.add_argument("--table", type=Path, required=True, help="what it draws")
parser.add_argument("--claims", type=Path, required=True, help="table of the claims")
parser.add_argument("--numbers", type=Path, required=True, help="of the claims")
parser.add_argument("--networks", type=Path, required=True, help="table of how they ended")
parser.add_argument("--output", type=Path, required=True)
job = parser.parse_args()

with one_line():
    shows = import_module(f"learnorder.figures.{job.figure}").CAPTION
    decided, numbers = (
        pl.read_csv(job.claims, infer_schema_length=None),
        json.loads(job.numbers.read_text(encoding="utf-8")),
    )
    ended = summary.read(job.networks)
    caption = captions.caption(job.figure, shows, tables.read_csv(job.table), decided, numbers, ended)
    with atomic.replacing(job.output) as partial:
        partial.write_text(pages.restructured(caption), encoding="utf-8")
