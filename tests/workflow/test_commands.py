"""Every command of the documentation is read, and every example of YAML and Python is tried, as they stand there.

`make test` reads commands as Snakemake, DVC and make do, and plans their targets; `make test-all` types each. The
clone in which they are typed has tiny studies under the names of the large ones, and results of them.
"""

import re
import shlex
import shutil
import subprocess
import sys

import numpy as np
import pytest
import yaml
from clones import ROOT, SNAKEMAKE, TINY, Repository
from conftest import configuration
from PIL import Image

from learnorder.networks import simple
from learnorder.networks.build import build
from learnorder.study import fit
from learnorder.study.model import Study

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FIGURES = ["same_order", "bimodality", "nested_learning"]
LARGE = ("fashion_mnist", "benchmark", "reproduction", "hyper_parameters", "parts", "paper")
STUDIES = {"default": "config"} | {name: name for name in LARGE}
OWN = ROOT / "docs" / "your-own.md"

# What is typed elsewhere: why not here, and the test that does as much, in a file of tests.
ELSEWHERE = {
    "make test": ("it is what runs this", "workflow/test_commands.py::test_make_test_lints"),
    "pip install dvc-ssh dvc-s3": (
        "it downloads; the lock has both",
        "workflow/test_remotes.py::test_what_is_pushed_is_pulled",
    ),
    "dvc push --remote ssh": ("it needs a host", "workflow/test_remotes.py::test_what_is_pushed_is_pulled"),
    "dvc pull --remote ssh": ("it needs a host", "workflow/test_remotes.py::test_what_is_pushed_is_pulled"),
    "snakemake --profile slurm": ("it needs a cluster", "slurm/test_slurm.py::test_"),
    "snakemake --profile slurm --configfile config/paper.yaml": (
        "it needs a cluster",
        "slurm/test_slurm.py::test_",
    ),
    "make paper": (
        "it draws three studies from what is published",
        "report/test_paper.py::test_the_rows_of_all_studies",
    ),
    "make test-all": ("it is what runs this", "workflow/test_commands.py::test_make_test_lints"),
    "python benchmarks/training.py": (
        "it measures for minutes",
        "workflow/test_commands.py::test_benchmarks_start",
    ),
    "python benchmarks/training.py --stacked 1 5 20": (
        "it measures for minutes",
        "workflow/test_commands.py::test_benchmarks_start",
    ),
    "python benchmarks/planning.py": (
        "it measures for minutes",
        "workflow/test_commands.py::test_benchmarks_start",
    ),
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
        # The commands of the documentation publish two studies, so that a pull asks for no third.
        pipeline = (ROOT / "dvc.yaml").read_bytes()
        for name in ("reproduction", "hyper_parameters", "parts"):
            unpublished = f"      {name}: config/{name}.yaml\n".encode()
            assert unpublished in pipeline
            pipeline = pipeline.replace(unpublished, b"")
        self.write("dvc.yaml", pipeline)
        for profile in ("gpu", "slurm"):
            (self.folder / profile).symlink_to((ROOT / profile).readlink())
        self.set_up()
        self.commit()

    def write(self, path, content):
        (self.folder / path).parent.mkdir(exist_ok=True)
        (self.folder / path).write_bytes(content)

    def type(self, line):
        me = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        return self.command("bash", "-c", line, **me)


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
    """A clone with tiny studies under the names of the large ones, and a folder of images at home."""
    clone = Typed(tmp_path_factory.mktemp("commands") / "clone")
    draw_birds(clone.folder.parent / "home" / "pictures" / "birds")
    return clone


@pytest.fixture(scope="module")
def typed(clone):
    """The same; two of its studies were run and published."""
    for line in ("make", "snakemake outcomes figures claims summary --configfile config/benchmark.yaml"):
        clone.type(line)
    for name in ("config", "benchmark"):
        clone.type(f"make publish CONFIG=config/{name}.yaml")
    return clone


def arguments(command, program):
    """What a program of this name is given by a command, which may set the environment first."""
    words = [word for word in shlex.split(command) if not re.match(r"\w+=", word)]
    return words[1:] if words[0] == program else None


def given(program):
    return [command for command in COMMANDS if arguments(command, program) is not None]


def test_every_command_is_found():
    assert {"make", "dvc pull", "snakemake same_order", "snakemake cost"} <= set(COMMANDS)
    assert len(COMMANDS) >= 40


def test_snakemake_knows_its_options_and_every_target_can_be_planned(clone, monkeypatch):
    from snakemake import cli

    monkeypatch.chdir(clone.folder)
    targets = {}
    for command in given("snakemake"):
        _, options = cli.parse_args(arguments(command, "snakemake"))
        [configfile] = map(str, options.configfile or ["config/config.yaml"])
        targets.setdefault(configfile, set()).update(options.targets)
        for rule in options.until:
            assert f"\nrule {rule}:" in f"\n{(ROOT / f'workflow/rules/{rule}.smk').read_text(encoding='utf-8')}"
    assert len(targets) >= 3
    for configfile, names in targets.items():
        clone.command(*SNAKEMAKE, *names, "--dry-run", "--quiet", "--configfile", configfile)


@pytest.mark.parametrize("command", given("dvc"))
def test_dvc_knows_the_command(command):
    from dvc import cli

    assert cli.parse_args(arguments(command, "dvc"))


@pytest.mark.parametrize("command", given("make"))
def test_make_knows_the_target(clone, command):
    clone.command("make", "--dry-run", *shlex.split(command)[1:])


@pytest.mark.long
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(command, marks=pytest.mark.needs("dot", package="graphviz") if "rulegraph" in command else ())
        for command in COMMANDS
        if command not in ELSEWHERE
    ],
)
def test_the_command_runs(typed, command):
    typed.type(command)


