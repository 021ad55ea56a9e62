"""Results that follow from settings or code which a study no longer has: `make status` names them.

Run by `make clean-old`, in the root of a clone. It removes them after asking. What the study needs now stays.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from learnorder import selection
from learnorder.errors import one_line
from learnorder.study import layout
from learnorder.study.configured import configured, study_file
from learnorder.study.model import Study

FOLDERS = ("outcomes", "measures", "pairs", "tables")
"""Folders of a study in which each path has the short name of all that its file follows from."""
YES = ("y", "yes")


def files(study: Study) -> list[Path]:
    """Old files of a study, in the order of their paths."""
    folders = {layout.outcomes(study, collection) for collection in study.by_path}
    folders |= {layout.measures(study, collection) for collection in study.collections}
    folders |= {layout.pair(study, pair) for pair in study.pairs}
    current = set(map(Path, [*folders, *selection.every_table(study)]))
    made = (path for folder in FOLDERS for path in sorted(Path(layout.results(study), folder).rglob("*")))
    return [path for path in made if path.is_file() and not {path, path.parent} & current]


def said(old: Sequence[Path]) -> Iterator[str]:
    """A line about these files, if there are any."""
    if old:
        size = sum(path.stat().st_size for path in old) / 1e6
        yield f"{len(old)} files ({size:.1f} MB) follow from other settings or code than now: make clean-old"


def clean(configfile: str) -> None:
    """Ask, then remove the old files of the study of this file."""
    old = files(configured(configfile))
    if not old:
        print("nothing here follows from other settings or code than the study has now")
        return
    print(*old, *said(old), sep="\n")
    print("Remove them? [y/N] ", end="", flush=True)
    if sys.stdin.readline().strip().lower() not in YES:
        print("nothing was removed")
        return
    for path in old:
        path.unlink()
        for folder in path.parents:
            if folder.name in FOLDERS or any(folder.iterdir()):
                break
            folder.rmdir()
    print(f"removed {len(old)} files")


if __name__ == "__main__":
    with one_line():
        clean(study_file(__doc__))
