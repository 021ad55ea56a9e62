"""Augmentation of whole mini-batches of pixels (n × channels × height × width) by numbers drawn before."""

from collections.abc import Mapping
from typing import Any

import torch
from torch.nn import functional

Draws = Mapping[str, torch.Tensor]
"""Of each image: `flip`, a boolean; `shift` and `cutout`, two numbers, for rows and columns. n or n × 2."""


def draws(
    images: int, shape: tuple[int, ...], recipe: Mapping[str, Any], generator: torch.Generator
) -> dict[str, torch.Tensor]:
    """Draw what the recipe does to each of so many images; nothing for what it does not do."""
    drawn = {}
    if recipe["flip"]:
        drawn["flip"] = torch.rand(images, generator=generator) < 0.5
    if recipe["shift"]:
        drawn["shift"] = torch.randint(2 * recipe["shift"] + 1, (images, 2), generator=generator)
    if recipe["cutout"]:
        centres = [torch.randint(size, (images,), generator=generator) for size in shape[1:]]
        drawn["cutout"] = torch.stack(centres, dim=1)
    return drawn


def augmented(pixels: torch.Tensor, recipe: Mapping[str, Any], drawn: Draws) -> torch.Tensor:
    """What the recipe does to the images: flip, then shift, then cutout."""
    if recipe["flip"]:
        pixels = flip(pixels, drawn["flip"])
    if recipe["shift"]:
        pixels = shift(pixels, recipe["shift"], drawn["shift"])
    if recipe["cutout"]:
        pixels = cutout(pixels, recipe["cutout"], drawn["cutout"])
    return pixels


def flip(pixels: torch.Tensor, mirrored: torch.Tensor) -> torch.Tensor:
    """Mirror left to right the images that are to be."""
    return torch.where(mirrored[:, None, None, None], pixels.flip(-1), pixels)


def shift(pixels: torch.Tensor, most: int, moved: torch.Tensor) -> torch.Tensor:
    """Move each image by `most` minus its two numbers, which are in [0, 2 most]; zeros come in."""
    n, channels, height, width = pixels.shape
    padded = functional.pad(pixels, (most, most, most, most))
    rows = moved[:, :1] + torch.arange(height, device=pixels.device)
    columns = moved[:, 1:] + torch.arange(width, device=pixels.device)
    picked = padded.gather(2, rows[:, None, :, None].expand(n, channels, height, padded.shape[3]))
    return picked.gather(3, columns[:, None, None, :].expand(n, channels, height, width))


def cutout(pixels: torch.Tensor, side: int, centres: torch.Tensor) -> torch.Tensor:
    """Set a square around each image's centre of cutout to zero; it may reach over the edge.

    Source: DeVries and Taylor 2017.
    """
    hidden = []
    for size, centre in zip(pixels.shape[2:], centres.unbind(1), strict=True):
        first = (centre - side // 2)[:, None]
        places = torch.arange(size, device=pixels.device)
        hidden.append((places >= first) & (places < first + side))
    rows, columns = hidden
    return pixels.masked_fill((rows[:, :, None] & columns[:, None, :])[:, None], 0)
