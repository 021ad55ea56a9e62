"""What to do with a GPU that is at hand for minutes: is training right there, how fast is it, the paper's runs.

First, where Snakemake is: python benchmarks/gpu.py prepare --configfile config/reproduction.yaml --data .gpu
Then, where the GPU is: python benchmarks/gpu.py run --data .gpu --out FOLDER --minutes 9
That machine needs little more than torch, torchvision, timm and pyarrow.

The stages run in order, each case in a process of its own, so that a failure ends nothing else:

- `right`: a captured step is an eager one, stacked and side by side are alone, resumed is undisturbed, a full
  device halves. In float32 without TF32.
- `fast`: images per second of each design, next to the plain loop over one network; networks per minute from
  seeds to all predictions.
- `paper`: the collections that were prepared, in their order, for as long as time is left.
- `images`: how fast JPEGs are decoded for the GPU.

Each result is written as soon as it is there: `results.json`, `log.txt`, `outcomes-1.tar` and so on.
`--device cpu --minutes 1` runs the same stages at toy size.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tarfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
# More branches of a graph run at once.
os.environ.setdefault("CUDA_DEVICE_MAX_CONNECTIONS", "32")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import numpy as np
import torch

from learnorder import outcomes, shard
from learnorder.datasets import canonical
from learnorder.datasets.canonical import Dataset, Split
from learnorder.datasets.encoded import EncodedImages
from learnorder.training import train as training
from learnorder.training.group import Group
from learnorder.training.job import Job

SHAPE, TOY_SHAPE, CLASSES = (3, 32, 32), (3, 16, 16), 5
TOY, TOY_BATCH, TOY_SHARE = False, 10, 10
"""Whether all is small, as on a CPU: mini-batches of so many, of so much smaller a set."""
SECONDS_PER_MINUTE, SECONDS_PER_HOUR = 60, 3600
TAR_BYTES = 15 * 2**20
RESERVED_S = 15
"""For the end: packing what there is."""
FEW_S = 20
SHARES = {"right": 0.2, "fast": 0.4, "images": 0.3}
"""Of the time that is left when a stage begins; what it does not need is the next one's."""

RECIPE = {
    "name": "benchmark",
    **{"clock": "epochs", "epochs": 4, "evaluate_at": [1, 2, 4], "batch_size": 100, "optimiser": "sgd"},
    **{"learning_rate": 0.035, "momentum": 0.0, "nesterov": False, "weight_decay": 0.0, "l2": 0.005},
    **{"schedule": "constant", "step_at": [], "warm_up": 0, "label_smoothing": 0, "flip": False, "shift": 0},
    **{"cutout": 0, "dropout": 0, "train_examples": 0, "train_examples_drawn": "shared", "precision": "float32"},
    **{"batch_norm": "running", "whitening": False, "record": []},
    "vary": ["initialisation", "order", "augmentation"],
}
ARCHITECTURES = {
    "st_vgg": {"library": "learnorder", "model": "st_vgg", "options": {}},
    "cnn_large": {
        "library": "learnorder",
        "model": "cnn",
        "options": {"channels": [64, 128, 256], "convolutions": 2, "batch_norm": True, "width": 256},
    },
    "cnn": {"library": "learnorder", "model": "cnn", "options": {"channels": [16, 32], "width": 64}},
    "mlp": {"library": "learnorder", "model": "mlp", "options": {"widths": [128, 128]}},
    "mlp_dropout": {"library": "learnorder", "model": "mlp", "options": {"widths": [128, 128], "dropout": 0.25}},
    "resnet18": {"library": "torchvision", "model": "resnet18", "options": {}, "stem": "small"},
    "drop_path": {
        "library": "timm",
        "model": "convnext_atto",
        "options": {"drop_path_rate": 0.2},
        "stem": "small",
    },
}


def identity(architecture: str, **recipe: Any) -> dict[str, Any]:
    """The identity of a collection on generated images."""
    described = {
        "name": architecture,
        "stacked": 1,
        "takes": "images",
        "stem": "own",
        **ARCHITECTURES[architecture],
    }
    return {
        "dataset": {"name": "generated"},
        "architecture": described | ARCHITECTURES[architecture],
        "recipe": RECIPE | recipe | ({"batch_size": TOY_BATCH} if TOY else {}),
        "also_predict": [],
        "training_version": 0,
    }


