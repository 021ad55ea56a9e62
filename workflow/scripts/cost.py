"""Estimate what a study will cost."""

import argparse
from pathlib import Path

from learnorder import estimate, tables
from learnorder.configured import configured
from learnorder.errors import one_line

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--configfile", type=Path, action="append", default=[], help="a later one goes before")
parser.add_argument("--config", metavar="KEY=VALUE", action="append", default=[], help="goes before all files")
parser.add_argument("--gpu-tera", type=float, required=True, help="10¹² multiply-adds a second of a GPU")
parser.add_argument("--core-giga", type=float, required=True, help="10⁹ multiply-adds a second of a core")
parser.add_argument("--output", type=Path, required=True)
job = parser.parse_args()

with one_line():
    study = configured(*job.configfile, settings=job.config)
    costs = estimate.table(study, job.gpu_tera, job.core_giga)
    tables.write_csv(job.output, costs)
    print("\n".join(estimate.said(costs)))
