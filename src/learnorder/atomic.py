"""Files that appear under their name only when whole."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from learnorder.errors import UserError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
PROBE = bytes(2**20)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a file name beside `path` to write to; it becomes `path` if the block ends without an error.

    Each writer has a name of its own, since a job that a cluster has lost sight of may still be writing. ASSUME:
    writers of one path write the same, so that any of them may be the last. What a killed one left, a hidden
    `.partial` file, goes when the next is done. A `UserError` tells of a full disk.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{socket.gethostname()}-{os.getpid()}.partial")
    try:
        yield partial
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(path)
        for left in path.parent.glob(f".{path.name}.*.partial"):
            left.unlink(missing_ok=True)
    except Exception as error:
        if not _is_full(partial):
            raise
        raise UserError(
            f"{path}: not written, the disk or your quota of it is full; make room and type the same command, "
            "which goes on from what was saved"
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def _is_full(partial: Path) -> bool:
    """Whether no more can be written: tried out, since libraries tell of it each in words of their own."""
    try:
        with partial.open("ab") as file:
            file.write(PROBE)
            os.fsync(file.fileno())
    except OSError as error:
        return error.errno in FULL
    return False
