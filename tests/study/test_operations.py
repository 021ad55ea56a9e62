"""Operations that are counted, not asked for."""

import pytest
from conftest import configuration

from learnorder import stages
from learnorder.errors import UserError
from learnorder.networks.build import build
from learnorder.networks.cost import cost
from learnorder.study import operations, planning
from learnorder.study.model import Study


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Nothing is remembered yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(operations, "_known", {})
    return tmp_path


def of_own(*entries, dataset="cifar10"):
    """A study of architectures that no catalogue has."""
    config = configuration()
    names = [f"own_{number}" for number in range(len(entries))]
    config["architectures"] |= dict(zip(names, entries, strict=True))
    config["collections"] = [{"dataset": dataset, "architecture": names, "recipe": "sgd", "networks": 2}]
    return Study(config)


def test_operations_by_hand():
    study = of_own({"model": "linear"}, dataset="digits")
    assert planning.multiply_adds(study, study.collections[0]) == 64 * 10


def test_an_own_model_is_counted_as_it_is_built_and_is_no_resnet():
    study = of_own({"library": "timm", "model": "mobilenetv3_small_050", "smallest": 32})
    collection = study.collections[0]
    network = build(study.described("architectures", "own_0"), (3, 32, 32), 10)
    assert planning.multiply_adds(study, collection) == cost(network, (3, 32, 32))[1]
    study.config["architectures"]["own_0"]["multiply_adds_per_pixel"] = planning.PER_PIXEL
    as_before = stages.training_seconds(study, collection, 1)
    del study.config["architectures"]["own_0"]["multiply_adds_per_pixel"]
    assert stages.training_seconds(study, collection, 1) < as_before / 50


def test_texts_are_counted_too():
    study = of_own({"model": "bilstm_attention", "takes": "text"}, dataset="docstrings")
    described, [collection] = study.described("architectures", "own_0"), study.collections
    length, words = study["datasets"]["docstrings"]["length"], study["datasets"]["docstrings"]["words"]
    network = build(
        described, (length,), planning.classes(study["datasets"], "docstrings"), vocabulary=["word"] * words
    )
    assert planning.multiply_adds(study, collection) == cost(network, (length,))[1]


def test_all_are_counted_at_once_and_remembered(home, monkeypatch, capsys):
    study = of_own({"model": "linear"}, {"model": "mlp"}, dataset="digits")
    planning.count(study, study.collections)
    assert capsys.readouterr().err == "learnorder: counting the operations of own_0, own_1, once\n"
    assert len(list(home.rglob("*"))) == 4
    monkeypatch.setattr(operations, "_known", {})
    monkeypatch.setattr(operations, "_counted", None)
    planning.count(study, study.collections)
    assert planning.multiply_adds(study, study.collections[0]) == 640


def test_a_model_that_does_not_exist_is_named_before_anything_runs():
    study = of_own({"library": "timm", "model": "resnet_18"})
    with pytest.raises(UserError, match="architecture own_0: model is 'resnet_18' of timm"):
        planning.count(study, study.collections)
    assert planning.multiply_adds(study, study.collections[0]) == planning.PER_PIXEL * 32 * 32


def test_where_nothing_can_be_remembered_it_is_counted(home):
    (home / "learnorder").write_bytes(b"in the way of its folder")
    study = of_own({"model": "linear"}, dataset="digits")
    assert planning.multiply_adds(study, study.collections[0]) == 640
