"""The three random streams of a network, so that each can be varied alone."""

import hashlib

STREAMS = ("initialisation", "order", "augmentation")
SHARED_SEED = 0


def stream_seed(seed: int, stream: str) -> int:
    """Seed in [0, 2⁶³) of one random stream of network `seed`, the same on every machine."""
    return int.from_bytes(hashlib.sha256(f"{stream}:{seed}".encode()).digest()[:8]) >> 1


def stream_seeds(seed: int, vary: list[str]) -> dict[str, int]:
    """Seeds of all three streams; those that the recipe does not `vary` are those of network 0."""
    return {stream: stream_seed(seed if stream in vary else SHARED_SEED, stream) for stream in STREAMS}


def epoch_seed(stream: int, epoch: int) -> int:
    """Seed of a stream's draws in one epoch. They follow from no draw before, so a job can go on in the middle."""
    return stream_seed(epoch, str(stream))
