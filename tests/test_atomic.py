import subprocess
import sys

import pytest

from learnorder import atomic


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_of_two_writers_the_one_that_ends_last_leaves_its_whole_file(tmp_path):
    path = tmp_path / "table [1].parquet"
    with atomic.replacing(path) as slow:
        slow.write_text("the first half, ", encoding="utf-8")
        with atomic.replacing(path) as quick:  # of the same process, as threads are
            quick.write_text("quick", encoding="utf-8")
        assert path.read_text(encoding="utf-8") == "quick"
        with slow.open("a", encoding="utf-8") as file:
            file.write("the second half")
    assert path.read_text(encoding="utf-8") == "the first half, the second half"
    assert names(tmp_path) == [path.name]


def test_another_process_does_not_remove_the_file_of_one_that_still_writes(tmp_path):
    path, left = tmp_path / "table.parquet", tmp_path / ".table.parquet.killed.partial"
    left.write_text("what a killed writer left", encoding="utf-8")
    code = f"""
from learnorder import atomic
with atomic.replacing({str(path)!r}) as partial:
    partial.write_text("other", encoding="utf-8")
"""
    with atomic.replacing(path) as partial:
        partial.write_text("own", encoding="utf-8")
        subprocess.run([sys.executable, "-c", code], check=True)
        assert path.read_text(encoding="utf-8") == "other"
        assert not left.exists()
    assert path.read_text(encoding="utf-8") == "own"
    assert names(tmp_path) == ["table.parquet"]


def test_a_writer_that_fails_leaves_what_was_there(tmp_path):
    path = tmp_path / "table.parquet"
    path.write_text("old", encoding="utf-8")

    def half():
        with atomic.replacing(path) as partial:
            partial.write_text("half", encoding="utf-8")
            raise ValueError("half")

    with pytest.raises(ValueError, match="half"):
        half()
    assert path.read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == ["table.parquet"]
