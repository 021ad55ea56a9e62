"""Score how difficult each example of one dataset is for its inputs alone."""

import argparse
from pathlib import Path

from learnorder import tables
from learnorder.datasets import canonical
from learnorder.errors import one_line
from learnorder.measures.baselines import baselines

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--dataset", type=Path, required=True, help="its folder")
job = parser.parse_args()

with one_line():
    tables.write(job.dataset, {"baselines": baselines(canonical.read(job.dataset))})
