"""What several tests share: the catalogues, simulated outcomes, a clone in which studies are run."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml
from playwright.sync_api import sync_playwright

from learnorder.configuration import Study

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
SNAKEMAKE = [str(Path(sys.executable).with_name("snakemake"))]
# What the engine's report carries with it says of itself.
TAILWIND = "warning: cdn.tailwindcss.com should not be used in production"
SCHEMA = ROOT / "workflow" / "schemas" / "configuration.schema.yaml"


def configuration() -> dict:
    """The default study with its catalogues, as the engine merges them."""
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


class Clone:
    """A copy of the workflow in which a study is run for real."""

    def __init__(self, folder, study):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        for name in ("Snakefile", "workflow", "config", "profiles"):
            source, target = ROOT / name, folder / name
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
        self.study = json.loads(json.dumps(study))

    def run(self, *arguments, expect=0, **environment):
        """Run snakemake; give back what it says and the rules that ran, by name and number."""
        (self.folder / "config" / "study.yaml").write_text(yaml.safe_dump(self.study), encoding="utf-8")
        run = subprocess.run(
            [*SNAKEMAKE, *arguments, "--configfile", "config/study.yaml"],
            cwd=self.folder,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder.parent / "home")} | environment,
            capture_output=True,
            encoding="utf-8",
            timeout=600,
        )
        said = run.stdout + run.stderr
        assert run.returncode == expect, said
        # A dry run says which jobs it would start; a run writes them into the engine's log.
        logs = re.findall(r"^Complete log\(s\): (.+)", said, re.MULTILINE)
        started = "\n".join([said, *(Path(log).read_text(encoding="utf-8") for log in logs)])
        messages = re.findall(r"^Job \d+: (\w+ (?:networks \d+ to \d+ of )?\w+)", started, re.MULTILINE)
        return said, sorted(messages)

    def files(self):
        """Bytes of every result, by its path."""
        results = self.folder / "results"
        return {str(path.relative_to(results)): path.read_bytes() for path in results.rglob("*") if path.is_file()}


@pytest.fixture
def config() -> dict:
    return configuration()


@pytest.fixture
def study(config) -> Study:
    return Study(config, SCHEMA)


@pytest.fixture(scope="session")
def browser():
    """A browser without a window: the system's Chromium, since none is downloaded for the tests."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(names)} is installed; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path)
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