@pytest.mark.long
def test_own_images_become_figures_claims_and_a_page(typed):
    typed.type("snakemake --configfile config/mine.yaml")
    results = typed.folder / "results/mine"
    for name in ("figures/gallery.png", "claims.md", "explorer.html", "scores/birds.csv"):
        assert (results / name).stat().st_size > 0
    assert "robin/any name.png" in (results / "scores/birds.csv").read_text(encoding="utf-8")


@pytest.mark.long
def test_predictions_alone_become_figures_and_claims(typed, monkeypatch):
    monkeypatch.chdir(typed.folder)
    exec(fenced(OWN, "python")[1], {})
    study = yaml.safe_load(fenced(OWN, "yaml")[-1]) | {"figures": ["same_order"], "measures": {"permutations": 99}}
    typed.write("config/ours.yaml", dumped(study))
    typed.type("snakemake same_order claims --configfile config/ours.yaml")
    assert (typed.folder / "results/ours/figures/same_order.png").exists()
    assert (typed.folder / "results/ours/claims.md").exists()


def test_make_test_lints_and_runs_all_tests_but_the_long_ones_which_make_test_all_runs_after_them(clone):
    said = clone.type("make --dry-run test")
    for tool in ("ruff check", "ruff format --check", "snakefmt --check", "pytest"):
        assert said.count(tool) == 1
    assert "-m 'not long'" in said
    every = clone.type("make --dry-run test test-all")
    assert every.startswith(said)
    assert every[len(said) :].strip().endswith("-m long")


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("planning.py 1", marks=pytest.mark.long),
        pytest.param("training.py --architectures linear --stacked 1 --repeats 1", marks=pytest.mark.long),
        pytest.param(
            "training.py --architectures linear --networks 2 --repeats 1 --examples 640 64", marks=pytest.mark.long
        ),
        "training.py --help",
        "against.py --help",
    ],
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
    printed = ("| 260 | 2 |", "| linear | 28×28×1 | float32 | 1 |", "| linear | 28×28×1 | 640 | 2 |", "--examples")
    assert any(words in run.stdout for words in printed)


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
    study = Study(config)
    monkeypatch.setattr(simple, "MODELS", dict(simple.MODELS))
    exec(fenced(OWN, "python")[0], vars(simple) | {})
    for name in example.get("architectures", ()):
        build(study.described("architectures", name), (3, 64, 64), 3)
    # Only what an example names is asked for: it stands by itself beside the catalogues.
    assert study.collections
