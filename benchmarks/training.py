"""How fast collections are trained here, against the loops that people write.

By hand, on a machine with nothing else to do: python benchmarks/training.py

Every network is trained for one epoch of images without meaning, and evaluated on the train and the test set.

- `ours`: the jobs that the workflow starts, one per core, from their command to the outcome tables on disk.
- `loader`: one network at a time from a `DataLoader` over a dataset of torchvision, with its transforms and
  workers; the evaluation takes them too.
- `memory`: one network at a time from normalised float32 tensors in memory.

The loops train one network and are counted as often as there are networks: start-up and imports are not counted
for them. All take turns, and a ratio is the median over the turns of the two times of that turn.

*Share of peak*: multiply-adds of all products over what the cores do in one large product in the same time.
*In products*: share of CPU time in products and convolutions, start-up apart, by torch's profiler.

With `--stacked 1 5 20` it measures instead how many networks train fastest as one wide network, on one core.
"""

import argparse
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.profiler import ProfilerActivity, profile
from torch.utils.data import DataLoader
from torch.utils.flop_counter import FlopCounterMode
from torchvision import datasets, transforms

from learnorder.datasets import canonical
from learnorder.datasets.canonical import Dataset, Split
from learnorder.errors import UserError
from learnorder.networks.build import build
from learnorder.networks.cost import cost
from learnorder.study.model import Study
from learnorder.training.group import Group
from learnorder.training.job import Job
from learnorder.training.train import prepared

ROOT = Path(__file__).parents[1]
CORES = len(os.sched_getaffinity(0))
BATCH, CLASSES, MEAN, DEVIATION = 64, 10, 0.5, 0.3
IMAGES = {"28×28×1": (1, 28, 28), "32×32×3": (3, 32, 32)}
# ResNet-18 has a thousand times the arithmetic of the small ones.
EXAMPLES = {"resnet18": (320, 64)}
MNIST_EXAMPLES = (60_000, 10_000)
PEAK_SIZE = 4096
FEW_EXAMPLES = (6400, 1280)
PRODUCTS = {
    f"aten::{name}" for name in ("mm", "addmm", "bmm", "baddbmm", "mkldnn_convolution", "convolution_backward")
}
SECONDS_PER_HOUR, EPOCHS, EPOCH_EXAMPLES = 3600, 10, 50_000


def configured(architecture: str, precision: str) -> dict:
    """The identity of a collection, as the workflow passes it to a job."""
    import yaml

    config: dict = {}
    for part in ("datasets", "architectures", "recipes"):
        config |= yaml.safe_load((ROOT / f"config/{part}.yaml").read_text(encoding="utf-8"))
    config["datasets"] = {"images": {"reader": "noise", "examples": {"train": BATCH, "test": BATCH}}}
    config["recipes"] = {
        "epoch": {
            "epochs": 1,
            "evaluate_at": [1],
            "batch_size": BATCH,
            "optimiser": "sgd",
            "learning_rate": 0.01,
            "momentum": 0.9,
            "precision": precision,
        }
    }
    collection = {"dataset": "images", "architecture": architecture, "recipe": "epoch", "networks": 2}
    config |= {"study": "benchmark", "collections": [collection]}
    study = Study(config)
    identity = study.identity("images", architecture, "epoch")
    del identity["dataset"]["examples"]
    return identity


def generated(folder: Path, shape: tuple[int, ...], sizes: tuple[int, int]) -> Dataset:
    """Write images without meaning as a dataset, and give it back."""
    random = np.random.default_rng(0)
    splits = {
        split: Split(
            random.integers(0, 256, (n, *shape), dtype=np.uint8), random.integers(0, CLASSES, n), np.arange(n)
        )
        for split, n in zip(("train", "test"), sizes, strict=True)
    }
    canonical.write(folder / "images", Dataset(splits, [str(label) for label in range(CLASSES)]))
    return canonical.read(folder / "images")


class InMemory(datasets.VisionDataset):
    """As torchvision's MNIST and CIFAR: an array of images, each made a picture and transformed when asked for."""

    def __init__(self, split: Split):
        super().__init__(
            root="",
            transform=transforms.Compose([transforms.ToTensor(), transforms.Normalize(MEAN, DEVIATION)]),
        )
        self.images = np.ascontiguousarray(np.asarray(split.inputs).transpose(0, 2, 3, 1)).squeeze()
        self.labels = split.labels

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, row: int):
        return self.transform(Image.fromarray(self.images[row])), int(self.labels[row])


