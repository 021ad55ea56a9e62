"""Write the table that a figure draws."""

import argparse
import json
from importlib import import_module
from pathlib import Path

from learnorder import standing, tables
from learnorder.errors import one_line
from learnorder.figures import at_chance

parser = argparse.ArgumentParser(description=__doc__, fromfile_prefix_chars="@")
parser.add_argument("--figure", required=True, help="its module in learnorder.figures")
parser.add_argument("--tables", type=Path, nargs="+", required=True, help="of measures")
parser.add_argument("--about", type=json.loads, required=True, help="the catalogues' entries of their names: JSON")
parser.add_argument("--made-by", required=True, help="names all that decides the table")
parser.add_argument("--sources", type=Path, nargs="+", required=True, help="what its measures go back to")
parser.add_argument("--table", type=Path, required=True)
job = parser.parse_args()

with one_line():
    figure = import_module(f"learnorder.figures.{job.figure}")
    epochs = tables.read(path for path in job.tables if path.stem == "epochs")["epochs"]
    tables.write_csv(job.table, at_chance.marked(tables.call(figure.table, job.tables, job.about), epochs))
    standing.say(job.table, job.made_by, job.sources)
