import re
from math import prod

import numpy as np
import pytest
import torch
import yaml
from conftest import ROOT
from torch import nn

from learnorder.datasets import canonical
from learnorder.datasets.canonical import Dataset, Split
from learnorder.errors import UserError
from learnorder.networks import cost as costs
from learnorder.networks.build import build
from learnorder.networks.cost import cost
from learnorder.study.model import Study

VOCABULARY = ["", "?", "how", "do", "i", "sort", "a", "list", "in", "python", "without", "loops"]
LENGTH = 12
SHAPES = {"28x28x1": (1, 28, 28), "32x32x3": (3, 32, 32)}


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def architecture(model, library="learnorder", takes="images", stem="own", **options):
    entry = {"name": "mine", "library": library, "model": model, "takes": takes, "stem": stem}
    return entry | {"options": options}


def catalogue():
    entries = yaml.safe_load((ROOT / "config" / "architectures.yaml").read_text(encoding="utf-8"))["architectures"]
    defaults = {"library": "learnorder", "takes": "images", "stem": "own", "smallest": 1, "options": {}}
    return {
        name: {"name": name} | defaults | entry
        for name, entry in entries.items()
        if entry.get("library") != "scikit-learn"
    }


CATALOGUE = catalogue()
OF_TEXT = [name for name, entry in CATALOGUE.items() if entry["takes"] == "text"]
AT_224 = [name for name in CATALOGUE if name.endswith("_224")]
SMALL = [name for name, entry in CATALOGUE.items() if name not in OF_TEXT and entry["smallest"] <= 32]
NAMED_BY_NO_ONE = {
    "convnext": architecture("test_convnext", "timm", stem="small"),
    "mobilenet": architecture("mobilenetv3_small_050", "timm", stem="small"),
    "timm's own": architecture("test_resnet", "timm"),
    "swin": architecture(
        "swin_tiny_patch4_window7_224", "timm", stem="small", depths=[1, 1], num_heads=[2, 4], embed_dim=16
    ),
    "shufflenet": architecture("shufflenet_v2_x0_5", "torchvision", stem="small"),
    "no entry's stem": {"name": "mine", "library": "learnorder", "model": "mlp", "options": {"widths": [32, 16]}},
}
TEXTS = {
    "bilstm_attention": architecture("bilstm_attention", takes="text", embedding=5, width=4, attention=3),
    "text_transformer": architecture("text_transformer", takes="text", embedding=8, heads=2, hidden=6),
}


def parameters(network):
    return sum(parameter.numel() for parameter in network.parameters())


def losses_of_a_step(network, inputs, classes=10, length=0.01):
    """Loss before and after a step of the given length down the gradient."""
    labels = torch.arange(len(inputs)) % classes
    losses = []
    for _ in range(2):
        torch.manual_seed(0)  # the same units are dropped
        logits = network(inputs)
        assert logits.shape == (len(inputs), classes)
        loss = nn.functional.cross_entropy(logits, labels)
        losses.append(loss.item())
        network.zero_grad()
        loss.backward()
        norm = torch.cat([parameter.grad.flatten() for parameter in network.parameters()]).norm()
        assert norm > 0
        with torch.no_grad():
            for parameter in network.parameters():
                parameter -= length * parameter.grad / norm
    return losses


@pytest.mark.parametrize(
    "described", [*map(CATALOGUE.get, SMALL), *NAMED_BY_NO_ONE.values()], ids=lambda it: it["model"]
)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_step_down_the_gradient_lowers_the_loss(described, shape):
    torch.manual_seed(0)
    network = build(described, shape, classes=10)
    before, after = losses_of_a_step(network, torch.randn(4, *shape))
    assert after < before
    assert network.eval()(torch.randn(1, *shape)).isfinite().all()


PUBLISHED = {
    "alexnet": 61_100_840,
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
    "resnet18": 11_689_512,
    "resnet50": 25_557_032,
    "densenet121": 7_978_856,
    "googlenet": 6_624_904,
    "vit": 5_717_416,
}


@pytest.mark.parametrize("name", AT_224)
def test_at_their_own_size_architectures_are_as_published(name):
    described, small = CATALOGUE[name], CATALOGUE[name.removesuffix("_224")]
    assert (described["stem"], small["stem"]) == ("own", "small")
    assert (described["library"], described["model"]) == (small["library"], small["model"])
    with torch.device("meta"):  # sizes alone
        network = build(described, (3, 224, 224), classes=1000)
        assert network.eval()(torch.randn(1, 3, 224, 224)).shape == (1, 1000)
    assert parameters(network) == PUBLISHED[small["name"]]


