"""Draw one figure from its table."""

import argparse
from importlib import import_module
from pathlib import Path

from learnorder import tables
from learnorder.errors import one_line
from learnorder.figures import style

parser = argparse.ArgumentParser(description=__doc__, fromfile_prefix_chars="@")
parser.add_argument("--figure", required=True, help="its module in learnorder.figures")
parser.add_argument("--table", type=Path, required=True, help="what it draws")
parser.add_argument("--architectures", nargs="+", default=[], help="of the study, for their colours")
parser.add_argument("--pictures", type=Path, nargs="+", required=True)
job = parser.parse_args()

with one_line():
    figure = import_module(f"learnorder.figures.{job.figure}")
    style.apply(job.architectures)
    style.save(figure.draw(tables.read_csv(job.table)), *job.pictures)
