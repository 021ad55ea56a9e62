"""How many networks side by side train fastest, on this CPU or GPU: what `stacked` in the catalogue rests on.

By hand, on a machine with nothing else to do: python benchmarks/stacking.py [--device cuda]
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import torch
from training import IMAGES, configured, generated

from learnorder.errors import UserError
from learnorder.training.group import Group
from learnorder.training.job import Job
from learnorder.training.train import prepared

SIZES = (1, 2, 5, 10, 20, 50)
EXAMPLES = (6400, 640)
SECONDS_PER_HOUR, EPOCHS, EPOCH_EXAMPLES = 3600, 10, 50_000


def rate(job: Job, size: int, repeats: int) -> float:
    """Train examples per second of so many networks side by side, the median over epochs."""
    group, rates = Group(job, range(size), stacked=size > 1), []
    for epoch in range(repeats + 1):
        started = time.perf_counter()
        group.train((epoch + 1) * job.steps_per_epoch, lambda: None)
        if job.device.type == "cuda":
            torch.cuda.synchronize(job.device)
        rates.append(size * EXAMPLES[0] / (time.perf_counter() - started))
    return statistics.median(rates[1:])


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--device", default="cpu")
parser.add_argument("--architectures", nargs="+", default=["linear", "deep_linear", "mlp", "cnn"])
parser.add_argument("--images", choices=IMAGES, default="28×28×1")
parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
parser.add_argument("--repeats", type=int, default=5)

if __name__ == "__main__":
    chosen = parser.parse_args()
    place = prepared(chosen.device)
    print(torch.cuda.get_device_name(place) if place.type == "cuda" else "one core of this CPU")
    print("| architecture | precision | side by side | train examples/s | networks/hour, 10 epochs of 50,000 |")
    print("| --- | --- | --- | --- | --- |")
    for architecture in chosen.architectures:
        for precision in ("float32", "bfloat16"):
            with tempfile.TemporaryDirectory() as folder:
                dataset = generated(Path(folder), IMAGES[chosen.images], EXAMPLES)
                job = Job(dataset, {}, configured(architecture, precision), place)
                for size in chosen.sizes:
                    try:
                        found = rate(job, size, chosen.repeats)
                    except UserError as refused:
                        print(f"{refused}")
                        break
                    hourly = found * SECONDS_PER_HOUR / (EPOCHS * EPOCH_EXAMPLES)
                    print(f"| {architecture} | {precision} | {size} | {found:,.0f} | {hourly:,.0f} |", flush=True)