@pytest.mark.parametrize("name", AT_224)
@pytest.mark.parametrize("dataset", ["fashion_mnist", "cifar10"])
def test_28_and_32_pixels_are_too_few_for_models_of_224(name, dataset, config):
    config["collections"] = [{"dataset": dataset, "architecture": name, "recipe": "sgd", "networks": 2}]
    with pytest.raises(UserError, match=f"{name} takes images of at least {CATALOGUE[name]['smallest']} pixels"):
        Study(config)


def smallest_map(network, shape):
    """Height of the smallest feature map that a convolution or a pooling of fixed size gives."""
    heights = []
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
            module.register_forward_hook(lambda module, inputs, output: heights.append(output.shape[2]))
    with torch.inference_mode():
        assert network.eval()(torch.zeros(1, *shape)).isfinite().all()
    return min(heights)


STRIDED = [name for name in SMALL + AT_224 if not re.match("linear|deep_linear|mlp|vit|alexnet|vgg19", name)]


@pytest.mark.parametrize("name", STRIDED)
def test_the_smallest_image_leaves_one_pixel_or_two_of_a_model_for_224(name):
    smallest, left = CATALOGUE[name]["smallest"], 2 if name in AT_224 else 1
    for times in (1, 2):
        shape = (3, times * smallest, times * smallest)
        assert smallest_map(build(CATALOGUE[name], shape, classes=2), shape) == times * left


@pytest.mark.parametrize("name", [name for name in SMALL + AT_224 if re.match("cnn|vit|alexnet|vgg16$", name)])
def test_an_image_below_the_smallest_is_refused(name):
    smallest = CATALOGUE[name]["smallest"]
    with torch.device("meta"):
        build(CATALOGUE[name], (3, smallest, smallest), classes=2)
        with pytest.raises(UserError, match=f"does not take.*{smallest - 1}"):
            build(CATALOGUE[name], (3, smallest - 1, smallest - 1), classes=2)


def test_a_small_stem_changes_only_the_stem():
    def shapes(stem):
        network = build(architecture("resnet18", "torchvision", stem=stem), (3, 64, 64), 10)
        return {name: tuple(parameter.shape) for name, parameter in network.named_parameters()}, network

    (own, _), (small, network) = shapes("own"), shapes("small")
    assert {name for name in own if own[name] != small[name]} == {"conv1.weight"}
    assert small["conv1.weight"] == (64, 3, 3, 3)
    assert isinstance(network.maxpool, nn.Identity)
    assert network.layer2[0].conv1.stride == (2, 2)


def test_a_small_stem_keeps_the_variance_that_its_library_draws():
    torch.manual_seed(0)
    vgg = build(architecture("vgg16", "torchvision", stem="small"), (3, 32, 32), 10)
    own = [(512 * 49, 0.01), (4096, 0.01), (4096, 0.01)]
    for layer, (inputs, deviation) in zip(vgg.classifier[::3], own, strict=True):
        assert layer.weight.std().item() == pytest.approx(deviation * (inputs / 512) ** 0.5, rel=0.05)
    # torch's own draw is uniform up to 1 / sqrt(inputs), also for biases.
    alexnet = build(architecture("alexnet", "torchvision", stem="small"), (3, 32, 32), 10)
    for layer, inputs in ((alexnet.features[0], 27), (alexnet.classifier[1], 256)):
        for drawn in (layer.weight, layer.bias):
            assert drawn.abs().max().item() == pytest.approx(inputs**-0.5, rel=0.05)
            assert drawn.abs().max().item() <= inputs**-0.5 + 1e-6


def test_a_vision_transformer_has_patches_of_4_pixels_unless_told_otherwise():
    def patches(**options):
        described = architecture("vit_tiny_patch16_224", "timm", stem="small", depth=1, **options)
        return build(described, (1, 28, 28), 10).patch_embed.num_patches

    assert patches() == 7 * 7
    assert patches(patch_size=7) == 4 * 4


@pytest.mark.parametrize(
    "described",
    [CATALOGUE["cnn_large"], CATALOGUE["alexnet"], *NAMED_BY_NO_ONE.values()],
    ids=lambda it: it["model"],
)
def test_the_global_seed_decides_the_initialisation(described):
    def weights(seed):
        torch.manual_seed(seed)
        return nn.utils.parameters_to_vector(build(described, (1, 32, 32), 3).parameters())

    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))


