"""The paper's own network, and what the hand-made networks have in common."""

import math

import pytest
import torch
from torch import nn

from learnorder.errors import UserError
from learnorder.networks import layers, simple
from learnorder.networks.build import build

SHAPE, CLASSES = (3, 32, 32), 5


def test_st_vgg_is_as_the_authors_code_has_it():
    network = simple.st_vgg(SHAPE, CLASSES)
    convolutions = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    assert [layer.out_channels for layer in convolutions] == [32, 32, 64, 64, 128, 128, 256, 256]
    assert [layer.kernel_size for layer in convolutions] == [(3, 3)] * 6 + [(2, 2)] * 2
    dropout = [module.p for module in network.modules() if isinstance(module, nn.Dropout)]
    assert dropout == [0.25] * 4 + [0.5]
    linear = [module for module in network.modules() if isinstance(module, nn.Linear)]
    assert [(layer.in_features, layer.out_features) for layer in linear] == [(2 * 2 * 256, 512), (512, 5)]
    assert sum(isinstance(module, nn.ELU) for module in network.modules()) == 9
    assert all(torch.equal(layer.bias, torch.zeros_like(layer.bias)) for layer in [*convolutions, *linear])
    assert network(torch.rand(2, *SHAPE)).shape == (2, CLASSES)


@pytest.mark.parametrize("size", [(8, 8), (7, 9), (2, 3)])
@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_evaluation_pools_as_torch_does(size, precision):
    # Rounded, so that many windows have several largest pixels.
    images = torch.randn(4, 6, *size, generator=torch.Generator().manual_seed(0)).round().to(precision)
    images[0, 0, 0, 0], images[1, 1, 1, 1] = torch.nan, -torch.inf
    pooling = layers.Halving()
    for layout in (torch.channels_last, torch.contiguous_format):
        given = images.to(memory_format=layout)
        pooled = pooling.eval()(given)
        torch.testing.assert_close(pooled, nn.MaxPool2d(2)(given), rtol=0, atol=0, equal_nan=True)
        torch.testing.assert_close(pooled, pooling.train()(given), rtol=0, atol=0, equal_nan=True)


def test_an_even_kernel_keeps_the_size_and_sees_below_and_to_the_right():
    network = nn.Sequential(*simple._same(1, 1, 2))
    nn.init.ones_(network[-1].weight)
    nn.init.zeros_(network[-1].bias)
    image = torch.arange(9.0).reshape(1, 1, 3, 3)
    expected = torch.tensor(
        [[0 + 1 + 3 + 4, 1 + 2 + 4 + 5, 2 + 5], [3 + 4 + 6 + 7, 4 + 5 + 7 + 8, 5 + 8], [13, 15, 8]]
    )
    assert torch.equal(network(image)[0, 0], expected.float())


def is_linear(network):
    """Whether f(a + b) − f(0) is the sum of what each gives."""
    network = network.double().eval()
    one, other = torch.randn(2, 4, *SHAPE, generator=torch.Generator().manual_seed(0), dtype=torch.double)
    nothing = network(torch.zeros_like(one))
    return torch.allclose(network(one + other) - nothing, network(one) + network(other) - 2 * nothing)


def test_without_activations_average_pooling_makes_st_vgg_linear_and_max_pooling_does_not():
    assert is_linear(simple.st_vgg(SHAPE, CLASSES, activation="linear", pooling="average"))
    assert not is_linear(simple.st_vgg(SHAPE, CLASSES, activation="linear"))
    assert not is_linear(simple.st_vgg(SHAPE, CLASSES, pooling="average"))


@pytest.mark.parametrize("name", layers.ACTIVATIONS)
def test_pooling_before_an_activation_is_pooling_after_it(name):
    activation, values = layers.activation(name), torch.randn(1, 2, 8, 8)
    assert torch.equal(activation(nn.MaxPool2d(2)(values)), nn.MaxPool2d(2)(activation(values)))


# Inputs and outputs of a weight, counted with the kernel: 200 · 3 · 3 and 400 · 3 · 3.
FAN_IN, FAN_OUT = 1800, 3600
DEVIATIONS = {
    "xavier": math.sqrt(2 / (FAN_IN + FAN_OUT)),
    "he_normal": math.sqrt(2 / FAN_IN),
    "lecun_normal": math.sqrt(1 / FAN_IN),
    "truncated_normal": 0.05 * layers.KEPT_DEVIATION,
}


@pytest.mark.parametrize("name", DEVIATIONS)
def test_initialisations_have_the_deviation_of_their_formula_and_its_bounds(name):
    torch.manual_seed(0)
    layer = layers.initialise(nn.Conv2d(200, 400, 3), name)
    assert layer.weight.std().item() == pytest.approx(DEVIATIONS[name], rel=0.01)
    assert abs(layer.weight.mean().item()) < DEVIATIONS[name] / 100
    bound = DEVIATIONS[name] * math.sqrt(3) if name == "xavier" else 2 * DEVIATIONS[name] / layers.KEPT_DEVIATION
    assert 0.99 * bound < layer.weight.abs().max().item() <= bound * 1.0001
    assert torch.equal(layer.bias, torch.zeros(400))


def test_no_initialisation_leaves_the_weights_as_torch_drew_them():
    torch.manual_seed(0)
    plain = simple.cnn(SHAPE, CLASSES)
    torch.manual_seed(0)
    network = simple.cnn(SHAPE, CLASSES, initialisation=None)
    assert all(torch.equal(a, b) for a, b in zip(plain.parameters(), network.parameters(), strict=True))


@pytest.mark.parametrize("model", simple.MODELS)
def test_every_hand_made_network_takes_every_initialisation(model):
    torch.manual_seed(0)
    network = simple.MODELS[model](SHAPE, CLASSES, initialisation="truncated_normal")
    largest = max(parameter.abs().max().item() for parameter in network.parameters())
    assert 0.09 < largest <= 0.1


@pytest.mark.parametrize("model", ["mlp", "cnn", "st_vgg"])
def test_hidden_layers_take_an_activation_and_dropout(model):
    network = simple.MODELS[model](SHAPE, CLASSES, activation="tanh", dropout=0.3)
    kinds = [type(module) for module in network.modules()]
    assert nn.Tanh in kinds
    assert nn.ReLU not in kinds
    assert nn.ELU not in kinds
    assert {module.p for module in network.modules() if isinstance(module, nn.Dropout)} == {0.3}
    without = simple.MODELS[model](SHAPE, CLASSES, dropout=0)
    assert not any(isinstance(module, nn.Dropout) for module in without.modules())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"activation": "gelu"}, "option activation is gelu; allowed: relu, elu, tanh, linear"),
        ({"initialisation": "zeros"}, "option initialisation is zeros; allowed: xavier, he_normal, lecun_normal"),
        ({"pooling": "min"}, "option pooling is min; allowed: max, average"),
    ],
)
def test_unknown_options_are_refused_in_one_line(options, words):
    described = {"name": "mine", "library": "learnorder", "model": "st_vgg", "options": options}
    with pytest.raises(UserError, match=words):
        build(described, SHAPE, CLASSES)


def test_images_that_four_halvings_leave_nothing_of_are_refused():
    described = {"name": "mine", "library": "learnorder", "model": "st_vgg", "options": {}}
    with pytest.raises(UserError, match="4 halvings leave nothing of 8×8 pixels"):
        build(described, (3, 8, 8), CLASSES)
