"""Build one dataset's arrays from the features of a network."""

import argparse
import json
from pathlib import Path

from learnorder import extraction
from learnorder.datasets import canonical
from learnorder.datasets.build import labelled
from learnorder.errors import one_line

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--name", required=True)
parser.add_argument("--described", type=json.loads, required=True, help="its entry in the catalogue, JSON")
parser.add_argument("--datasets", type=Path, required=True, help="folder of all datasets")
job = parser.parse_args()

with one_line():
    origin = canonical.read(job.datasets / job.described["of"]["name"])
    dataset = labelled(job.name, extraction.extract(origin, job.described), job.described)
    canonical.write(job.datasets / job.name, dataset)
    print(canonical.summary(job.name, dataset))
