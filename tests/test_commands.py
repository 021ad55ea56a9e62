"""Every command of the documentation is typed, and every example of YAML and Python is tried, as they stand there.

The clone in which commands are typed has tiny studies under the names of the large ones, and results of them.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from conftest import ROOT, SCHEMA, configuration
from PIL import Image
from test_dvc import Repository
from test_workflow import TINY

from learnorder import fit
from learnorder.configuration import Study
from learnorder.networks import simple
from learnorder.networks.build import build

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PATIENCE_S = 1200
FIGURES = ["same_order", "bimodality", "nested_learning"]
STUDIES = {"default": "config", "fashion_mnist": "fashion_mnist", "benchmark": "benchmark", "paper": "paper"}
OWN = ROOT / "docs" / "your-own.md"

# What is typed elsewhere: why not here, and the test that does as much, in a file of tests.
ELSEWHERE = {
    "make test": ("it is what runs this", "test_commands.py::test_make_test_lints_and_tests"),
    "pip install dvc-ssh dvc-s3": (
        "it downloads; the lock has both",
        "test_remotes.py::test_what_is_pushed_is_pulled",
    ),
    "dvc push --remote ssh": ("it needs a host", "test_remotes.py::test_what_is_pushed_is_pulled"),
    "dvc pull --remote ssh": ("it needs a host", "test_remotes.py::test_what_is_pushed_is_pulled"),
    "snakemake --profile slurm": ("it needs a cluster", "slurm/test_slurm.py::test_"),
    "snakemake --profile slurm --configfile config/paper.yaml": (
        "it needs a cluster",
        "slurm/test_slurm.py::test_",
    ),
    "python tests/slurm/cluster.py snakemake --profile slurm": (
        "it needs a cluster",
        "slurm/test_slurm.py::test_",
    ),
    "python benchmarks/training.py": ("it measures for minutes", "test_commands.py::test_benchmarks_start"),
    "python benchmarks/stacking.py": ("it measures for minutes", "test_commands.py::test_benchmarks_start"),
    "python benchmarks/planning.py": ("it measures for minutes", "test_commands.py::test_benchmarks_start"),
}
INLINE = re.compile(r"`((?:snakemake|make|dvc|python|git|pip|source)\s[^`]+)`")


def fenced(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands():
    """Each command of the pages once: the lines of blocks of the shell, and what stands between backticks."""
    found = {}
    for page in PAGES:
        lines = [re.sub(r"\s+# .*", "", line) for block in fenced(page, "sh") for line in block.splitlines()]
        text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        inline = [" ".join(command.split()) for command in INLINE.findall(text)]
        found |= {command: page.name for command in [*lines, *inline] if command not in found and command}
    return found


COMMANDS = commands()
EXAMPLES = [(page, number) for page in PAGES for number in range(len(fenced(page, "yaml")))]


def own_study():
    """The study of the page on own data, with few networks and epochs."""
    study = yaml.safe_load(fenced(OWN, "yaml")[0])
    study["collections"][0]["networks"] = 2
    study["recipes"]["few_images"] |= {"epochs": 2, "evaluate_at": [1, 2]}
    return study | {"figures": ["gallery"], "measures": {"permutations": 99}}


def draw_birds(folder):
    """Images of two classes, of several sizes, one of them grey, one with a space in its name."""
    random = np.random.default_rng(0)
    for label, name in enumerate(("robin", "wren")):
        (folder / name).mkdir(parents=True)
        for number in range(20):
            pixels = random.integers(0, 100, (24 + number, 40, 3), dtype=np.uint8) + 100 * label
            image = Image.fromarray(pixels.astype(np.uint8))
            called = "any name.png" if number == 0 else f"{number}.jpg"
            (image.convert("L") if number == 1 else image).save(folder / name / called)


class Typed(Repository):
    """A clone in which commands are typed as a reader would."""

    def __init__(self, folder):
        super().__init__(folder, TINY)
        shutil.copytree(ROOT / "docs", folder / "docs")
        for study, name in STUDIES.items():
            self.write(f"config/{name}.yaml", dumped(tiny(study)))
        self.write("config/mine.yaml", dumped(own_study()))
        self.write("dvc.yaml", (ROOT / "dvc.yaml").read_bytes())
        for profile in ("gpu", "slurm"):
            (self.folder / profile).symlink_to((ROOT / profile).readlink())
        self.set_up()
        self.commit()

    def write(self, path, content):
        (self.folder / path).parent.mkdir(exist_ok=True)
        (self.folder / path).write_bytes(content)

    def set_up(self):
        """What `make .venv/.ready` leaves, by links to what is installed."""
        (self.folder / ".venv").mkdir()
        for name in ("bin", "lib", "pyvenv.cfg"):
            (self.folder / ".venv" / name).symlink_to(Path(sys.prefix) / name)
        (self.folder / ".venv/.ready").touch()

    def type(self, line):
        me = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        run = subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=self.environment | me,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
        )
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout


def tiny(study):
    """Of two architectures where a figure compares them."""
    collection = {"dataset": "digits", "architecture": "linear", "recipe": "tiny", "networks": 2}
    compared = study in ("default", "benchmark")
    changed = {"study": study, "figures": FIGURES if compared else FIGURES[:1], "seeds_per_job": 10}
    return TINY | changed | {"collections": [collection | {"architecture": ["linear", "mlp"][: 1 + compared]}]}


def dumped(study):
    return yaml.safe_dump(study, allow_unicode=True).encode()


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone with tiny studies, two of them run and published, and a folder of images at home."""
    clone = Typed(tmp_path_factory.mktemp("commands") / "clone")
    draw_birds(clone.folder.parent / "home" / "pictures" / "birds")
    for line in ("make", "snakemake outcomes figures claims summary --configfile config/benchmark.yaml"):
        clone.type(line)
    for name in ("config", "benchmark"):
        clone.type(f"make publish CONFIG=config/{name}.yaml")
    return clone


