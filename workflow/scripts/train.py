"""Train one shard of networks and keep every prediction."""

import argparse
import json
from pathlib import Path

from learnorder import shard
from learnorder.errors import one_line
from learnorder.training import devices

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--datasets", type=Path, required=True, help="folder of all datasets")
parser.add_argument("--identity", type=json.loads, required=True, help="dataset, architecture, recipe, …: JSON")
parser.add_argument("--first", type=int, required=True)
parser.add_argument("--last", type=int, required=True)
parser.add_argument("--device", default="cpu", help="as torch calls it: cpu, cuda")
parser.add_argument("--workers", type=int, default=1, help="threads that decode images")
parser.add_argument("--checkpoint", type=Path, required=True, help="folder of what survives a stop")
parser.add_argument("--save-every", type=float, default=120, metavar="SECONDS")
parser.add_argument("--output", type=Path, required=True)
job = parser.parse_args()

with one_line(), devices.claimed(job.device) as device:
    shard.make(
        job.output,
        checkpoint=job.checkpoint,
        datasets=job.datasets,
        identity=job.identity,
        seeds=range(job.first, job.last + 1),
        device=device,
        workers=job.workers,
        save_every_s=job.save_every,
    )