def test_parameters_by_hand():
    def of(*described, **options):
        return parameters(build(architecture(*described, **options), (1, 8, 8), 10))

    assert of("linear") == 64 * 10 + 10
    assert of("deep_linear", widths=[5, 4]) == 65 * 5 + 6 * 4 + 5 * 10
    assert of("mlp", widths=[5]) == 65 * 5 + 6 * 10
    # Two halvings leave 2 × 2 pixels of 3 channels.
    assert of("cnn", channels=[2, 3], width=4) == 10 * 2 + 19 * 3 + 13 * 4 + 5 * 10
    assert of("cnn", channels=[2, 3], width=4, convolutions=2) == (10 + 19) * 2 + (19 + 28) * 3 + 13 * 4 + 5 * 10
    # Batch normalisation: a scale and a shift per channel in place of a bias.
    assert of("cnn", channels=[2], width=4, batch_norm=True) == (9 + 2) * 2 + 33 * 4 + 5 * 10


def test_a_deep_linear_network_is_linear():
    network = build(architecture("deep_linear", widths=[7, 6]), (1, 4, 4), 3)
    one, two, nothing = torch.cat([torch.randn(2, 1, 4, 4), torch.zeros(1, 1, 4, 4)]).split(1)
    assert torch.allclose(network(one + two) + network(nothing), network(one) + network(two), atol=1e-6)


def test_multiply_adds_by_hand():
    def of(model, shape=(3, 8, 8), **options):
        return cost(build(architecture(model, **options), shape, 10), shape)

    assert of("linear") == (192 * 10 + 10, 192 * 10)
    assert of("mlp", widths=[5, 4])[1] == 192 * 5 + 5 * 4 + 4 * 10
    assert of("cnn", channels=[2, 3], width=4)[1] == 64 * 27 * 2 + 16 * 18 * 3 + 4 * 3 * 4 + 4 * 10
    assert of("cnn", channels=[2], width=4, batch_norm=True)[1] == 64 * 27 * 2 + 16 * 2 * 4 + 4 * 10


def test_multiply_adds_of_text_by_hand():
    def of(name):
        network = build(TEXTS[name], (LENGTH,), 3, vocabulary=VOCABULARY)
        return cost(network.train(), (LENGTH,)), network

    (lstm_parameters, lstm_adds), _ = of("bilstm_attention")
    words = len(VOCABULARY)
    # Four gates, each of width 4, see 5 numbers of a word and 4 of the state, in two directions.
    assert lstm_parameters == words * 5 + 2 * 16 * (5 + 4 + 2) + (8 * 3 + 3) + 3 + (8 * 3 + 3)
    assert lstm_adds == LENGTH * (2 * 16 * (5 + 4) + 8 * 3 + 3) + 8 * 3
    (transformer_parameters, transformer_adds), network = of("text_transformer")
    layer = 4 * (8 * 8 + 8) + (8 * 6 + 6) + (6 * 8 + 8) + 2 * 2 * 8
    assert transformer_parameters == (words + LENGTH) * 8 + 2 * layer + 2 * 8 + (8 * 3 + 3)
    products = LENGTH * (4 * 8 * 8 + 2 * 8 * 6) + 2 * LENGTH * LENGTH * 8
    assert transformer_adds == 2 * products + 8 * 3
    assert network.training


def test_the_table_of_costs(tmp_path):
    labels = np.arange(3)
    images = Split(np.zeros((3, 1, 8, 8), np.uint8), labels, labels)
    texts = Split(np.zeros((3, LENGTH), np.uint16), labels, labels)
    words = [f"word {number}" for number in range(100)]
    canonical.write(tmp_path / "images", Dataset({"train": images, "test": images}, list("abc")))
    canonical.write(tmp_path / "texts", Dataset({"train": texts, "test": texts}, list("abc"), vocabulary=words))
    networks = [
        {"dataset": "images", "described": architecture("linear")},
        {"dataset": "texts", "described": TEXTS["bilstm_attention"] | {"options": {"glove": "not read"}}},
    ]
    linear, text = (dict(zip(costs.COLUMNS, row, strict=True)) for row in costs.table(tmp_path, networks))
    assert list(linear.values()) == ["mine", "images", "1×8×8", 3, 64 * 3 + 3, 64 * 3]
    assert text["shape"] == str(LENGTH)
    assert text["parameters"] > 100 * 100


