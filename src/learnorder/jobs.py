"""What each script of a rule does with what it prints."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from learnorder.errors import one_line


@contextmanager
def logged(log: str) -> Iterator[None]:
    """Send all that is printed, also by libraries in C, to a rule's log; a `UserError` there is one line."""
    with open(log, "w", encoding="utf-8") as file:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
            os.dup2(file.fileno(), stream.fileno())
            # The log is followed while the job runs.
            stream.reconfigure(line_buffering=True)
    with one_line():
        yield