def generated(train: int, test: int) -> Dataset:
    """Images of classes that differ by their colour, under noise."""
    random, shape = np.random.default_rng(0), SHAPE
    if TOY:
        train, test, shape = train // TOY_SHARE, test // TOY_SHARE, TOY_SHAPE
    splits = {}
    for split, n in (("train", train), ("test", test)):
        labels = random.integers(0, CLASSES, n)
        colours = np.linspace(60, 200, CLASSES)[labels][:, None, None, None]
        images = (colours + random.normal(0, 60, (n, *shape))).clip(0, 255).astype(np.uint8)
        splits[split] = Split(images, labels, np.arange(n))
    return Dataset(splits, [str(label) for label in range(CLASSES)], checksum="generated")


class Session:
    """The time that is left, the device, and what was found so far, on disk at every moment."""

    def __init__(self, arguments: argparse.Namespace):
        self.out, self.device, self.data = arguments.out, arguments.device, arguments.data
        self.collections, self.architectures = arguments.collections, arguments.architectures
        self.only = arguments.only
        minutes = arguments.minutes
        self.ends = self.stage_ends = time.monotonic() + minutes * SECONDS_PER_MINUTE - RESERVED_S
        self.found: dict[str, Any] = {"minutes": minutes, "device": self.device, "torch": torch.__version__}
        self.out.mkdir(parents=True, exist_ok=True)

    @property
    def left(self) -> float:
        """Seconds, of this stage."""
        return self.stage_ends - time.monotonic()

    def begin(self, stage: str) -> None:
        """A stage may take its share of the time that is left, the last one all."""
        now = time.monotonic()
        self.stage_ends = now + SHARES.get(stage, 1) * (self.ends - now)

    def note(self, stage: str, name: str, value: Any) -> None:
        """Keep a result and print it."""
        self.found.setdefault(stage, {})[name] = value
        (self.out / "results.json").write_text(json.dumps(self.found, indent=1), encoding="utf-8")
        print(f"[{self.left:5.0f} s left] {stage}: {name}: {json.dumps(value)}", flush=True)

    def case(self, stage: str, name: str, work: Callable[[], Any], most_s: float) -> Any:
        """What some work gives, done in a process of its own; None if it failed, or was not done."""
        if self.only and stage != "paper" and name not in self.only:
            return None
        most_s = min(most_s, self.left)
        if most_s <= 0:
            self.note(stage, name, {"not run": "no time left"})
            return None
        context = multiprocessing.get_context("fork")
        receiving, sending = context.Pipe(duplex=False)
        process = context.Process(target=_in_process, args=(work, sending, self.out / "log.txt"))
        started = time.monotonic()
        process.start()
        sending.close()
        value: Any = {"failed": f"stopped after {most_s:.0f} s"}
        try:
            if receiving.poll(most_s):
                value = receiving.recv()
        except EOFError:
            value = {"failed": "the process ended"}
        _end(process)
        if isinstance(value, dict):
            value["case_s"] = round(time.monotonic() - started, 1)
        self.note(stage, name, value)
        return None if isinstance(value, dict) and "failed" in value else value


def _in_process(work: Callable[[], Any], sending, log: Path) -> None:
    with log.open("a", encoding="utf-8") as file, redirect_stdout(file), redirect_stderr(file):
        try:
            sending.send(work())
        except BaseException as error:
            traceback.print_exc()
            sending.send({"failed": f"{type(error).__name__}: {str(error)[:300]}"})


def _end(process) -> None:
    """Let a process end; one that goes on is told to stop, which saves what it has, then killed."""
    process.join(1)
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.is_alive():
            os.kill(process.pid, number)
            process.join(FEW_S / 2)


def peak(device: str) -> dict[str, float]:
    """What the device reaches at best: a product of matrices in bfloat16, a copy in memory."""
    if device == "cpu":
        return {"name": "cpu"}
    size = 8192
    one, other = (torch.randn(size, size, device=device, dtype=torch.bfloat16) for _ in range(2))
    values = torch.randn(2**30, device=device)
    product = _timed(lambda: one @ other, 10)
    copied = _timed(values.clone, 10)
    return {
        "name": torch.cuda.get_device_name(device),
        "tera_operations_per_s": 2 * size**3 / product / 1e12,
        "copied_terabytes_per_s": 2 * values.nbytes / copied / 1e12,
    }


