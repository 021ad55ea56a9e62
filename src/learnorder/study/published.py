"""Weights that timm and torchvision publish: which file, of which checksum, at which address.

Read by the Snakefile, so nothing here may import torch: a process of its own asks the library, once.
"""

import re
import subprocess
from functools import cache
from typing import Any

from learnorder import remembered
from learnorder.errors import UserError

PRETRAINED = "pretrained"
"""What an entry's `weights` are when its library publishes them."""
# Both libraries end a file's name in the first digits of its SHA-256.
HASHED = re.compile(r"-([0-9a-f]{8,64})\.(?:pth|pt|safetensors)$")

KIND = "published_weights"
ASKS = {
    "timm": "import sys, timm; print(timm.get_pretrained_cfg(sys.argv[1]).url or '')",
    "torchvision": "import sys, torchvision; print(torchvision.models.get_model_weights(sys.argv[1]).DEFAULT.url)",
}


def find(name: str, library: str, model: str) -> dict[str, Any]:
    """`weights` and `addresses` of the architecture `name`: the file that its library publishes for the model.

    The checksum is what the file's name has of it. Raises a `UserError` where none is published, or without one.
    """
    address, _, file = _address(library, model).rpartition("/")
    hashed = HASHED.search(file)
    if not hashed:
        has = f"publishes {file}, whose name has no checksum" if file else "names no address of its weights"
        raise UserError(
            f"configuration: architectures.{name}.weights is {PRETRAINED}, {library} {has} (model {model}); "
            "allowed: `weights: {name: FILE, sha256: [SHA-256 of the file]}`, the file in a mirror's directory"
        )
    return {"weights": {"name": file, "sha256": [hashed[1]]}, "addresses": [address]}


@cache
def _address(library: str, model: str) -> str:
    """Address of the weights that a library starts the model from by default; nothing where it names none."""
    key = remembered.key([library, model])
    if known := remembered.read(KIND, key):
        return known
    command = [remembered.PYTHON, "-c", ASKS[library], model]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    address = (run.stdout.splitlines() or [""])[-1]
    if address:
        remembered.write(KIND, key, address)
    return address
