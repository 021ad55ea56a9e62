"""What several tests share: the catalogues, simulated outcomes, a study that was run, a browser."""

import copy
import fcntl
import json
import os
import shutil
from functools import cache

import numpy as np
import polars as pl
import pytest
import yaml
from clones import ROOT, SNAKEMAKE, TINY, Clone, Repository
from patches import dataset_of_patches
from playwright.sync_api import sync_playwright

from learnorder.study.model import Study

__all__ = ["ROOT", "SNAKEMAKE", "TINY", "Clone", "Repository"]
SHARED = ROOT.parent / "shared" / "data"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# What Snakemake's report carries with it says of itself.
TAILWIND = "warning: cdn.tailwindcss.com should not be used in production"


def configuration() -> dict:
    """The default study with its catalogues, as Snakemake merges them."""
    return copy.deepcopy(_configuration())


@cache
def _configuration() -> dict:
    merged: dict = {}
    for part in ("datasets", "architectures", "learners", "recipes", "config"):
        for key, value in yaml.safe_load((ROOT / f"config/{part}.yaml").read_text(encoding="utf-8")).items():
            merged[key] = merged.get(key, {}) | value if isinstance(value, dict) else value
    return merged


def simulated(
    right: np.ndarray, classes: int = 10, epochs=(1.0,), split: str = "test", seed: int = 0
) -> pl.LazyFrame:
    """Outcome table in which network i is right about example x at point e where `right[i, e, x]`.

    Wrong predictions are the class after the label.
    """
    networks, points, examples = right.shape
    labels = np.random.default_rng(seed).integers(0, classes, examples)
    columns = {
        "split": [split] * (points * examples),
        "epoch": np.repeat(np.asarray(epochs, dtype=float), examples),
        "example": np.tile(np.arange(examples, dtype=np.uint32), points),
        "label": np.tile(labels, points).astype(np.uint8),
    }
    for network in range(networks):
        predicted = np.where(right[network], labels, (labels + 1) % classes)
        columns[f"seed_{network:03d}"] = predicted.reshape(-1).astype(np.uint8)
    return pl.LazyFrame(columns, schema_overrides={"split": pl.Enum(["train", "test"])})


@pytest.fixture
def config() -> dict:
    return configuration()


@pytest.fixture
def study(config) -> Study:
    return Study(config)


@pytest.fixture(scope="module")
def patches():
    """The dataset of patches, one per test file."""
    return dataset_of_patches()


@pytest.fixture(scope="session", autouse=True)
def elsewhere(tmp_path_factory):
    """An empty working directory: the clone in which pytest was started has results and records of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("elsewhere"))
        yield


@pytest.fixture(scope="session")
def finished(tmp_path_factory, worker_id):
    """A clone in which `make` ran the tiny study whole, as a user types it, and `make publish` published it.

    All tests share it and none changes it; `own` is a test's own copy. Its path has a space and an umlaut. `said`
    is what `make` and `make publish` printed.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    folder, said = shared / "Käse Ordner" / "my clone", shared / "said.json"
    with (shared / "finished.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            shutil.rmtree(folder, ignore_errors=True)
            clone = Repository(folder)
            clone.set_up()
            printed = {"make": clone.make(), "publish": clone.make("publish")}
            clone.commit()
            said.write_text(json.dumps(printed), encoding="utf-8")
    clone = Repository(folder, made=True)
    clone.said = json.loads(said.read_text(encoding="utf-8"))
    return clone


@pytest.fixture
def own(finished, tmp_path):
    """A copy of it that a test may change."""
    return finished.copied(tmp_path / "clone")


def pytest_configure(config):
    config.addinivalue_line("markers", "long: takes a minute or more by nature; `make test-all` runs it")
    config.addinivalue_line("markers", "needs(*programs, package): is skipped where a program is not installed")


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker(pytest.mark.needs(BROWSERS, package="chromium"))


def pytest_runtest_setup(item):
    for needs in item.iter_markers("needs"):
        missing = [" or ".join(names) for names in map(alternatives, needs.args) if not installed(*names)]
        if missing:
            pytest.skip(f"needs {', '.join(missing)}; on Debian: apt-get install {needs.kwargs['package']}")


def alternatives(program):
    return program if isinstance(program, tuple) else (program,)


def installed(*names):
    """Where the first of these programs is that is installed; servers lie where a user's PATH may not go."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    return next(filter(None, (shutil.which(name, path=path) for name in names)), None)


@pytest.fixture(scope="session")
def browser():
    """A browser without a window: the system's Chromium, since none is downloaded for the tests."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=installed(*BROWSERS))
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser):
    """Open a page from disk; the test fails if it says an error or asks for anything beside itself."""
    contexts, said = [], []

    def visit(path, width=1280, height=900, scheme="light", ready='main[aria-busy="false"]'):
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, color_scheme=scheme, offline=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        page.on("request", lambda request: said.append(f"request: {request.url[:80]}"))
        page.goto(path.as_uri())
        page.wait_for_selector(ready)
        own = f"request: {path.as_uri()}"[:89]
        said[:] = [line for line in said if line != own and not line.startswith("request: data:")]
        return page

    yield visit
    for context in contexts:
        context.close()
    assert [line for line in said if not line.startswith(("request: data:", TAILWIND))] == []
