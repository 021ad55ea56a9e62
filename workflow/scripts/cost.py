"""Estimate what a study will cost."""

import argparse
from pathlib import Path

import yaml
from snakemake.utils import update_config

from learnorder import estimate, tables
from learnorder.configuration import Study
from learnorder.errors import one_line

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--configfiles", type=Path, nargs="+", required=True, help="merged in this order")
parser.add_argument("--schema", type=Path, required=True)
parser.add_argument("--gpu-tera", type=float, required=True, help="10¹² multiply-adds a second of a GPU")
parser.add_argument("--core-giga", type=float, required=True, help="10⁹ multiply-adds a second of a core")
parser.add_argument("--output", type=Path, required=True)
job = parser.parse_args()

with one_line():
    config: dict = {}
    for path in job.configfiles:
        update_config(config, yaml.safe_load(path.read_text(encoding="utf-8")))
    costs = estimate.table(Study(config, job.schema), job.gpu_tera, job.core_giga)
    tables.write_csv(job.output, costs)
    print("\n".join(estimate.said(costs)))
