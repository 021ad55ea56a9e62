"""Augmentation of whole mini-batches of pixels (n × channels × height × width)."""

import torch
from torch.nn import functional


def flip(pixels: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Mirror each image left to right with probability 1/2."""
    mirrored = torch.rand(len(pixels), 1, 1, 1, generator=generator).to(pixels.device) < 0.5
    return torch.where(mirrored, pixels.flip(-1), pixels)


def shift(pixels: torch.Tensor, most: int, generator: torch.Generator) -> torch.Tensor:
    """Move each image by -most to most pixels on each axis; zeros come in."""
    n, channels, height, width = pixels.shape
    padded = functional.pad(pixels, (most, most, most, most))
    down, right = torch.randint(2 * most + 1, (2, n, 1), generator=generator).to(pixels.device)
    rows = down + torch.arange(height, device=pixels.device)
    columns = right + torch.arange(width, device=pixels.device)
    picked = padded.gather(2, rows[:, None, :, None].expand(n, channels, height, padded.shape[3]))
    return picked.gather(3, columns[:, None, None, :].expand(n, channels, height, width))