def _timed(work: Callable[[], Any], times: int) -> float:
    for _ in range(3):
        work()
    torch.cuda.synchronize()
    started = time.perf_counter()
    for _ in range(times):
        work()
    torch.cuda.synchronize()
    return (time.perf_counter() - started) / times


# --- right -----------------------------------------------------------------------------------------------


@contextmanager
def exact() -> Iterator[None]:
    """Without the faster formats and the choices that may differ from run to run."""
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.use_deterministic_algorithms(True, warn_only=True)
    yield


def weights(group: Group) -> list[torch.Tensor]:
    """Weights and statistics of each network of a group, on the CPU, a vector each."""
    group.side_by_side.give()
    return [
        torch.cat([value.double().flatten().cpu() for value in network.state_dict().values()])
        for network in group.networks
    ]


def difference(one: list[torch.Tensor], other: list[torch.Tensor]) -> float:
    """Largest ‖a − b‖ / ‖b‖ over networks."""
    return max(((a - b).norm() / b.norm()).item() for a, b in zip(one, other, strict=True))


STEPS, MIDWAY = 8, 4
IDLE = lambda *_: None  # noqa: E731


def compared(device: str, kind: str, architecture: str, recipe: dict[str, Any]) -> dict[str, Any]:
    """One comparison of two ways to the same four networks."""
    place = training.prepared(device)
    seeds = range(2 if TOY else 4)
    with exact():
        job = Job(generated(500, 100), {}, identity(architecture, **recipe), place)
        reference = [Group(job, [seed], capture=False) for seed in seeds]
        for group in reference:
            group.train(STEPS, IDLE)
        expected = [weights(group)[0] for group in reference]
        captured = None
        if kind == "eager, side by side":
            groups = [Group(job, seeds, capture=False)]
        elif kind == "captured, alone":
            groups = [Group(job, [seed]) for seed in seeds]
        elif kind in ("captured, side by side", "saved and resumed", "evaluated midway"):
            groups = [Group(job, seeds)]
        else:
            groups = [Group(job, seeds, stacked=True)]
        if kind == "saved and resumed":
            groups[0].train(MIDWAY, IDLE)
            state = groups[0].state()
            groups = [Group(job, seeds)]
            groups[0].resume(state)
        if kind == "evaluated midway":
            groups[0].train(MIDWAY, IDLE)
            groups[0].evaluate(IDLE)
        for group in groups:
            group.train(STEPS, IDLE)
            captured = bool(group.captured)
        found = [vector for group in groups for vector in weights(group)]
    moved = difference([weights(Group(job, [seed], capture=False))[0] for seed in seeds], expected)
    return {"relative_difference": difference(found, expected), "captured": captured, "moved": moved}


def halved(device: str) -> dict[str, Any]:
    """Networks that do not fit side by side are trained in smaller groups."""
    place = training.prepared(device)
    network = identity("cnn_large", epochs=1, evaluate_at=[1])
    data = generated(1000, 100)
    if place.type == "cuda":
        job = Job(data, {}, network, place)
        group = Group(job, range(1))
        group.train(2, IDLE)
        one = torch.cuda.max_memory_reserved()
        del group, job
        torch.cuda.empty_cache()
        total = torch.cuda.get_device_properties(place).total_memory
        torch.cuda.set_per_process_memory_fraction(min(1.0, 3 * one / total))
    lines: list[str] = []
    made = list(training.train(data, {}, network, range(8), report=lines.append, device=device, design=(8, False)))
    sizes = [line.partition("  epoch")[0] for line in lines]
    return {"networks": len(made), "groups": sizes}


def not_captured(device: str) -> dict[str, Any]:
    """Networks that draw from the device's own generator are trained alone."""
    place = training.prepared(device)
    if place.type == "cpu":
        return {"skipped": "needs a GPU"}
    job = Job(generated(500, 100), {}, identity("drop_path"), place)
    group = Group(job, [0])
    group.train(3, IDLE)
    return {"design": training.fastest(job, list(range(8))), "captured": bool(group.captured)}


