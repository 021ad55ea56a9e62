import pytest
import torch

from learnorder.errors import UserError
from learnorder.networks.build import build


def architecture(model, library="learnorder", **options):
    return {"name": "mine", "library": library, "model": model, "options": options}


MODELS = [
    architecture("linear"),
    architecture("mlp", widths=[32, 16]),
    architecture("cnn", channels=[4, 8], width=16),
    architecture("resnet18", library="torchvision"),
    architecture("test_resnet", library="timm"),
]


@pytest.mark.parametrize("described", MODELS, ids=lambda described: described["model"])
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32)], ids=["28x28x1", "32x32x3"])
def test_a_step_down_the_gradient_lowers_the_loss(described, shape):
    torch.manual_seed(0)
    network = build(described, shape, classes=10)
    images, labels = torch.randn(32, *shape), torch.arange(32) % 10
    losses = []
    for _ in range(2):
        logits = network(images)
        assert logits.shape == (32, 10)
        loss = torch.nn.functional.cross_entropy(logits, labels)
        losses.append(loss.item())
        network.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in network.parameters():
                parameter -= 1e-3 * parameter.grad
    assert losses[1] < losses[0]


@pytest.mark.parametrize("described", MODELS, ids=lambda described: described["model"])
def test_the_global_seed_decides_the_initialisation(described):
    def weights(seed):
        torch.manual_seed(seed)
        return torch.cat([parameter.flatten() for parameter in build(described, (1, 32, 32), 3).parameters()])

    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))


def test_widths_and_channels_are_parameters():
    def parameters(described):
        return sum(parameter.numel() for parameter in build(described, (1, 8, 8), 10).parameters())

    assert parameters(architecture("linear")) == 64 * 10 + 10
    assert parameters(architecture("mlp", widths=[5])) == 65 * 5 + 6 * 10
    # Two halvings leave 2 × 2 pixels of 3 channels.
    assert parameters(architecture("cnn", channels=[2, 3], width=4)) == 10 * 2 + 19 * 3 + 13 * 4 + 5 * 10


@pytest.mark.parametrize(
    ("described", "words"),
    [
        (architecture("mpl"), "architecture mine: model is 'mpl' of learnorder; known are cnn, linear, mlp"),
        (architecture("resnet81", "timm"), "architecture mine: model is 'resnet81' of timm; .*did you mean"),
        (architecture("resnet81", "torchvision"), "model is 'resnet81' of torchvision; .*did you mean resnet18"),
        (architecture("mlp", width=3), r"mlp does not take options \{'width': 3\} \(.*unexpected keyword"),
        (architecture("resnet18", "torchvision", depth=3), r"resnet18 does not take options \{'depth': 3\}"),
        (architecture("cnn", channels=[4, 4, 4, 4]), "cnn does not take .*4 halvings leave nothing of 8×8 pixels"),
        (architecture("vit_tiny_patch16_224", "timm"), "architecture mine does not take images of 1×8×8"),
    ],
)
def test_what_cannot_be_built_is_told_in_one_line(described, words):
    with pytest.raises(UserError, match=words) as told:
        build(described, (1, 8, 8), 10)
    assert "\n" not in str(told.value)