def test_every_command_is_found():
    assert {"make", "dvc pull", "snakemake same_order", "snakemake cost"} <= set(COMMANDS)
    assert len(COMMANDS) >= 40


@pytest.mark.parametrize("command", [command for command in COMMANDS if command not in ELSEWHERE])
def test_the_command_runs(clone, command):
    clone.type(command)


def test_make_says_where_the_report_lies(clone):
    """Also where a comment follows the name of the study."""
    clone.write("config/said.yaml", (clone.folder / "config/config.yaml").read_bytes())
    path = clone.folder / "config/said.yaml"
    path.write_text(
        re.sub("(?m)^(study: .*)$", r"\1  # its name", path.read_text(encoding="utf-8")), encoding="utf-8"
    )
    said = clone.type("make CONFIG=config/said.yaml")
    assert "The report: results/default/report.html\n" in said
    assert (clone.folder / "results/default/report.html").exists()


def test_own_images_become_figures_claims_and_a_page(clone):
    clone.type("snakemake --configfile config/mine.yaml")
    results = clone.folder / "results/mine"
    for name in ("figures/gallery.png", "claims.md", "explorer.html", "scores/birds.csv"):
        assert (results / name).stat().st_size > 0
    assert "robin/any name.png" in (results / "scores/birds.csv").read_text(encoding="utf-8")


def test_predictions_alone_become_figures_and_claims(clone, monkeypatch):
    monkeypatch.chdir(clone.folder)
    exec(fenced(OWN, "python")[1], {})
    study = yaml.safe_load(fenced(OWN, "yaml")[-1]) | {"figures": ["same_order"], "measures": {"permutations": 99}}
    clone.write("config/ours.yaml", dumped(study))
    clone.type("snakemake same_order claims --configfile config/ours.yaml")
    assert (clone.folder / "results/ours/figures/same_order.png").exists()
    assert (clone.folder / "results/ours/claims.md").exists()


def test_make_test_lints_and_tests(clone):
    said = clone.type("make --dry-run test")
    for tool in ("ruff check", "ruff format --check", "snakefmt --check", "pytest"):
        assert tool in said


@pytest.mark.parametrize(
    "command",
    ["planning.py 1", "stacking.py --architectures linear --sizes 1 --repeats 1", "training.py --help"],
)
def test_benchmarks_start(command):
    script, *options = command.split()
    run = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / script, *options],
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    assert "| 204 | 2 |" in run.stdout or "| linear | float32 | 1 |" in run.stdout or "--examples" in run.stdout


@pytest.mark.parametrize("command", ELSEWHERE)
def test_what_is_typed_elsewhere_stands_in_a_page_and_has_its_test(command):
    _, test = ELSEWHERE[command]
    file, name = test.split("::")
    assert command in COMMANDS
    assert f"def {name}" in (ROOT / "tests" / file).read_text(encoding="utf-8")


def merged(example):
    """The default study with an example: its catalogues are added to, other keys take the place of those there."""
    study = configuration()
    for key, value in example.items():
        study[key] = study[key] | value if key in ("datasets", "architectures", "recipes") else value
    return study


def collections_of(example, study):
    """One for each dataset and architecture of an example that has none itself."""
    names = list(example.get("datasets", ["digits_large"]))
    for name in names:
        takes = fit.kind(study["datasets"], name)
        own = [
            key for key, entry in example.get("architectures", {}).items() if entry.get("takes", "images") == takes
        ]
        for architecture in own or [{"images": "mlp", "text": "text_transformer"}[takes]]:
            recipe = "adam" if takes == "text" else "sgd"
            yield {"dataset": name, "architecture": architecture, "recipe": recipe, "networks": 2}


@pytest.mark.parametrize(("page", "number"), EXAMPLES, ids=[f"{page.name}-{number}" for page, number in EXAMPLES])
def test_an_example_passes_the_check_of_the_configuration_and_its_architectures_exist(page, number, monkeypatch):
    example = yaml.safe_load(fenced(page, "yaml")[number])
    config = merged(example)
    config["datasets"]["digits_large"] = {
        "reader": "noise",
        "examples": {"train": 500, "test": 9},
        "shape": [3, 64, 64],
    }
    if "collections" not in example:
        config["collections"] = list(collections_of(example, config))
        config["imported"] = example.get("imported", [])
    study = Study(config, SCHEMA)
    monkeypatch.setattr(simple, "MODELS", dict(simple.MODELS))
    exec(fenced(OWN, "python")[0], vars(simple) | {})
    for name in example.get("architectures", ()):
        build(study.described("architectures", name), (3, 64, 64), 3)
    # Only what an example names is asked for: it stands by itself beside the catalogues.
    assert study.collections
