"""Where tools keep what they can make again: in the home folder or, where that cannot be written, in the clone.

make runs this file before anything is installed, by any Python: it prints the folder.
"""

import os

VARIABLE, OURS = "XDG_CACHE_HOME", ".cache"


def folder() -> str:
    """The folder of all caches: the usual one if it can be written, else one in the working directory."""
    usual = os.environ.get(VARIABLE) or os.path.expanduser("~/.cache")
    return usual if os.path.isabs(usual) and _can_be_written(usual) else os.path.abspath(OURS)


def use_folder() -> None:
    """Have this process, and all that it starts, keep caches in the folder."""
    if (ours := folder()) == os.path.abspath(OURS):
        os.environ[VARIABLE] = ours
        # matplotlib also keeps settings, in the home folder unless it is given another.
        os.environ.setdefault("MPLCONFIGDIR", os.path.join(ours, "matplotlib"))


def _can_be_written(path: str) -> bool:
    try:
        os.makedirs(path, exist_ok=True)
    except OSError:
        return False
    return os.access(path, os.W_OK)


if __name__ == "__main__":
    print(folder())
