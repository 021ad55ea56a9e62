"""Networks that start from published weights, or from those of a file."""

import hashlib
import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
import timm
import torch
from conftest import Clone
from patches import identity
from safetensors.torch import save_file
from torchvision import models

from learnorder import extraction
from learnorder.errors import UserError
from learnorder.networks import weights
from learnorder.networks.build import build
from learnorder.networks.published import fetch
from learnorder.study import published
from learnorder.study.model import Study
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


def test_networks_are_trained_and_features_extracted_from_the_weights(patches, tmp_path):
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
    described = Study(config).identity("digits", "own", "sgd")["architecture"]
    assert described["weights"]["sha256"] == ["a" * 64]
    for changed, words in (
        ({"stem": "small"}, "architectures.own.weights is w.pth with `stem: small`"),
        ({"weights": {"name": "w.pth"}}, "architectures.own.weights.sha256 is missing"),
    ):
        config["architectures"]["own"] |= changed
        with pytest.raises(UserError, match=re.escape(words)):
            Study(config)


def planned(config, dataset="digits", architecture="own", **entry):
    config["architectures"]["own"] = {"library": "timm", "weights": "pretrained"} | entry
    config["collections"] = [{"dataset": dataset, "architecture": architecture, "recipe": "sgd", "networks": 2}]
    return Study(config)


@pytest.mark.parametrize(
    ("library", "model", "file"),
    [
        ("torchvision", "inception_v3", "inception_v3_google-0cc3c7bd.pth"),
        ("torchvision", "resnet50", "resnet50-11ad3fa6.pth"),
        ("timm", "resnet18", "resnet18_a1_0-d63eafa0.pth"),
    ],
)
def test_published_weights_are_known_by_the_digits_in_the_name_of_their_file(config, library, model, file):
    study = planned(config, library=library, model=model)
    described = study.identity("digits", "own", "sgd")["architecture"]
    assert described["weights"] == {"name": file, "sha256": [file.rpartition("-")[2].removesuffix(".pth")]}
    assert "addresses" not in described  # where it came from does not change what it holds
    [address] = study.published[file]["addresses"]
    assert address.startswith("https://")


def test_every_model_of_torchvision_has_weights_with_a_checksum():
    for model in models.list_models(module=models):
        assert published.HASHED.search(models.get_model_weights(model).DEFAULT.url)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"library": "learnorder", "model": "mlp"}, "nobody publishes weights of mlp, which is hand-made"),
        ({"library": "scikit-learn", "model": "random_forest"}, "pretrained; allowed: only for networks"),
        ({"model": "resnet18", "stem": "small"}, "weights is pretrained with `stem: small`"),
        ({"model": "no_such"}, "timm names no address of its weights (model no_such); allowed: `weights: {name: "),
        ({"library": "torchvision", "model": "no_such"}, "torchvision names no address of its weights"),
        ({"model": "test_resnet"}, "timm names no address of its weights (model test_resnet)"),
        ({"model": "vit_tiny_patch16_224"}, "publishes Ti_16-i21k-300ep-lr_0.001"),
        ({"model": "resnet18", "weights": "imagenet"}, "weights is 'imagenet'; allowed: "),
    ],
)
def test_what_has_no_published_weights_is_refused_in_words(config, entry, words):
    with pytest.raises(UserError, match=re.escape(words)) as told:
        planned(config, **entry)
    assert "\n" not in str(told.value)
    assert str(told.value).startswith("configuration: architectures.own.weights is ")


def test_features_need_weights_that_fit_too(config):
    config["datasets"]["features"] = {"reader": "extracted", "of": "digits", "architecture": "own"}
    with pytest.raises(UserError, match="weights is pretrained with `stem: small`"):
        planned(config, "features", "mlp", model="resnet18", stem="small")
    assert list(planned(config, "features", "mlp", model="resnet18").published) == ["resnet18_a1_0-d63eafa0.pth"]


def test_a_study_that_asks_for_no_published_weights_asks_no_library(config, monkeypatch):
    monkeypatch.setattr(published, "_address", None)
    assert not Study(config).published


@pytest.fixture
def hashed(pretrained, tmp_path):
    """A file of weights that has the first digits of its SHA-256 in its name."""
    (tmp_path / "mirror").mkdir()
    torch.save(pretrained.state_dict(), path := tmp_path / "mirror" / "w.pth")
    return path.rename(path.with_stem(f"w-{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"))


