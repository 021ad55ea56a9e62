"""What takes seconds to find out and never changes, kept as a short text in the user's cache folder.

Read by the Snakefile, so nothing here may import torch.
"""

import hashlib
import json
import os
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from learnorder import atomic
from learnorder.errors import UserError

PYTHON = sys.executable
"""What other processes are asked with. Taken here, since the Snakefile later puts `sys.executable` into quotes."""


def key(question: Any) -> str:
    """Name of a question, JSON, that the installed libraries of networks answer."""
    libraries = {name: version(name) for name in ("torch", "torchvision", "timm")}
    return hashlib.sha256(json.dumps([question, libraries], sort_keys=True).encode()).hexdigest()


def read(kind: str, name: str) -> str | None:
    """The answer, where there is one."""
    try:
        return _path(kind, name).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return None


def write(kind: str, name: str, answer: Any) -> None:
    """Keep an answer; where there is no such folder to write to, it is found out again the next time."""
    with suppress(OSError, UserError), atomic.replacing(_path(kind, name)) as partial:
        partial.write_text(f"{answer}\n", encoding="utf-8")


def _path(kind: str, name: str) -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return folder / "learnorder" / kind / name
