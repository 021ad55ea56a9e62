"""Augmentation of whole mini-batches of pixels (n × channels × height × width)."""

from collections.abc import Mapping
from typing import Any

import torch
from torch.nn import functional


def augmented(pixels: torch.Tensor, recipe: Mapping[str, Any], generator: torch.Generator) -> torch.Tensor:
    """What the recipe does to the images, each drawn anew: flip, then shift, then cutout."""
    if recipe["flip"]:
        pixels = flip(pixels, generator)
    if recipe["shift"]:
        pixels = shift(pixels, recipe["shift"], generator)
    if recipe["cutout"]:
        pixels = cutout(pixels, recipe["cutout"], generator)
    return pixels


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


def cutout(pixels: torch.Tensor, side: int, generator: torch.Generator) -> torch.Tensor:
    """Set a square of each image to zero; its centre is any pixel, so it may reach over the edge.

    Source: DeVries and Taylor 2017.
    """
    n, _, height, width = pixels.shape
    hidden = []
    for size in (height, width):
        centre = torch.randint(size, (n, 1), generator=generator).to(pixels.device)
        first = centre - side // 2
        places = torch.arange(size, device=pixels.device)
        hidden.append((places >= first) & (places < first + side))
    rows, columns = hidden
    return pixels.masked_fill((rows[:, :, None] & columns[:, None, :])[:, None], 0)