@pytest.fixture
def address(hashed):
    """Where a server on the loopback has that file's folder."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *words):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=hashed.parent)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def fetched(described, folder):
    fetch(described, output := folder / "results/weights" / described["weights"]["name"])
    return output


def test_published_weights_come_from_a_mirror_or_the_official_address(hashed, address, tmp_path, monkeypatch):
    digits = hashed.stem.rpartition("-")[2]
    described = entry(hashed, weights={"name": hashed.name, "sha256": [digits]}, addresses=[address])
    assert fetched(described, tmp_path / "official").read_bytes() == hashed.read_bytes()
    # No address answers, but a mirror has it; there the trainer finds what was fetched.
    described["addresses"] = ["http://127.0.0.1:9"]
    with monkeypatch.context() as patch:
        patch.setenv("LEARNORDER_MIRRORS", str(hashed.parent))
        assert fetched(described, tmp_path / "mirrored").read_bytes() == hashed.read_bytes()
    monkeypatch.chdir(tmp_path / "mirrored")
    assert torch.equal(started(described, 0).conv_stem.weight, torch.load(hashed)["conv_stem.weight"])


def test_another_content_under_the_name_is_refused(hashed, address, tmp_path):
    described = entry(hashed, weights={"name": hashed.name, "sha256": ["0" * 8]}, addresses=[address])
    with pytest.raises(UserError, match=f"architecture own: no source has {hashed.name} .*wrong SHA-256") as told:
        fetched(described, tmp_path)
    assert "\n" not in str(told.value)
    assert not list(tmp_path.rglob("results/weights/*.pth"))


def test_auxiliary_classifiers_are_left_out(tmp_path):
    torch.manual_seed(7)
    whole = models.inception_v3(weights=None, aux_logits=True, init_weights=False)
    torch.save(whole.state_dict(), path := tmp_path / "w.pth")
    network = started(entry(path, library="torchvision", model="inception_v3"), 0, shape=(3, 75, 75))
    assert torch.equal(network.Mixed_7c.branch1x1.conv.weight, whole.Mixed_7c.branch1x1.conv.weight)
    assert not network.transform_input


STUDY = {
    "study": "tiny",
    "seeds_per_job": 2,
    "collections": [
        {"dataset": "some", "architecture": "own", "recipe": "brief", "networks": 2},
        {"dataset": "features", "architecture": "linear", "recipe": "brief", "networks": 2},
    ],
    "datasets": {
        "some": {"reader": "subset", "of": "digits", "examples": {"train": 40, "test": 20}},
        "features": {"reader": "extracted", "of": "some", "architecture": "own", "size": 32},
    },
    "architectures": {"own": {"library": "timm", "model": "test_resnet", "weights": "pretrained"}},
    "recipes": {
        "brief": {"epochs": 1, "evaluate_at": [1], "batch_size": 20, "optimiser": "sgd", "learning_rate": 0.01}
    },
    "figures": ["same_order"],
}
# In each process of the clone, in place of timm: no file of the test has the digits of a published one.
PUBLISHES = """
from learnorder.study import published
published._address = lambda library, model: "http://127.0.0.1:9/{name}"
"""


@pytest.mark.long
def test_a_study_fetches_the_weights_once_then_trains_and_extracts_from_them(tmp_path):
    (tmp_path / "mirror").mkdir()
    torch.manual_seed(7)
    torch.save(timm.create_model("test_resnet", in_chans=1).state_dict(), path := tmp_path / "mirror" / "w.pth")
    path = path.rename(path.with_stem(f"w-{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"))
    (tmp_path / "sitecustomize.py").write_text(PUBLISHES.replace("{name}", path.name), encoding="utf-8")
    environment = {"PYTHONPATH": str(tmp_path), "LEARNORDER_MIRRORS": str(path.parent)}
    clone = Clone(tmp_path / "clone", STUDY)
    # Features alone, then networks.
    said, _ = clone.run("results/datasets/features/examples.parquet", "--dry-run", **environment)
    assert f"Fetching the weights {path.name}" in said
    said, _ = clone.run("outcomes", **environment)
    results = clone.folder / "results"
    assert (results / "weights" / path.name).read_bytes() == path.read_bytes()
    for collection in ("some/own", "features/linear"):
        assert len(list((results / f"tiny/outcomes/{collection}/brief").glob("*/seeds-000-001.parquet"))) == 1
    said, _ = clone.run("outcomes", "--dry-run", **environment)
    assert "Fetching" not in said
    # Other weights are another collection.
    (other := path.with_stem("w-00000000")).write_bytes(path.read_bytes())
    (tmp_path / "sitecustomize.py").write_text(PUBLISHES.replace("{name}", other.name), encoding="utf-8")
    said, _ = clone.run("outcomes", expect=1, **environment)
    assert f"no source has {other.name} with its SHA-256" in said