def test_dropout_is_the_models_own():
    def rates(*described, **options):
        network = build(architecture(*described, **options), (3, 32, 32), 10, dropout=0.25)
        return {module.p for module in network.modules() if isinstance(module, nn.Dropout)}

    assert rates("mlp") == rates("cnn") == rates("alexnet", "torchvision", stem="small") == {0.25}
    assert 0.25 in rates("vit_tiny_patch16_224", "timm", stem="small", depth=1)
    densenet = build(CATALOGUE["densenet121"], (3, 32, 32), 10, dropout=0.25)
    assert densenet.features.denseblock1.denselayer1.drop_rate == 0.25
    for described in TEXTS.values():
        text = build(described, (LENGTH,), 10, vocabulary=VOCABULARY, dropout=0.25)
        words = torch.randint(2, 5, (4, LENGTH))
        assert not torch.equal(text(words), text(words))
        assert torch.equal(text.eval()(words), text(words))


@pytest.mark.parametrize(
    ("described", "message"),
    [
        (architecture("linear"), "dropout is 0.5, linear of learnorder has none; allowed: .*`dropout: 0`"),
        (architecture("resnet18", "torchvision"), "dropout is 0.5, resnet18 of torchvision has none"),
        (architecture("convnext_tiny", "torchvision"), "dropout is 0.5, convnext_tiny of torchvision has none"),
        (architecture("mlp", dropout=0.2), "option dropout is 0.2, the recipe's dropout 0.5; allowed: one"),
        (architecture("mlp", width=3), r"mlp does not take options \{'width': 3\}"),
    ],
)
def test_a_dropout_that_nothing_would_do_is_refused(described, message):
    with pytest.raises(UserError, match=message):
        build(described, (3, 32, 32), 10, dropout=0.5)


@pytest.mark.parametrize(
    ("described", "message"),
    [
        (architecture("mpl"), "model is 'mpl' of learnorder for images; known are cnn, deep_linear, linear, mlp"),
        (
            architecture("resnetv2_50"),
            "linear, mlp, st_vgg; a model of timm or torchvision has `library:` in its entry",
        ),
        (architecture("resnet81", "timm"), "architecture mine: model is 'resnet81' of timm .*did you mean"),
        (architecture("resnet81", "torchvision"), "model is 'resnet81' of torchvision .*did you mean resnet18"),
        (architecture("mlp", width=3), r"mlp does not take options \{'width': 3\} \(.*unexpected keyword"),
        (architecture("resnet18", "torchvision", depth=3), r"resnet18 does not take options \{'depth': 3\}"),
        (architecture("cnn", channels=[4, 4, 4, 4]), "cnn does not take .*4 halvings leave nothing of 8×8 pixels"),
        (architecture("vit_tiny_patch16_224", "timm"), "does not take images of 1×8×8 .*allowed: .*`stem: small`"),
        (architecture("vgg11", "torchvision", stem="small"), "does not take images of 1×8×8"),
        (architecture("cnn", stem="small"), "cnn does not take `stem: small` .*allowed: `stem: own`"),
        (architecture("levit_128s", "timm", stem="small"), "levit_128s does not take `stem: small`"),
        (architecture("vit_b_16", "torchvision", stem="small"), "does not take images of 1×8×8"),
        (architecture("bilstm_attention", takes="text"), "mine takes text; allowed .* `takes: images`"),
        (architecture("bilstm_attention"), "'bilstm_attention' of learnorder for images; known are cnn"),
    ],
)
def test_what_cannot_be_built_is_told_in_one_line(described, message):
    with pytest.raises(UserError, match=message) as told:
        build(described, (1, 8, 8), 10)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("described", "message"),
    [
        (architecture("mlp"), "takes images; allowed .* `takes: text`"),
        (architecture("cnn", takes="text"), "'cnn' of learnorder for text; known are bilstm_attention, text_tr"),
        (architecture("resnet18", "timm", takes="text"), "takes text, library is timm; allowed: learnorder"),
        (architecture("text_transformer", takes="text", heads=3), "does not take options {'heads': 3}"),
    ],
)
def test_what_cannot_read_text_is_told_in_one_line(described, message):
    with pytest.raises(UserError, match=message) as told:
        build(described, (LENGTH,), 10, vocabulary=VOCABULARY)
    assert "\n" not in str(told.value)


@pytest.fixture
def deterministic():
    torch.use_deterministic_algorithms(True)
    yield
    torch.use_deterministic_algorithms(False)


def sentences(*lengths, within=LENGTH):
    """Texts of the given numbers of words, each padded."""
    generator = torch.Generator().manual_seed(0)
    words = torch.randint(1, len(VOCABULARY), (len(lengths), within), generator=generator)
    return words * (torch.arange(within) < torch.tensor(lengths)[:, None])