RIGHT = [
    (kind, architecture, recipe)
    for architecture, recipe, kinds in (
        (
            "st_vgg",
            {},
            ("eager, side by side", "captured, alone", "captured, side by side", "saved and resumed",
             "evaluated midway", "stacked"),
        ),
        ("st_vgg", {"optimiser": "adam", "l2": 0.0005, "learning_rate": 0.001}, ("captured, side by side",)),
        ("st_vgg", {"optimiser": "adadelta", "learning_rate": 0.5}, ("captured, side by side",)),
        ("cnn_large", {"momentum": 0.9, "flip": True, "shift": 2, "batch_norm": "re_estimated"},
         ("captured, side by side", "stacked", "saved and resumed", "evaluated midway")),
        ("mlp_dropout", {"momentum": 0.9}, ("captured, side by side", "stacked")),
    )
    for kind in kinds
]  # fmt: skip


def right(session: Session) -> None:
    """Stage 1."""
    for kind, architecture, recipe in RIGHT:
        name = " ".join([architecture, str(recipe.get("optimiser", "sgd")), kind])
        session.case(
            "right",
            name,
            partial(compared, session.device, kind, architecture, recipe),
            2 * FEW_S,
        )
    session.case("right", "a full device halves", lambda: halved(session.device), 2 * FEW_S)
    session.case("right", "own random draws", lambda: not_captured(session.device), 2 * FEW_S)


# --- fast ------------------------------------------------------------------------------------------------


