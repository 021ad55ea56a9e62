"""From an entry of the catalogue to a dataset."""

from collections.abc import Sequence
from pathlib import Path

from learnorder.datasets import canonical, digits, files, idx
from learnorder.datasets.canonical import Dataset
from learnorder.errors import UserError

IDX_PARTS = ("train_images", "train_labels", "test_images", "test_labels")


def build(name: str, described: dict, downloads: Path, mirrors: Sequence[str]) -> Dataset:
    """Dataset `name` as its entry in the catalogue describes it; checked against that entry.

    Files that must be downloaded are kept in `downloads`.
    """
    if described["reader"] == "digits":
        dataset = digits.read(described["examples"]["test"], described["classes"])
    else:
        parts = described.get("files", {})
        if set(parts) != set(IDX_PARTS):
            raise UserError(
                f"dataset {name}: files are {', '.join(parts) or 'missing'}; allowed: {', '.join(IDX_PARTS)}"
            )
        paths = {
            part: files.fetch(name, file, Path(downloads), mirrors, described["addresses"])
            for part, file in parts.items()
        }
        dataset = idx.read(paths, described["classes"])
    canonical.check(name, dataset, described)
    return dataset
