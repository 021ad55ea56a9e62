"""Train one shard of networks and keep every prediction."""

import argparse
import json
from pathlib import Path

from learnorder import outcomes
from learnorder.datasets import canonical
from learnorder.errors import one_line
from learnorder.training.train import environment, train

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--data", type=Path, required=True)
parser.add_argument("--identity", type=json.loads, required=True, help="dataset, architecture and recipe, JSON")
parser.add_argument("--first", type=int, required=True)
parser.add_argument("--last", type=int, required=True)
parser.add_argument("--output", type=Path, required=True)
job = parser.parse_args()

with one_line():
    dataset = canonical.read(job.data)
    outcomes.write(
        job.output,
        labels={name: split.labels for name, split in dataset.splits.items()},
        predictions=dict(train(dataset, job.identity, range(job.first, job.last + 1))),
        identity=job.identity,
        environment=environment(),
    )
