"""Draw one figure, and write the table that it draws beside it."""

import argparse
import json
from importlib import import_module
from pathlib import Path

from learnorder import tables
from learnorder.errors import one_line
from learnorder.figures import style

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--figure", required=True, help="its module in learnorder.figures")
parser.add_argument("--tables", type=Path, nargs="+", required=True)
parser.add_argument("--about", type=json.loads, required=True, help="the catalogues' entries of their names: JSON")
parser.add_argument("--architectures", nargs="+", default=[], help="of the study, for their colours")
parser.add_argument("--pictures", type=Path, nargs="+", required=True)
parser.add_argument("--table", type=Path, required=True)
job = parser.parse_args()

with one_line():
    figure = import_module(f"learnorder.figures.{job.figure}")
    style.apply(job.architectures)
    tables.write_csv(job.table, tables.call(figure.table, job.tables, job.about))
    # From the file, so that whoever has it can draw the same.
    style.save(figure.draw(tables.read_csv(job.table)), *job.pictures)
