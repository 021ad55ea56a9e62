"""Which GPU a job trains on: one that no other job of this machine has."""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from learnorder.errors import UserError

WAIT_S = 1
VISIBLE, JOBS_PER_GPU = "CUDA_VISIBLE_DEVICES", "LEARNORDER_JOBS_PER_GPU"


def check(device: str) -> None:
    """Raise a `UserError` where there is no such device."""
    # What needs no GPU may need no torch, which takes seconds to import.
    if device.startswith("cuda") and not _cuda().is_available():
        raise UserError("the recipe asks for a GPU, and this machine has none; allowed: `device: cpu`")


@contextmanager
def claimed(device: str) -> Iterator[str]:
    """Yield the device; of `cuda` a GPU that no other job has claimed, the only one that this process then sees.

    Waits for one while there is none, and the kernel ends a claim with the process that has it. The environment's
    `LEARNORDER_JOBS_PER_GPU`, 1 if it is not set, says how many jobs may claim one GPU. A job that sees one GPU
    alone, or a part of one, keeps it: a scheduler gave it. Must be entered before the process uses CUDA.
    """
    check(device)
    if device != "cuda":
        yield device
        return
    gpus = visible()
    if len(gpus) == 1:
        yield "cuda:0"
        return
    before = os.environ.get(VISIBLE)
    with ExitStack() as files:
        places = [(gpu, files.enter_context(_lock(gpu, job))) for job in range(_jobs_per_gpu()) for gpu in gpus]
        os.environ[VISIBLE] = _first_free(places)
        try:
            yield "cuda:0"
        finally:
            os.environ.pop(VISIBLE)
            if before is not None:
                os.environ[VISIBLE] = before


def visible() -> list[str]:
    """The GPUs that this process sees, as `CUDA_VISIBLE_DEVICES` names them: by number, UUID or MIG instance."""
    named = [name.strip() for name in os.environ.get(VISIBLE, "").split(",") if name.strip()]
    return named or [str(number) for number in range(_cuda().device_count())]


def _cuda():
    import torch

    return torch.cuda


def _jobs_per_gpu() -> int:
    text = os.environ.get(JOBS_PER_GPU, "1")
    if not text.isdecimal() or int(text) < 1:
        raise UserError(f"{JOBS_PER_GPU} is '{text}'; allowed: a whole number from 1")
    return int(text)


def _lock(gpu: str, job: int) -> IO[str]:
    """A file for each GPU and each job that may share it, in a folder that is this user's alone."""
    folder = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / f"learnorder-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        about = folder.lstat()
        if not folder.is_dir() or folder.is_symlink() or about.st_uid != os.getuid():
            raise PermissionError(f"{folder} belongs to another user")
        name = "".join(letter if letter.isalnum() or letter == "-" else "_" for letter in gpu)
        # Not through a link: the folder of temporary files is everyone's.
        opened = os.open(folder / f"gpu-{name}-{job}.lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise UserError(
            f"{folder}: no GPU can be claimed there ({error.strerror or error}); "
            "allowed: a folder of your own, named by TMPDIR"
        ) from None
    return os.fdopen(opened, "r+", encoding="utf-8")


def _first_free(places: list[tuple[str, IO[str]]]) -> str:
    """The first GPU of which a place is free, now claimed."""
    while True:
        for gpu, lock in places:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            return gpu
        time.sleep(WAIT_S)
