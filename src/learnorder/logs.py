"""What a job's log says last."""

import os
import re
from pathlib import Path

LAST_BYTES = 4096


def last_line(path: Path | str) -> str:
    """The last line with something in it; a bar that draws over itself counts as it looks now."""
    try:
        with Path(path).open("rb") as log:
            log.seek(-min(LAST_BYTES, os.fstat(log.fileno()).st_size), os.SEEK_END)
            lines = re.split(r"[\r\n]+", log.read().decode(errors="replace"))
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
