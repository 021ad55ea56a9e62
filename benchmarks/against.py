"""How fast networks are trained here and by the trainer of Pliushch et al. 2021, *When Deep Classifiers Agree*.

By hand, on a machine with nothing else to do, with a clone of ccc-frankfurt/intrinsic_ordering_nn_training and a
dataset of colour images of 32×32 that Snakemake made:

    python benchmarks/against.py CLONE --dataset results/datasets/cifar10

Both train `Net`, the smallest network there, for one epoch in mini-batches of 128 and keep all predictions.

- `theirs`: their `Trainer` as their `main.py` calls it, one network after the other, on all cores, from a folder
  of JPEGs. Start-up is not counted.
- `ours`: the jobs of the workflow, one per core, from their command to the outcome tables. The same JPEGs are read
  once for all networks, which is timed separately.
"""

import argparse
import contextlib
import io
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torchvision import transforms
from training import CORES, ROOT, configured, ours

from learnorder.datasets import canonical
from learnorder.datasets.build import build
from learnorder.datasets.canonical import Dataset

BATCH, RATE, DECAY = 128, 1e-3, 1e-5
JPEG_QUALITY = 75


def write_jpegs(folder: Path, dataset: Dataset, sizes: dict[str, int]) -> None:
    """Write evenly spaced images of each split as train/<class>/<row>.jpg and test/<class>/<row>.jpg."""
    for split, size in sizes.items():
        data = dataset.splits[split]
        for row in np.linspace(0, len(data.labels), size, endpoint=False).astype(int):
            path = folder / split / f"{data.labels[row]:06d}" / f"{row}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.asarray(data.inputs[row]).transpose(1, 2, 0)).save(path, quality=JPEG_QUALITY)


def theirs(jpegs: Path) -> float:
    """Seconds of a network in their trainer, whose clone is on the path; it writes to the current folder."""
    from cmdparser import parser
    from lib.architectures import Net
    from lib.datasets import CIFAR10
    from lib.helpers.custom_img_folder import IndxImageFolder
    from lib.helpers.initialization import WeightInit
    from lib.trainer import Trainer

    options = parser.parse_args(["-b", str(BATCH), "-lr", str(RATE), "-wd", str(DECAY), "-j", str(CORES)])
    options.num_colors = 3
    # Its constructor downloads CIFAR-10.
    dataset = object.__new__(CIFAR10)
    dataset.trainset, dataset.valset = (
        IndxImageFolder(str(jpegs / split), transforms.ToTensor()) for split in ("train", "test")
    )
    dataset.num_classes = len(dataset.trainset.classes)
    started = time.perf_counter()
    network = Net(dataset.num_classes, options.num_colors, options)
    WeightInit(options.weight_init).init_model(network)
    optimiser = torch.optim.SGD(network.parameters(), lr=RATE, momentum=0.9, weight_decay=DECAY)
    with contextlib.redirect_stdout(io.StringIO()):
        Trainer(dataset, network, optimiser, nn.CrossEntropyLoss(), "Net", args=options).train(1)
    return time.perf_counter() - started


def identity() -> dict:
    """The same training as ours."""
    made = configured("cnn", "float32")
    made["architecture"] |= {"name": "net", "model": "net", "options": {}}
    made["recipe"] |= {"batch_size": BATCH, "learning_rate": RATE, "weight_decay": DECAY}
    return made


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("clone", type=Path, help="of their repository")
parser.add_argument("--dataset", type=Path, required=True, help="folder of a dataset that Snakemake made")
parser.add_argument("--examples", type=int, nargs=2, default=(10_000, 2_000), metavar=("TRAIN", "TEST"))
parser.add_argument("--networks", type=int, default=10)
parser.add_argument("--repeats", type=int, default=5)

if __name__ == "__main__":
    chosen = parser.parse_args()
    sys.path.insert(0, str(chosen.clone.resolve()))
    source = canonical.read(chosen.dataset.resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_jpegs(folder / "jpegs", source, dict(zip(("train", "test"), chosen.examples, strict=True)))
        os.chdir(folder)
        started = time.perf_counter()
        entry = {"reader": "image_folder", "path": str(folder / "jpegs"), "channels": 3, "size": 32}
        canonical.write(folder / "images", build("images", entry, folder, folder, []))
        read = time.perf_counter() - started
        turns = [
            (theirs(folder / "jpegs"), ours(folder, identity(), chosen.networks, ROOT / "benchmarks/net.py"))
            for _ in range(chosen.repeats)
        ]
    their, our = (np.array(turns) / (1, chosen.networks)).T
    print("| theirs, s per network | ours, s per network | ratio | JPEGs, s, once |\n| --- | --- | --- | --- |")
    medians = (statistics.median(numbers) for numbers in (their, our, their / our))
    print("| " + " | ".join(f"{number:.2f}" for number in (*medians, read)) + " |")
