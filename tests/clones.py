"""Copies of the workflow, in which studies are run for real, as a user would."""

import contextlib
import copy
import json
import pickle
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import yaml

from learnorder.study import layout
from learnorder.study.configured import configured

ROOT = Path(__file__).parents[1]
TOOLS = Path(sys.executable).parent
SNAKEMAKE = [str(TOOLS / "snakemake")]
PATIENCE_S = 1200
# A study of seconds: two networks per job, so that each collection has two outcome tables.
TINY = {
    "study": "tiny",
    "seeds_per_job": 2,
    "collections": [{"dataset": "digits", "architecture": ["linear", "mlp"], "recipe": "tiny", "networks": 4}],
    "recipes": {
        "tiny": {
            "epochs": 2,
            "evaluate_at": [0.5, 1, 2],
            "batch_size": 64,
            "optimiser": "sgd",
            "learning_rate": 0.05,
        }
    },
    "measures": {"permutations": 99},
    "figures": ["same_order", "bimodality", "nested_learning", "gallery"],
}
# A study of a minute, to be killed meanwhile.
SLOW = TINY | {
    "study": "slow",
    "collections": [{"dataset": "digits", "architecture": "cnn", "recipe": "slow", "networks": 2}],
    "recipes": {"slow": TINY["recipes"]["tiny"] | {"epochs": 200, "batch_size": 16, "evaluate_at": [1, 200]}},
}


RUN = "import pickle, runpy, sys; runpy.run_path(sys.argv[1], {'snakemake': pickle.load(sys.stdin.buffer)})"


def run_script(name, log, **given):
    """Run a rule's script as Snakemake does; its exit status. `given`: input, output, params, …"""
    job = SimpleNamespace(log=[str(log)], **given)
    command = [sys.executable, "-c", RUN, str(ROOT / "workflow/scripts" / f"{name}.py")]
    return subprocess.run(command, input=pickle.dumps(job), check=False).returncode


def until(condition, patience_s=300):
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {patience_s} s"
        time.sleep(0.1)


class Clone:
    """A copy of the workflow in which a study is run for real, in an environment with nothing but a home."""

    configfile = "config/my study.yaml"

    def __init__(self, folder, study):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("Snakefile", "workflow", "config", "profiles"):
            source, target = ROOT / name, folder / name
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
        self.study = copy.deepcopy(study)

    def copied(self, folder):
        """All that lies here, with results and records, in another folder."""
        shutil.copytree(self.folder, folder, symlinks=True)
        other = copy.copy(self)
        other.folder, other.study = folder, copy.deepcopy(self.study)
        return other

    def planned(self):
        """The study as it is configured now."""
        self.configure()
        return configured(self.folder / self.configfile, clone=self.folder)

    def shards(self, collection):
        """Paths of the outcome tables of a collection."""
        with contextlib.chdir(self.folder):
            return layout.shards(self.planned(), collection)

    def measures(self, collection, table):
        """Path of a table of measures of a collection."""
        with contextlib.chdir(self.folder):
            study = self.planned()
            return f"{layout.measures(study, study.by_path[collection])}/{table}.parquet"

    def configure(self):
        """Write the study's file, with its name as some people write it."""
        name = self.study["study"]
        text = yaml.safe_dump(self.study, allow_unicode=True)
        text = text.replace(f"\nstudy: {name}\n", f'\nstudy: "{name}"  # in quotes\n')
        (self.folder / self.configfile).write_text(text, encoding="utf-8")

    @property
    def environment(self):
        return {"PATH": "/usr/bin:/bin", "HOME": str(self.folder.parent / "home")}

    def command(self, *command, expect=0, cwd=None, **environment):
        """Run a command; what it prints."""
        run = subprocess.run(
            command,
            cwd=cwd or self.folder,
            env=self.environment | environment,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
        )
        assert (run.returncode == 0) == (expect == 0), run.stdout + run.stderr
        return run.stdout + run.stderr

    def start(self, *arguments, stdout=subprocess.DEVNULL):
        """Start snakemake, which goes on by itself."""
        self.configure()
        return subprocess.Popen(
            [*SNAKEMAKE, *arguments, "--configfile", self.configfile],
            cwd=self.folder,
            env=self.environment,
            stdout=stdout,
            stderr=subprocess.STDOUT,
        )

    def run(self, *arguments, expect=0, **environment):
        """Run snakemake; what it prints, and the jobs that ran, by name and number."""
        self.configure()
        said = self.command(*SNAKEMAKE, *arguments, "--configfile", self.configfile, expect=expect, **environment)
        return said, self.jobs(said)

    def jobs(self, said):
        """The jobs of runs that printed this: a dry run prints them, a run writes them into Snakemake's log."""
        logs = re.findall(r"^Complete log\(s\): (.+)", said, re.MULTILINE)
        started = "\n".join([said, *(Path(log).read_text(encoding="utf-8") for log in logs)])
        return sorted(re.findall(r"^Job \d+: (\w+ (?:networks \d+ to \d+ of )?\w+)", started, re.MULTILINE))

    def files(self):
        """Bytes of every result, by its path."""
        results = self.folder / "results"
        return {str(path.relative_to(results)): path.read_bytes() for path in results.rglob("*") if path.is_file()}


