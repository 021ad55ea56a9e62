"""Files that appear under their name only when whole."""

import errno
import fcntl
import glob
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from learnorder.errors import UserError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
PROBE = bytes(2**20)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a file name next to `path` to write to; it becomes `path` if the block ends without an error.

    Each writer has a file of its own, since a job that a cluster has lost sight of may still be writing: the one
    that ends last leaves its whole file. What killed writers left, hidden `.partial` files, is removed at the end.
    A `UserError` reports a full disk.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _own(path) as partial:
        try:
            yield partial
            with partial.open("rb") as written:
                os.fsync(written.fileno())
            partial.replace(path)
            _remove_left(path)
        except Exception as error:
            if not _is_full(partial):
                raise
            raise UserError(
                f"{path}: not written, the disk or your quota of it is full; make room and type the same command, "
                "which goes on from what was saved"
            ) from error
        finally:
            partial.unlink(missing_ok=True)


def copy(source: Path, target: Path) -> None:
    """Copy a file, see `replacing`."""
    with replacing(target) as partial:
        shutil.copyfile(source, partial)


@contextmanager
def _own(path: Path) -> Iterator[Path]:
    """A partial file that is locked as long as its writer lives, so that no other writer removes it."""
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}.partial")
    with partial.open("ab") as file:
        with suppress(OSError):  # a file system without locks, where what is left stays
            fcntl.flock(file, fcntl.LOCK_EX)
        yield partial


def _remove_left(path: Path) -> None:
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.partial"):
        with suppress(OSError), left.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # an error while its writer lives
            left.unlink()


def _is_full(partial: Path) -> bool:
    """Whether no more can be written: tried out, since libraries tell of it each in words of their own."""
    try:
        with partial.open("ab") as file:
            file.write(PROBE)
            os.fsync(file.fileno())
    except OSError as error:
        return error.errno in FULL
    return False