def one_epoch(network: nn.Module, train, looked_at) -> float:
    """Seconds of one epoch and the evaluation after it, in the plain loop."""
    optimiser = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    started = time.perf_counter()
    network.train()
    for images, labels in train:
        optimiser.zero_grad()
        nn.functional.cross_entropy(network(images), labels).backward()
        optimiser.step()
    network.eval()
    with torch.no_grad():
        for batches in looked_at:
            torch.cat([network(images).argmax(1) for images, _ in batches])
    return time.perf_counter() - started


def loader(make, dataset: Dataset) -> float:
    """Seconds per network of the loop over a `DataLoader`."""
    train, test = (InMemory(dataset.splits[split]) for split in ("train", "test"))
    own = {"batch_size": BATCH, "num_workers": CORES}
    return one_epoch(make(), DataLoader(train, shuffle=True, **own), [DataLoader(s, **own) for s in (train, test)])


def memory(make, dataset: Dataset) -> float:
    """Seconds per network of the loop over tensors in memory."""
    tensors = {
        split: (
            (torch.from_numpy(np.array(data.inputs)).float() / 255 - MEAN) / DEVIATION,
            torch.from_numpy(data.labels.astype(np.int64)),
        )
        for split, data in dataset.splits.items()
    }
    images, labels = tensors["train"]
    order = torch.randperm(len(images)).split(BATCH)
    return one_epoch(
        make(),
        ((images[rows], labels[rows]) for rows in order),
        [zip(*(tensor.split(1000) for tensor in pair), strict=True) for pair in tensors.values()],
    )


def ours(folder: Path, identity: dict, networks: int, script: Path = ROOT / "workflow/scripts/train.py") -> float:
    """Seconds of the jobs of the workflow, one per core, that train so many networks."""
    cuts = np.linspace(0, networks, min(CORES, networks) + 1).round().astype(int)
    started = time.perf_counter()
    jobs = [
        subprocess.Popen(
            [
                *(sys.executable, script, "--datasets", folder),
                *("--identity", json.dumps(identity), "--checkpoint", folder / f"checkpoint-{first}"),
                *("--first", str(first), "--last", str(last - 1)),
                *("--output", folder / "outcomes" / f"seeds-{first:03d}-{last - 1:03d}.parquet"),
            ],
            stdout=subprocess.DEVNULL,
        )
        for first, last in itertools.pairwise(cuts)
    ]
    if any(job.wait() for job in jobs):
        sys.exit("a job failed")
    seconds = time.perf_counter() - started
    for path in (folder / "outcomes").iterdir():
        path.unlink()
    return seconds


def peak(precision: str) -> float:
    """Multiply-adds per second of one core in a large matrix product, the median of five."""
    torch.set_num_threads(1)
    matrix = torch.randn(PEAK_SIZE, PEAK_SIZE).to(getattr(torch, precision))
    seconds = []
    for _ in range(6):
        started = time.perf_counter()
        matrix @ matrix
        seconds.append(time.perf_counter() - started)
    torch.set_num_threads(CORES)
    return PEAK_SIZE**3 / statistics.median(seconds[1:])


def in_products(folder: Path, identity: dict) -> float:
    """Share of CPU time in products and convolutions of an epoch and its evaluation. Changes settings of torch."""
    size = identity["architecture"]["stacked"]
    job = Job(canonical.read(folder / "images"), {}, identity, prepared("cpu"))
    group = Group(job, range(size), stacked=size > 1)
    group.train(1, lambda: None)
    with profile(activities=[ProfilerActivity.CPU]) as profiled:
        group.train(job.steps_per_epoch, lambda: None)
        group.evaluate(lambda: None)
    times = {event.key: event.self_cpu_time_total for event in profiled.key_averages()}
    return sum(times.get(name, 0) for name in PRODUCTS) / sum(times.values())


def of_a_step(network: nn.Module, shape: tuple[int, ...]) -> int:
    """Multiply-adds of an example in training, where the first layer has no gradient of its inputs."""
    examples = torch.zeros(2, *shape)
    with FlopCounterMode(display=False) as counter:
        network(examples).sum().backward()
    return counter.get_total_flops() // 2 // len(examples)


def stacked_rate(job: Job, size: int, repeats: int) -> float:
    """Train examples per second of so many networks as one, the median over epochs."""
    group, rates = Group(job, range(size), stacked=size > 1), []
    for epoch in range(repeats + 1):
        started = time.perf_counter()
        group.train((epoch + 1) * job.steps_per_epoch, lambda: None)
        rates.append(size * job.examples / (time.perf_counter() - started))
    return statistics.median(rates[1:])


