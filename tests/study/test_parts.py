import re

import pytest

from learnorder.errors import UserError
from learnorder.study import parts
from learnorder.study.fit import train_examples
from learnorder.study.model import Study


def test_one_name_stands_for_all_parts(config):
    config["datasets"]["cut"] = {"reader": "subset", "of": "digits", "parts": 12}
    config["collections"] = [
        {"dataset": ["digits", "cut"], "architecture": ["mlp", "cnn"], "recipe": "sgd", "networks": 2}
    ]
    config["drawn_datasets"] = ["cut"]
    config["recipes"]["sgd"]["evaluate_at"] = [1, 10]
    study = Study(config)
    names = [f"cut_{number:02d}" for number in range(1, 13)]
    assert list(dict.fromkeys(c.dataset for c in study.collections)) == ["digits", *names]
    assert len(study.collections) == 26
    assert study["drawn_datasets"] == names
    assert study["datasets"]["cut_07"]["part"] == {"of": 12, "number": 7}
    assert "cut" not in study["datasets"]
    identities = {str(study.identity(name, "mlp", "sgd")) for name in names}
    assert len(identities) == 12
    # 1,198 train examples: the first ten of twelve parts have one more.
    assert [train_examples(study["datasets"], name) for name in names] == [100] * 10 + [99] * 2


def test_parts_that_nobody_names_are_left_alone(config):
    assert Study(config)["datasets"]["fashion_mnist_60"]["parts"] == 60


def test_the_catalogue_cuts_fashion_mnist_as_the_paper_does(config):
    config["collections"] = [
        {"dataset": "fashion_mnist_60", "architecture": "cnn", "recipe": "sgd", "networks": 100}
    ]
    study = Study(config)
    assert len(study.collections) == 60
    assert {train_examples(study["datasets"], c.dataset) for c in study.collections} == {1000}


@pytest.mark.parametrize("examples", [59, 60, 61, 100])
def test_sizes_of_parts_add_up(examples):
    assert sum(parts.size(examples, {"of": 7, "number": number}) for number in range(1, 8)) == examples


@pytest.mark.parametrize(
    ("name", "entry", "words"),
    [
        ("cut", {"part": {"of": 3, "number": 4}}, "datasets.cut.part.number is 4; allowed: 1 to 3"),
        (
            "cut",
            {"parts": 1199},
            "datasets.cut_0001 is one of 1199 parts; allowed: at most the 1198",
        ),
        ("cut", {"parts": 1}, "datasets.cut.parts is 1; allowed: integer, at least 2"),
        ("digits_", {"parts": 3}, "datasets.digits__1 has the name of a part of digits_; allowed: another name"),
    ],
)
def test_parts_that_do_not_fit_are_refused(config, name, entry, words):
    digits = {"reader": "subset", "of": "digits"}
    config["datasets"] |= {name: digits | entry, "digits__1": digits}
    config["collections"] = [{"dataset": name, "architecture": "mlp", "recipe": "sgd", "networks": 2}]
    with pytest.raises(UserError, match=re.escape(words)):
        Study(config)
