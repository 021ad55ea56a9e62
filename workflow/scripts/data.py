"""Build one dataset's arrays."""

import argparse
import json
from pathlib import Path

from learnorder.datasets import canonical, files
from learnorder.datasets.build import build
from learnorder.errors import one_line

parser = argparse.ArgumentParser(description=__doc__, fromfile_prefix_chars="@")
parser.add_argument("--name", required=True)
parser.add_argument("--described", type=json.loads, required=True, help="its entry in the catalogue, JSON")
parser.add_argument("--datasets", type=Path, required=True, help="folder of all datasets")
parser.add_argument("--downloads", type=Path, required=True)
job = parser.parse_args()

with one_line():
    dataset = build(job.name, job.described, job.datasets, job.downloads, files.mirrors())
    canonical.write(job.datasets / job.name, dataset)
    print(canonical.summary(job.name, dataset))
