"""Train one shard of networks and keep every prediction."""

import argparse
import json
from pathlib import Path

from learnorder import outcomes
from learnorder.datasets import canonical
from learnorder.errors import one_line
from learnorder.training.shard import environment, train

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--datasets", type=Path, required=True, help="folder of all datasets")
parser.add_argument("--identity", type=json.loads, required=True, help="dataset, architecture, recipe, …: JSON")
parser.add_argument("--first", type=int, required=True)
parser.add_argument("--last", type=int, required=True)
parser.add_argument("--output", type=Path, required=True)
job = parser.parse_args()

with one_line():
    dataset = canonical.read(job.datasets / job.identity["dataset"]["name"])
    others = [other["name"] for other in job.identity["also_predict"]]
    seeds = range(job.first, job.last + 1)
    outcomes.write(
        job.output,
        dataset=dataset,
        kept=dict(train(dataset, canonical.read_named(job.datasets, others), job.identity, seeds)),
        identity=job.identity,
        environment=environment(job.identity),
    )