def plain_loop(device: str, architecture: str, recipe: dict[str, Any], data: Dataset) -> dict[str, float]:
    """Images per second of the loop that people write: one network, data on the device, step by step."""
    place = training.prepared(device)
    job = Job(data, {}, identity(architecture, **recipe), place)
    batch, precision = job.batch_size, recipe["precision"]
    network = job.network(0).train()
    optimiser = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    images, labels = job.inputs["train"][slice(None)], job.targets["train"]

    def steps(number: int) -> None:
        for _ in range(number):
            rows = torch.randint(len(images), (batch,), device=place)
            with torch.autocast(place.type, torch.bfloat16, enabled=precision == "bfloat16"):
                loss = torch.nn.functional.cross_entropy(network(images[rows]), labels[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        if place.type == "cuda":
            torch.cuda.synchronize()

    number = 3 if device == "cpu" else 60
    steps(number)
    started = time.perf_counter()
    steps(number)
    return {"images_per_s": number * batch / (time.perf_counter() - started)}


def design(
    device: str, architecture: str, recipe: dict, size: int, stacked: bool, data: Dataset
) -> dict[str, Any]:
    """Images per second of networks that are trained side by side, and the memory they take."""
    place = training.prepared(device)
    job = Job(data, {}, identity(architecture, **recipe), place)
    started = time.perf_counter()
    group = Group(job, range(size), stacked)
    built = time.perf_counter() - started
    group.train(2, IDLE)
    first = time.perf_counter() - started - built
    rate = training.rate(group, steps=2 if TOY else 30)
    memory = torch.cuda.max_memory_reserved() / 2**30 if place.type == "cuda" else None
    return {
        "images_per_s": rate,
        **{"captured": bool(group.captured), "built_s": built, "first_steps_s": first, "memory_gib": memory},
    }


def whole(device: str, architecture: str, recipe: dict, size: int, stacked: bool, data: Dataset) -> dict[str, Any]:
    """Networks per minute from their seeds to all predictions, three evaluation points in four epochs."""
    started = time.perf_counter()
    lines: list[str] = []
    made = list(
        training.train(
            data,
            {},
            identity(architecture, **recipe),
            range(size),
            report=lines.append,
            device=device,
            design=(size, stacked),
        )
    )
    seconds = time.perf_counter() - started
    return {"networks_per_minute": len(made) / seconds * 60, "seconds": seconds, "lines": lines[-3:]}


def kernels(device: str, architecture: str, recipe: dict, data: Dataset) -> dict[str, Any]:
    """Where the time of an eager step goes, kernel by kernel, in microseconds."""
    from torch.profiler import ProfilerActivity, profile

    place = training.prepared(device)
    job = Job(data, {}, identity(architecture, **recipe), place)
    group = Group(job, [0], capture=False)
    group.train(5, IDLE)
    steps = 5
    activities = [ProfilerActivity.CUDA] if place.type == "cuda" else [ProfilerActivity.CPU]
    with profile(activities=activities) as profiled:
        group.train(5 + steps, IDLE)
        if place.type == "cuda":
            torch.cuda.synchronize()
    on_gpu = [event for event in profiled.key_averages() if event.device_type.name == "CUDA"]
    total = sorted(((event.device_time_total, event.count, event.key) for event in on_gpu), reverse=True)
    return {
        "kernels_per_step": sum(count for _, count, _ in total) / steps,
        "us_per_step": sum(spent for spent, _, _ in total) / steps,
        "longest": [[round(spent / steps, 1), count / steps, key[:90]] for spent, count, key in total[:25]],
    }


def fast(session: Session) -> None:
    """Stage 2. What is found out first is what matters most."""
    device = session.device
    session.case("fast", "peak", lambda: peak(device), FEW_S)
    small, large = generated(2500, 500), generated(12_800, 1000)
    mammals = {"batch_size": 100, "precision": "float32" if TOY else "bfloat16"}
    cifar = mammals | {"batch_size": 128, "momentum": 0.9, "flip": True, "shift": 4}
    digits = mammals | {"batch_size": 64, "momentum": 0.9}
    sizes = (1, 2) if TOY else (1, 8, 16, 32, 50)
    plans = [
        ("st_vgg", mammals, small, sizes, (2,) if TOY else (16,)),
        ("resnet18", cifar, large, (1,) if TOY else (1, 2, 4, 8), ()),
        ("mlp", digits, large, (1,) if TOY else (1, 16, 50), (2,) if TOY else (20, 50, 100)),
        ("cnn", digits, large, (1,) if TOY else (1, 16, 32), (2,) if TOY else (16, 50)),
    ]
    for architecture, recipe, data, branches, stacks in plans:
        if architecture not in session.architectures:
            continue
        session.case(
            "fast",
            f"{architecture} plain loop",
            partial(plain_loop, device, architecture, recipe, data),
            FEW_S,
        )
        if not TOY:
            session.case(
                "fast", f"{architecture} kernels", partial(kernels, device, architecture, recipe, data), FEW_S
            )
        rates: dict[tuple[int, bool], float] = {}
        for size, stacked in [*((size, False) for size in branches), *((size, True) for size in stacks)]:
            made = session.case(
                "fast",
                f"{architecture} {size} {'stacked' if stacked else 'side by side'}",
                partial(design, device, architecture, recipe, size, stacked, data),
                1.5 * FEW_S,
            )
            if made:
                rates[size, stacked] = made["images_per_s"]
        if rates:
            best = max(rates, key=rates.get)
            session.found.setdefault("best", {})[architecture] = list(best)
            session.case(
                "fast",
                f"{architecture} whole",
                partial(whole, device, architecture, recipe | {"l2": 0.005}, *best, data),
                2 * FEW_S,
            )


# --- paper -----------------------------------------------------------------------------------------------


def trained(
    session: Session, task: dict[str, Any], folder: Path, device: str, size: tuple | None
) -> dict[str, Any]:
    """Train the networks of a prepared collection into the outcome table that the workflow makes."""
    name = f"seeds-{task['first']:03d}-{task['last']:03d}"
    started = time.perf_counter()
    shard.make(
        folder / f"{name}.parquet",
        checkpoint=folder / name,
        datasets=session.data / "datasets",
        identity=task["identity"],
        seeds=range(task["first"], task["last"] + 1),
        device=device,
        save_every_s=SECONDS_PER_HOUR,
        design=size,
    )
    seconds = time.perf_counter() - started
    about = outcomes.metadata(folder / f"{name}.parquet")
    networks = task["last"] - task["first"] + 1
    dataset = canonical.read(session.data / "datasets" / task["identity"]["dataset"]["name"])
    kept, _ = outcomes.members(
        folder / f"{name}.parquet",
        about["seeds"],
        dataset=dataset,
        identity=task["identity"],
        environment=about["environment"],
    )
    accuracy = {
        split: [
            round(float(np.mean([network["seed"][split][point] == data.targets for network in kept.values()])), 4)
            for point in range(len(about["epochs"]))
        ]
        for split, data in dataset.splits.items()
    }
    recipe = task["identity"]["recipe"]
    images = networks * recipe["evaluate_at"][-1] * about["examples"]["train"]
    return {
        **{"seconds": seconds, "networks": networks, "trained_images_per_s": images / seconds},
        **{"diverged": about["diverged"], "at_chance": about["at_chance"]},
        **{"epochs": about["epochs"], "accuracy": accuracy},
        "bytes": (folder / f"{name}.parquet").stat().st_size,
    }


def paper(session: Session) -> None:
    """Stage 3: what was prepared, in its order, while time is left."""
    if session.data is None:
        session.note("paper", "nothing", "no --data")
        return
    device = "cuda:0" if session.device == "cuda" else session.device
    best = session.found.get("best", {})
    tasks = json.loads((session.data / "tasks.json").read_text(encoding="utf-8"))
    chosen = session.collections or list(dict.fromkeys(task["collection"] for task in tasks))
    for task in (task for path in chosen for task in tasks if task["collection"] == path):
        if session.left < FEW_S:
            session.note("paper", task["collection"], {"not run": "no time left"})
            continue
        folder = session.out.parent / f"{session.out.name}-outcomes" / task["collection"]
        size = task.get("design") or best.get("st_vgg" if "st_vgg" in task["collection"] else "", None)
        session.case(
            "paper",
            f"{task['collection']} {task['first']}-{task['last']}",
            partial(trained, session, task, folder, device, size and tuple(size)),
            session.left - FEW_S / 2,
        )
        pack(session)


def pack(session: Session) -> None:
    """Put the outcome tables into few files, each small enough to travel; also those of unfinished shards."""
    folder = session.out.parent / f"{session.out.name}-outcomes"
    for old in session.out.glob("outcomes-*.tar"):
        old.unlink()
    number, size = 0, TAR_BYTES + 1
    tar: tarfile.TarFile | None = None
    for path in sorted(folder.rglob("*.parquet")):
        if size + path.stat().st_size > TAR_BYTES:
            if tar:
                tar.close()
            number, size = number + 1, 0
            tar = tarfile.open(session.out / f"outcomes-{number}.tar", "w")  # noqa: SIM115
        tar.add(path, arcname=str(path.relative_to(folder)))
        size += path.stat().st_size
    if tar:
        tar.close()


# --- images ----------------------------------------------------------------------------------------------


def photographs(count: int, size: tuple[int, int]) -> list[bytes]:
    """JPEGs of smooth noise, about as many bytes as photographs of that size."""
    import io

    from PIL import Image

    random, made = np.random.default_rng(0), []
    for _ in range(count):
        coarse = random.integers(0, 256, (size[1] // 8, size[0] // 8, 3), dtype=np.uint8)
        image = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
        fine = np.asarray(image) + random.normal(0, 8, (size[1], size[0], 3))
        file = io.BytesIO()
        Image.fromarray(fine.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=90)
        made.append(file.getvalue())
    return made


def decoded(device: str, workers: int, count: int) -> dict[str, Any]:
    """Images per second: the workflow's threads on 224×224 and 500×375, and nvJPEG through torchvision."""
    from concurrent.futures import ThreadPoolExecutor

    found: dict[str, Any] = {"workers": workers}
    for width, height in ((224, 224), (500, 375)):
        files = photographs(count, (width, height))
        starts = np.cumsum([0, *map(len, files)])
        images = EncodedImages(np.frombuffer(b"".join(files), np.uint8), starts, (3, height, width))
        found[f"{width}×{height} mean bytes"] = starts[-1] / count
        rows = np.array_split(np.tile(np.arange(count), 4), 4 * workers)
        with ThreadPoolExecutor(workers) as threads:
            started = time.perf_counter()
            list(threads.map(images.__getitem__, rows))
            found[f"{width}×{height} threads, images/s"] = 4 * count / (time.perf_counter() - started)
        if device == "cuda":
            from torchvision.io import decode_jpeg

            tensors = [torch.frombuffer(bytearray(file), dtype=torch.uint8) for file in files]
            try:
                decode_jpeg(tensors[:8], device="cuda")
                torch.cuda.synchronize()
                started = time.perf_counter()
                for first in range(0, count, 64):
                    decode_jpeg(tensors[first : first + 64], device="cuda")
                torch.cuda.synchronize()
                found[f"{width}×{height} nvJPEG, images/s"] = count / (time.perf_counter() - started)
            except RuntimeError as error:
                found[f"{width}×{height} nvJPEG, images/s"] = str(error)[:200]
    return found


def images(session: Session) -> None:
    """Stage 4."""
    workers, count = (2, 8) if TOY else (len(os.sched_getaffinity(0)), 512)
    session.case("images", "decoding", lambda: decoded(session.device, workers, count), 2 * FEW_S)


# --- the two commands ------------------------------------------------------------------------------------

STAGES = {"right": right, "fast": fast, "images": images, "paper": paper}


def run(arguments: argparse.Namespace) -> None:
    """Do the stages in order, and end in time."""
    global TOY
    TOY = arguments.device == "cpu"
    session = Session(arguments)
    # What every case needs is imported once, before its process begins; CUDA itself may not be used before that.
    torch.optim.SGD([torch.zeros(1, requires_grad=True)])
    started = time.monotonic()
    for name in arguments.stages:
        session.begin(name)
        try:
            STAGES[name](session)
        except Exception as error:
            traceback.print_exc()
            session.note(name, "failed", f"{type(error).__name__}: {error}")
    if "paper" in arguments.stages and session.data:
        pack(session)
    session.note("summary", "seconds", round(time.monotonic() - started))
    failed = [
        f"{stage}: {name}: {value['failed']}"
        for stage, cases in session.found.items()
        if isinstance(cases, dict)
        for name, value in cases.items()
        if isinstance(value, dict) and "failed" in value
    ]
    print("\n".join(["failed:", *failed] if failed else ["nothing failed"]), flush=True)
    if failed and arguments.strict:
        sys.exit(1)


def prepare(arguments: argparse.Namespace) -> None:
    """Write what the GPU needs: the datasets as they lie in results/datasets, and each collection's identity."""
    from learnorder.study.configured import configured

    study = configured(arguments.configfile)
    wanted = [c for c in study.collections if not arguments.collections or c.path in arguments.collections]
    wanted.sort(key=lambda c: arguments.collections.index(c.path) if arguments.collections else 0)
    shutil.rmtree(arguments.data, ignore_errors=True)
    tasks = []
    for collection in wanted:
        if study["recipes"][collection.recipe].get("device") != "gpu" and not arguments.all:
            continue
        source, target = (
            Path("results/datasets") / collection.dataset,
            arguments.data / "datasets" / collection.dataset,
        )
        if not target.exists():
            shutil.copytree(source, target)
        for first, last in study.shards(collection.path):
            tasks.append(
                {
                    "collection": collection.path,
                    "identity": study.identity(collection.dataset, collection.architecture, collection.recipe),
                    "first": first,
                    "last": last,
                    "design": arguments.stacked and [arguments.stacked, True],
                }
            )
    (arguments.data / "tasks.json").write_text(json.dumps(tasks, indent=1), encoding="utf-8")
    size = sum(path.stat().st_size for path in arguments.data.rglob("*") if path.is_file())
    print(f"{len(tasks)} outcome tables to be trained, {size / 2**20:.1f} MiB in {arguments.data}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("prepare", help="write what the GPU needs into one folder")
    command.add_argument("--configfile", default="config/reproduction.yaml")
    command.add_argument("--data", type=Path, default=Path(".gpu"))
    command.add_argument("--collections", nargs="*", default=[], help="only these, in this order")
    command.add_argument("--all", action="store_true", help="also collections of recipes for a CPU")
    command.add_argument(
        "--stacked", type=int, help="so many networks are stacked; default: what `fast` found best"
    )
    command.set_defaults(do=prepare)
    command = commands.add_parser("run", help="run the stages")
    command.add_argument(
        "--data", type=Path, help="what `prepare` wrote; without it nothing of the paper is trained"
    )
    command.add_argument("--out", type=Path, required=True)
    command.add_argument("--minutes", type=float, default=9)
    command.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    command.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    command.add_argument(
        "--collections", nargs="+", default=[], help="of those prepared, only these, in this order"
    )
    command.add_argument(
        "--architectures", nargs="+", default=["st_vgg", "resnet18", "mlp", "cnn"], help="of `fast`"
    )
    command.add_argument("--only", nargs="+", default=[], help="only cases of these names, and `paper`")
    command.add_argument("--strict", action="store_true", help="exit with 1 if a case failed")
    command.set_defaults(do=run)
    arguments = parser.parse_args()
    arguments.do(arguments)


if __name__ == "__main__":
    main()
