"""Tabulate what each architecture costs."""

import argparse
import json
from pathlib import Path

from learnorder.errors import one_line
from learnorder.networks import cost

parser = argparse.ArgumentParser(description=__doc__, fromfile_prefix_chars="@")
parser.add_argument("--datasets", type=Path, required=True, help="folder of all datasets")
parser.add_argument("--networks", type=json.loads, required=True, help="list of {dataset, described}: JSON")
parser.add_argument("--output", type=Path, required=True)
job = parser.parse_args()

with one_line():
    cost.write(job.output, cost.table(job.datasets, job.networks))
