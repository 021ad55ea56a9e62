"""The three random streams of a network, so that each can be varied alone.

Collections are compared as independent samples: the streams of a network follow from its seed and from the name of
its collection, so that network 3 of one collection has nothing in common with network 3 of another.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

STREAMS = ("initialisation", "order", "augmentation")
SHARED_SEED = 0


def collection(identity: Mapping[str, Any]) -> str:
    """Name of the collection with this identity: its dataset, architecture and recipe."""
    return "/".join(identity[part]["name"] for part in ("dataset", "architecture", "recipe"))


def stream_seed(seed: int, stream: str, collection: str) -> int:
    """Seed in [0, 2⁶³) of one random stream of network `seed` of a collection, the same on every machine."""
    return int.from_bytes(hashlib.sha256(f"{collection}:{stream}:{seed}".encode()).digest()[:8]) >> 1


def stream_seeds(seed: int, vary: list[str], collection: str) -> dict[str, int]:
    """Seeds of all three streams; those that the recipe does not `vary` are those of network 0."""
    return {stream: stream_seed(seed if stream in vary else SHARED_SEED, stream, collection) for stream in STREAMS}


def epoch_seed(stream: int, epoch: int) -> int:
    """Seed of a stream's draws in one epoch. They follow from no draw before, so a job can go on in the middle."""
    return stream_seed(epoch, "epoch", str(stream))
