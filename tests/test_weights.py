"""Networks that start from the weights of a file."""

import hashlib
import re

import pytest
import timm
import torch
from conftest import SCHEMA
from safetensors.torch import save_file
from test_training import dataset as patches  # noqa: F401
from test_training import identity
from torchvision import models

from learnorder import extraction
from learnorder.configuration import Study
from learnorder.errors import UserError
from learnorder.networks import weights
from learnorder.networks.build import build
from learnorder.training.job import Job

MODEL = "mobilenetv3_small_050"
SHAPE = (3, 32, 32)


@pytest.fixture(scope="module")
def pretrained():
    """A network for 1,000 classes, as people publish their weights."""
    torch.manual_seed(7)
    return timm.create_model(MODEL, num_classes=1000, in_chans=3)


def entry(path, library="timm", model=MODEL, **changed):
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    return {
        "name": "own",
        "library": library,
        "model": model,
        "options": {},
        "stacked": 1,
        "weights": {"name": str(path), "sha256": [checksum]},
    } | changed


def started(described, seed, shape=SHAPE):
    torch.manual_seed(seed)
    network = build(described, shape, 5)
    weights.load(network, described, 5)
    return network


@pytest.mark.parametrize("form", ["safetensors", "torch", "nested", "parallel"])
def test_all_but_the_head_is_that_of_the_file(pretrained, tmp_path, form):
    state = pretrained.state_dict()
    path = tmp_path / ("w.safetensors" if form == "safetensors" else "w.pth")
    if form == "safetensors":
        save_file(state, path)
    else:
        wrapped = {f"module.{name}": value for name, value in state.items()}
        torch.save({"torch": state, "nested": {"epoch": 3, "state_dict": state}, "parallel": wrapped}[form], path)
    one, other = (started(entry(path), seed).state_dict() for seed in (0, 1))
    assert one["classifier.weight"].shape == (5, 1024)
    assert not torch.equal(one["classifier.weight"], other["classifier.weight"])
    for name, value in state.items():
        if not name.startswith("classifier"):
            assert torch.equal(one[name], value)
            assert torch.equal(other[name], value)


def test_the_head_is_drawn_although_it_would_fit(pretrained, tmp_path):
    path = tmp_path / "w.pth"
    torch.manual_seed(1)
    five = timm.create_model(MODEL, num_classes=5)
    torch.save(five.state_dict(), path)
    assert not torch.equal(started(entry(path), 0).classifier.weight, five.classifier.weight)


def test_grey_images_before_a_model_of_torchvision(tmp_path):
    torch.manual_seed(7)
    whole = models.mobilenet_v2(width_mult=0.25)
    path = tmp_path / "w.pth"
    torch.save(whole.state_dict(), path)
    described = entry(path, library="torchvision", model="mobilenet_v2", options={"width_mult": 0.25})
    network = started(described, 0, shape=(1, 32, 32))
    assert torch.equal(network[1].features[0][0].weight, whole.features[0][0].weight)


def test_what_does_not_fit_is_named(pretrained, tmp_path, monkeypatch):
    monkeypatch.setenv("LEARNORDER_MIRRORS", str(tmp_path))
    path = tmp_path / "w.pth"
    torch.save(pretrained.state_dict(), path)
    fits = entry(path, weights={"name": "w.pth", "sha256": entry(path)["weights"]["sha256"]})
    started(fits, 0)  # by its name on a mirror
    (tmp_path / "text.pth").write_bytes(b"no weights")
    torch.save([1, 2], tmp_path / "list.pth")
    for described, shape, words in (
        (fits | {"weights": {"name": "w.pth", "sha256": ["0" * 64]}}, SHAPE, f"{path}: wrong SHA-256"),
        (fits | {"weights": {"name": "none.pth", "sha256": ["0" * 64]}}, SHAPE, "none.pth: no such file"),
        (fits | {"model": "resnet18"}, SHAPE, "has no weights `conv1.weight`; allowed: weights of the same model"),
        (fits, (1, 32, 32), "weights `conv_stem.weight` are 16×3×3×3 in"),
        (entry(tmp_path / "text.pth"), SHAPE, "allowed: weights as .safetensors, or as torch saves them"),
        (entry(tmp_path / "list.pth"), SHAPE, "holds list; allowed: a state dict"),
    ):
        with pytest.raises(UserError, match=re.escape(words)) as told:
            started(described, 0, shape)
        assert "\n" not in str(told.value)
        assert str(told.value).startswith("architecture own: ")


def test_networks_are_trained_and_features_extracted_from_the_weights(patches, tmp_path):  # noqa: F811
    wanted = identity("mlp", {"widths": [12, 5]}, shift=0)
    torch.manual_seed(3)
    path = tmp_path / "w.pth"
    torch.save(build(wanted["architecture"], (1, 8, 8), 3).state_dict(), path)
    with_weights = wanted["architecture"] | {"weights": entry(path)["weights"]}
    one, other = (
        extraction.extract(patches, {"architecture": with_weights, "seed": seed}).splits["test"].inputs
        for seed in (0, 1)
    )
    assert (one == other).all()  # the seed draws the head alone
    drawn = extraction.extract(patches, {"architecture": wanted["architecture"], "seed": 0})
    assert not (one == drawn.splits["test"].inputs).all()
    job = Job(patches, {}, wanted | {"architecture": with_weights}, torch.device("cpu"))
    first, second = (job.network(seed).state_dict() for seed in (0, 1))
    same = {name for name, value in first.items() if torch.equal(value, second[name])}
    assert first.keys() - same == {"5.weight", "5.bias"}


def test_the_checksum_of_the_weights_is_part_of_the_identity_and_needed(config):
    config["architectures"]["own"] = {
        "library": "timm",
        "model": MODEL,
        "weights": {"name": "w.pth", "sha256": ["a" * 64]},
    }
    config["collections"] = [{"dataset": "digits", "architecture": "own", "recipe": "sgd", "networks": 2}]
    described = Study(config, SCHEMA).identity("digits", "own", "sgd")["architecture"]
    assert described["weights"]["sha256"] == ["a" * 64]
    for changed, words in (
        ({"stem": "small"}, "architectures.own.weights is w.pth with `stem: small`"),
        ({"weights": {"name": "w.pth"}}, "architectures.own.weights.sha256 is missing"),
    ):
        config["architectures"]["own"] |= changed
        with pytest.raises(UserError, match=re.escape(words)):
            Study(config, SCHEMA)
