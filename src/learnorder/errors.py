"""Mistakes of a user, told in one line."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches


class UserError(Exception):
    """Something that whoever runs the study can mend; its text names the thing, its value and the way out."""


@contextmanager
def one_line() -> Iterator[None]:
    """Turn a `UserError` into its text on standard error and exit status 1, without a traceback."""
    try:
        yield
    except UserError as error:
        sys.exit(f"learnorder: {error}")


def suggestion(given: str, known: Iterable[str]) -> str:
    """Say what is allowed in place of `given`, the closest names first."""
    known = sorted(known)
    close = get_close_matches(str(given), known, n=3)
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    return f"known are {', '.join(known)}{hint}"
