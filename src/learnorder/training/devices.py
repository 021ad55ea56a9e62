"""Which GPU a job trains on: one that no other job of this machine has."""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from learnorder.errors import UserError

WAIT_S = 1


def check(device: str) -> None:
    """Raise a `UserError` where there is no such device."""
    # What needs no GPU may need no torch, which takes seconds to import.
    if device.startswith("cuda") and not _cuda().is_available():
        raise UserError("the recipe asks for a GPU, and this machine has none; allowed: `device: cpu`")


@contextmanager
def claimed(device: str) -> Iterator[str]:
    """Yield the device, of `cuda` the first GPU that no other job has claimed; wait for one while there is none.

    The kernel ends a claim with the process that has it. Where only one GPU is to be seen, as in a cluster's job,
    it is this job's own.
    """
    check(device)
    if device != "cuda" or (gpus := _cuda().device_count()) == 1:
        yield device
        return
    with ExitStack() as files:
        locks = [files.enter_context(_lock(number).open("w", encoding="utf-8")) for number in range(gpus)]
        yield f"cuda:{_first_free(locks)}"


def _cuda():
    import torch

    return torch.cuda


def _lock(number: int) -> Path:
    """A file for each GPU as CUDA numbers them in this process, of this user."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "all").replace(",", "_")
    return Path(tempfile.gettempdir()) / f"learnorder-{os.getuid()}-gpu-{visible}-{number}.lock"


def _first_free(locks: list) -> int:
    while True:
        for number, lock in enumerate(locks):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            return number
        time.sleep(WAIT_S)
