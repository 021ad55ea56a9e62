"""Write one shard of outcomes that were made elsewhere as an outcome table."""

import argparse
import json
from pathlib import Path

from learnorder import imported
from learnorder.errors import one_line

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--train", type=Path, help=".npz of the train split")
parser.add_argument("--test", type=Path, help=".npz of the test split")
parser.add_argument("--table", type=Path, help="Parquet of all splits, instead of the two")
parser.add_argument("--identity", type=json.loads, required=True, help="dataset, architecture and recipe, JSON")
parser.add_argument("--output", type=Path, required=True)
job = parser.parse_args()

with one_line():
    imported.outcome_table(job.output, identity=job.identity, train=job.train, test=job.test, table=job.table)
