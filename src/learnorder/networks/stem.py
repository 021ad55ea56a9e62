"""`stem: small`: models made for 224 pixels, without the downsampling of their first layers.

A model keeps its depth and its widths. A layer that gets smaller keeps part of the weights that its library drew,
scaled so that its output has the same variance: the library's own initialisation, for fewer inputs.
"""

from math import prod

import torch
from torch import nn

KERNEL = 3
PATCH = 4
"""Pixels a side of a vision transformer's patch, as in most work on CIFAR."""

KEEP_POOL = {"alexnet"}
"""A 5×5 convolution follows, which at full size would cost more than all the rest of the model."""


def patches(shape: tuple[int, int, int]) -> dict[str, int | tuple[int, int]]:
    """Arguments of a timm model whose number of patches is fixed when it is built."""
    return {"img_size": shape[1:], "patch_size": PATCH}


def shrink(network: nn.Module, model: str) -> None:
    """Let the first convolution skip no pixel, drop a max-pooling, make a head for 7×7 pixels one for 1×1.

    Works on any network whose modules are registered in the order they run. If its first convolution is strided,
    that becomes 3×3 with stride 1, and the next module with a stride is dropped if it is a max-pooling. If it is
    not, as in VGG, the last module with a stride is dropped if it is a max-pooling: the head's average does that.
    Raises a `ValueError` if there is nothing to change.
    """
    strided = [(name, module) for name, module in network.named_modules() if _stride(module) > 1]
    first = next((module for module in network.modules() if isinstance(module, nn.Conv2d)), None)
    begins = bool(strided) and strided[0][1] is first
    if begins:
        _unstride(first)
    name, pool = next(iter(strided[1:2] if begins else strided[-1:]), ("", None))
    drops = isinstance(pool, nn.MaxPool2d) and model not in KEEP_POOL
    if drops:
        parent, _, child = name.rpartition(".")
        setattr(network.get_submodule(parent), child, nn.Identity())
    if not begins and not drops:
        raise ValueError("its first layers leave no pixels out")
    _shrink_head(network)


def _stride(module: nn.Module) -> int:
    """Stride of a convolution or a pooling, 1 of everything else."""
    if not isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
        return 1
    return max(module.stride) if isinstance(module.stride, tuple) else module.stride


def _unstride(convolution: nn.Conv2d) -> None:
    # Changed in place, since a library's own kinds of convolution have arguments of their own.
    kernel = KERNEL if min(convolution.kernel_size) >= KERNEL else 1
    top, left = ((size - kernel) // 2 for size in convolution.kernel_size)
    _keep(
        convolution, convolution.weight[:, :, top : top + kernel, left : left + kernel], convolution.out_channels
    )
    convolution.kernel_size = (kernel, kernel)
    convolution.stride = (1, 1)
    convolution.padding = (kernel // 2, kernel // 2)


def _shrink_head(network: nn.Module) -> None:
    """Of torchvision's VGG and AlexNet: n × n pixels of c channels seen by layers of 4096 become 1 seen by c."""
    pool = getattr(network, "avgpool", None)
    if not isinstance(pool, nn.AdaptiveAvgPool2d) or pool.output_size in (1, (1, 1)):
        return
    layers = [module for module in network.classifier.modules() if isinstance(module, nn.Linear)]
    width = layers[0].in_features // prod(pool.output_size)
    pool.output_size = (1, 1)
    for layer in layers:
        outputs = layer.out_features if layer is layers[-1] else width
        _keep(layer, layer.weight[:outputs, :width], outputs)
        layer.in_features, layer.out_features = width, outputs


@torch.no_grad()
def _keep(layer: nn.Conv2d | nn.Linear, weight: torch.Tensor, outputs: int) -> None:
    scale = (layer.weight[0].numel() / weight[0].numel()) ** 0.5
    layer.weight = nn.Parameter(weight * scale)
    if layer.bias is not None:
        layer.bias = nn.Parameter(layer.bias[:outputs] * scale)