def stacked_rows(architecture: str, images: str, sizes: list[int], repeats: int) -> Iterator[dict[str, object]]:
    """Rows of the other table, up to the first size that is refused."""
    for precision in ("float32", "bfloat16"):
        with tempfile.TemporaryDirectory() as folder:
            dataset = generated(Path(folder), IMAGES[images], FEW_EXAMPLES)
            job = Job(dataset, {}, configured(architecture, precision), prepared("cpu"))
            for size in sizes:
                try:
                    rate = stacked_rate(job, size, repeats)
                except UserError as refused:
                    print(refused)
                    return
                hourly = rate * SECONDS_PER_HOUR / (EPOCHS * EPOCH_EXAMPLES)
                yield {
                    "architecture": architecture,
                    "images": images,
                    "precision": precision,
                    "stacked": size,
                    "train examples/s": f"{rate:,.0f}",
                    "networks/hour, 10 epochs of 50,000": f"{hourly:,.0f}",
                }


def case(
    architecture: str, images: str, networks: int, repeats: int, examples: tuple[int, int]
) -> dict[str, object]:
    """One row of the table."""
    shape, sizes = IMAGES[images], EXAMPLES.get(architecture, examples)
    identities = {precision: configured(architecture, precision) for precision in ("float32", "bfloat16")}
    times: dict[str, list[float]] = {name: [] for name in ("loader", "memory", *identities)}
    with tempfile.TemporaryDirectory() as folder:
        dataset = generated(Path(folder), shape, sizes)

        def make() -> nn.Module:
            return build(identities["float32"]["architecture"], shape, CLASSES)

        for _ in range(repeats):
            times["loader"].append(networks * loader(make, dataset))
            times["memory"].append(networks * memory(make, dataset))
            for precision, identity in identities.items():
                times[precision].append(ours(Path(folder), identity, networks))
        generated(Path(folder), shape, min(sizes, FEW_EXAMPLES))
        with ProcessPoolExecutor(1, get_context("spawn")) as aside:
            found = aside.map(in_products, itertools.repeat(Path(folder)), identities.values())
            shares = dict(zip(identities, found, strict=True))
    _, multiply_adds = cost(make(), shape)
    done = networks * (of_a_step(make(), shape) * sizes[0] + multiply_adds * sum(sizes))

    def ratio(slow: str, fast: str) -> str:
        return f"{statistics.median(a / b for a, b in zip(times[slow], times[fast], strict=True)):.1f}"

    row: dict[str, object] = {"architecture": architecture, "images": images, "train images": sizes[0]}
    row["networks"] = networks
    row["loader, s per network"] = f"{statistics.median(times['loader']) / networks:.2f}"
    for precision in identities:
        row[f"{precision}, s per network"] = f"{statistics.median(times[precision]) / networks:.2f}"
        row[f"{precision} × loader"], row[f"{precision} × memory"] = (
            ratio("loader", precision),
            ratio("memory", precision),
        )
        reached = done / statistics.median(times[precision]) / (min(CORES, networks) * peak(precision))
        row[f"{precision}, share of peak"] = f"{reached:.2f}"
        row[f"{precision}, in products"] = f"{shares[precision]:.2f}"
    row["peak memory of all jobs so far, MB"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return row


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--architectures", nargs="+", default=["linear", "mlp", "cnn", "resnet18"])
parser.add_argument("--images", nargs="+", choices=IMAGES, default=list(IMAGES))
parser.add_argument("--networks", type=int, nargs="+", default=[1, 10, 50])
parser.add_argument("--repeats", type=int, default=5)
parser.add_argument("--stacked", type=int, nargs="+", help="measure stacks of these sizes instead")
parser.add_argument("--examples", type=int, nargs=2, default=MNIST_EXAMPLES, metavar=("TRAIN", "TEST"))

if __name__ == "__main__":
    chosen = parser.parse_args()
    header = None
    for architecture, images in itertools.product(chosen.architectures, chosen.images):
        if chosen.stacked:
            rows = stacked_rows(architecture, images, chosen.stacked, chosen.repeats)
        else:
            sizes = tuple(chosen.examples)
            rows = (case(architecture, images, networks, chosen.repeats, sizes) for networks in chosen.networks)
        for row in rows:
            if header is None:
                header = list(row)
                print("| " + " | ".join(header) + " |\n|" + " --- |" * len(header))
            print("| " + " | ".join(map(str, row.values())) + " |", flush=True)
