"""How long Snakemake plans: a dry run of the paper's grid, cut into more and more training jobs.

Prints a row per number of training jobs: seconds of a core and peak memory of `snakemake --dry-run`, nothing made
yet. Run: python benchmarks/planning.py [jobs …]
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from learnorder.study.configured import configured

ROOT = Path(__file__).parents[1]
SNAKEMAKE = Path(sys.executable).with_name("snakemake")
KIB_PER_GIB = 2**20


def planned(folder: Path, networks: int) -> tuple[float, float]:
    """Seconds of a core and peak GiB to plan the paper's collections, with a job for each of so many networks."""
    study = yaml.safe_load((ROOT / "config/paper.yaml").read_text(encoding="utf-8"))
    for entry in study["collections"]:
        entry["networks"] = networks
    study["seeds_per_job"] = 1
    (folder / "study.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")
    command = [SNAKEMAKE, "--dry-run", "--quiet", "all", "--configfile", "study.yaml"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(map(str, command))}: exit status {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / KIB_PER_GIB


def collections() -> int:
    """Number of collections of the paper's grid, each part of a dataset counted."""
    return len(configured(ROOT / "config/paper.yaml", clone=ROOT).collections)


if __name__ == "__main__":
    print("| training jobs | networks of each collection | s of a core | peak memory, GiB |")
    print("| --- | --- | --- | --- |")
    for jobs in map(int, sys.argv[1:] or ["100", "1000", "10000"]):
        with tempfile.TemporaryDirectory() as name:
            for part in ("Snakefile", "workflow", "config", "profiles"):
                copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
                copy(ROOT / part, Path(name) / part)
            networks = max(2, round(jobs / collections()))
            seconds, peak = planned(Path(name), networks)
            print(f"| {networks * collections():,} | {networks} | {seconds:.1f} | {peak:.2f} |", flush=True)
