"""Files that appear under their name only when whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a file name beside `path` to write to; it becomes `path` if the block ends without an error.

    A killed job leaves at most a hidden `.partial` file, which the next one overwrites. ASSUME: one writer at
    a time, which the workflow engine's lock gives.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
