"""Fetch one file of published weights."""

import argparse
import json
from pathlib import Path

from learnorder.errors import one_line
from learnorder.networks import published

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--described", type=json.loads, required=True, help="an architecture of it, JSON")
parser.add_argument("--output", type=Path, required=True)
job = parser.parse_args()

with one_line():
    published.fetch(job.described, job.output)
