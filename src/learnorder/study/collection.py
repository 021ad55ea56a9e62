"""Collections of networks, and pairs of them: what a study trains and compares."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Collection:
    """N networks of one architecture, trained by one recipe on one dataset."""

    dataset: str
    architecture: str
    recipe: str
    networks: int
    also_predict: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    """Files with its outcomes, of a collection that was trained elsewhere: what each holds, and its path."""

    @property
    def path(self) -> str:
        """Folder of its files below `outcomes/` and `measures/`."""
        return f"{self.dataset}/{self.architecture}/{self.recipe}"


@dataclass(frozen=True)
class Pair:
    """Two collections on one dataset that are compared."""

    first: Collection
    second: Collection

    @property
    def path(self) -> str:
        """Folder of its files below `pairs/`."""
        first, second = self.first, self.second
        return f"{first.path}/{second.architecture}/{second.recipe}"
