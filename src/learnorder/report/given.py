"""What a run was given: the configuration that it follows, the versions that it has.

Read by the Snakefile, so nothing here may import polars.
"""

import platform
import re
import subprocess
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from learnorder.study.model import Study

PACKAGE = "learnorder"


def configuration(study: Study) -> dict[str, Any]:
    """Every key with its value; of the catalogues, the entries that the study names."""
    of = {
        "datasets": [name for c in study.collections for name in (c.dataset, *c.also_predict)],
        "architectures": [c.architecture for c in study.collections],
        "recipes": [c.recipe for c in study.collections],
    }
    used = {
        catalogue: {name: study[catalogue][name] for name in dict.fromkeys(names) if name in study[catalogue]}
        for catalogue, names in of.items()
    }
    for entry in list(used["datasets"].values()):
        while "of" in entry:
            used["datasets"][entry["of"]] = entry = study["datasets"][entry["of"]]
    return {key: value for key, value in study.config.items() if key not in used} | used


@cache
def versions(folder: Path) -> Mapping[str, str]:
    """Of this package, with the commit in this folder; of Python; of what the package asks for."""
    asked = (re.match(r"[\w.-]+", requirement)[0] for requirement in metadata.requires(PACKAGE) or ())
    own = metadata.version(PACKAGE)
    commit = _git(folder, "describe", "--always")
    if _git(folder, "status", "--porcelain", "--untracked-files=no"):
        commit += "-dirty"
    return {
        PACKAGE: f"{own}, commit {commit}" if commit else own,
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in asked},
    }


def _git(folder: Path, *command: str) -> str:
    """What a command that looks prints; it leaves git's index as it is, which `describe --dirty` does not."""
    run = subprocess.run(
        ["git", "--no-optional-locks", *command], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    return run.stdout.strip()