@pytest.mark.parametrize("described", [*TEXTS.values(), *map(CATALOGUE.get, OF_TEXT)], ids=lambda it: it["model"])
def test_a_network_of_text_learns_the_same_each_time(described, deterministic):
    def trained():
        torch.manual_seed(0)
        network = build(described, (LENGTH,), 3, vocabulary=VOCABULARY)
        losses = losses_of_a_step(network, sentences(3, 1, LENGTH, 7, 0), classes=3)
        return losses, nn.utils.parameters_to_vector(network.parameters())

    (losses, weights), (_, again) = trained(), trained()
    assert losses[1] < losses[0]
    assert torch.equal(weights, again)


@pytest.mark.parametrize("described", TEXTS.values(), ids=TEXTS)
def test_padding_changes_nothing(described):
    network = build(described, (LENGTH,), 3, vocabulary=VOCABULARY).eval()
    words = sentences(4, 1, 6, 0)
    logits = network(words)
    assert torch.allclose(logits, network(words[:, :6]), atol=1e-6)
    alone = torch.cat([network(row[None, : max(1, n)]) for row, n in zip(words, (4, 1, 6, 0), strict=True)])
    assert torch.allclose(logits, alone, atol=1e-6)
    assert not torch.allclose(logits[0], logits[2], atol=1e-3)


@pytest.mark.parametrize("described", TEXTS.values(), ids=TEXTS)
def test_the_order_of_words_counts(described):
    network = build(described, (LENGTH,), 3, vocabulary=VOCABULARY).eval()
    words = sentences(LENGTH)
    assert not torch.allclose(network(words), network(words.flip(1)), atol=1e-4)


@pytest.mark.parametrize("described", TEXTS.values(), ids=TEXTS)
def test_texts_without_words_give_finite_logits_and_gradients(described):
    network = build(described, (LENGTH,), 3, vocabulary=VOCABULARY)
    logits = network(sentences(0, 0))
    logits.sum().backward()
    assert logits.isfinite().all()
    assert all(parameter.grad.isfinite().all() for parameter in network.parameters())
    assert not network.embedding.weight.grad.any()


def vectors(path, *lines, newline="\n"):
    path.write_bytes(newline.join([*lines, ""]).encode())
    return str(path)


def with_glove(path, name="bilstm_attention", embedding=4):
    torch.manual_seed(0)
    options = {"embedding": embedding} | ({"glove": path} if path else {})
    return build(TEXTS[name] | {"options": options}, (LENGTH,), 3, vocabulary=VOCABULARY).embedding.weight


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_words_of_a_glove_file_get_its_vectors(name, newline, tmp_path):
    lines = (
        "sort 1 2 3 4",
        "zebra 9 9 9 9",
        "list -0.5 1e-1 0 7",
        ". . 1 1 1 1",
        "in\u0085 2 2 2 2",
        "42 3 3 3 3",
    )
    given = with_glove(vectors(tmp_path / "glove.txt", *lines, newline=newline), name)
    random = with_glove(None, name)
    sort, in_list = VOCABULARY.index("sort"), VOCABULARY.index("list")
    assert given[sort].tolist() == [1, 2, 3, 4]
    assert given[in_list].tolist() == pytest.approx([-0.5, 0.1, 0, 7])
    others = [row for row in range(len(VOCABULARY)) if row not in (sort, in_list)]
    assert torch.equal(given[others], random[others])
    assert not given[0].any()
    assert given.requires_grad
    assert prod(given.shape) == len(VOCABULARY) * 4


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            ["sort 1 2 3 4", "zebra 1 2 3"],
            r"glove.txt, line 2 has 3 numbers; allowed: .* option embedding says, 4$",
        ),
        (["zebra 1 2 3 4 5"], r"glove.txt, line 1 has 5 numbers"),
        (["400000 4", "sort 1 2 3 4"], "line 1 has 1 numbers"),
        (["sort 1 2 3 4", "", "list 1 2 3 4"], "line 2 has 0 numbers"),
        (["sort 1 two 3 4"], "line 1 has a could not convert string to float: 'two'"),
        (["Sort 1 2 3 4"], f"none of the {len(VOCABULARY) - 2} words of the vocabulary"),
    ],
)
def test_a_bad_glove_file_is_told_with_its_line(lines, message, tmp_path):
    with pytest.raises(UserError, match=message) as told:
        with_glove(vectors(tmp_path / "glove.txt", *lines))
    assert "\n" not in str(told.value)


def test_a_glove_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(UserError, match=r"option glove is '.*nowhere.txt' \(.*No such file"):
        with_glove(str(tmp_path / "nowhere.txt"))
    (tmp_path / "glove.zip").write_bytes(b"PK\x03\x04\xff\xfe\n")
    with pytest.raises(UserError, match=r"option glove is '.*glove.zip' \(.*codec"):
        with_glove(str(tmp_path / "glove.zip"))