class Repository(Clone):
    """A git repository with the workflow and its environment, in which a study is run, published and pulled."""

    def __init__(self, folder, study=TINY, of=None, made=False):
        """`of`: another that git clones. `made`: the folder has one."""
        self.folder, self.study = folder, copy.deepcopy(study)
        if made:
            return
        if of:
            self.git("clone", "--quiet", of, str(folder), cwd=folder.parent)
            return
        folder.mkdir(parents=True, exist_ok=True)
        listed = self.git("ls-files", "-coz", "--exclude-standard", cwd=ROOT)
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file() and not name.startswith(("dvc.lock", "published/", "docs/", "tests/")):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)
        pipeline = yaml.safe_load((folder / "dvc.yaml").read_text(encoding="utf-8"))
        pipeline["vars"] = [{"studies": {study["study"]: self.configfile}}]
        (folder / "dvc.yaml").write_text(yaml.safe_dump(pipeline | {"plots": []}), encoding="utf-8")
        self.configure()
        self.git("init", "--quiet")
        self.commit()

    def set_up(self):
        """What `make .venv/.ready` leaves, by links to what is installed; its Python is the clone's own."""
        folder = self.folder / ".venv"
        (folder / "bin").mkdir(parents=True)
        for name in ("lib", "pyvenv.cfg", *(f"bin/{path.name}" for path in TOOLS.iterdir())):
            (folder / name).symlink_to(Path(sys.prefix) / name)
        for name in ("snakemake", "dvc"):
            command = folder / "bin" / name
            command.unlink()
            command.write_text(f'#!/bin/sh\nexec "$(dirname "$0")/python" -m {name} "$@"\n', encoding="utf-8")
            command.chmod(0o755)
        (folder / ".ready").touch()

    @property
    def environment(self):
        home = self.folder.parent / "home"
        return {
            "PATH": f"{self.folder}/.venv/bin:{TOOLS}:/usr/bin:/bin",
            "HOME": str(home),
            "PYTHONPATH": str(self.folder / "src"),
            "DVC_SITE_CACHE_DIR": str(home / "dvc"),
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "init.defaultBranch",
            "GIT_CONFIG_VALUE_0": "main",
        }

    def make(self, *arguments, **more):
        return self.command("make", *arguments, f"CONFIG={self.configfile}", **more)

    def git(self, *command, **more):
        return self.command("git", "-c", "user.name=a", "-c", "user.email=a@b", *command, **more)

    def dvc(self, *command, **more):
        return self.command("dvc", *command, **more)

    def publish(self, **more):
        return self.command(sys.executable, "-m", "learnorder.publish", "--configfile", self.configfile, **more)

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "as it is")

    @property
    def is_clean(self):
        return json.loads(self.command("dvc", "status", "--json")) == {}
