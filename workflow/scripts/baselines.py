"""Score how difficult each example of one dataset is for its inputs alone."""

import argparse
from pathlib import Path

from learnorder import standing, tables
from learnorder.datasets import canonical
from learnorder.errors import one_line
from learnorder.measures.baselines import baselines

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--dataset", type=Path, required=True, help="its folder")
parser.add_argument("--made-by", required=True, help="names all that decides the tables")
job = parser.parse_args()

with one_line():
    tables.write(job.dataset, {"baselines": baselines(canonical.read(job.dataset))})
    standing.say(job.dataset / "baselines.parquet", job.made_by, [job.dataset / "examples.parquet"])
