"""A sweep: which value a collection has of which hyper-parameter, and where it is drawn."""

import polars as pl
import pytest

from learnorder import tables
from learnorder.figures import hyper_parameters, style
from learnorder.study.collection import Collection
from learnorder.study.hyper_parameters import hyper_parameter, setting

SGD = {"optimiser": "sgd", "batch_size": 100, "learning_rate": 0.1, "dropout": 0}
CONFIG = {
    "architectures": {
        "st_vgg": {"model": "st_vgg"},
        "st_vgg_relu": {"model": "st_vgg", "options": {"activation": "relu"}},
        "without": {"model": "st_vgg", "options": {"dropout": 0}},
        "mlp": {"model": "mlp"},
    },
    "recipes": {
        "sgd": SGD,
        "adam": SGD | {"optimiser": "adam", "learning_rate": 0.001},
        "fast": SGD | {"learning_rate": 1},
        "large": SGD | {"batch_size": 500, "learning_rate": 0.5},
        "half": SGD | {"dropout": 0.5},
    },
    "settings": {"accuracies": [0.4, 0.8]},
}


def of(architecture, recipe):
    return Collection("cats", architecture, recipe, 10)


@pytest.mark.parametrize(
    ("architecture", "recipe", "name", "value"),
    [
        ("st_vgg", "adam", "optimiser", "adam"),
        ("st_vgg", "fast", "learning_rate", 1),
        ("st_vgg", "large", "batch_size", 500),
        ("st_vgg", "half", "dropout", 0.5),
        ("st_vgg_relu", "sgd", "activation", "relu"),
        ("without", "sgd", "dropout", 0),
        ("st_vgg", "sgd", "", None),
    ],
)
def test_a_collection_stands_under_the_first_setting_in_which_it_differs(architecture, recipe, name, value):
    assert hyper_parameter(CONFIG, of("st_vgg", "sgd"), of(architecture, recipe)) == name
    assert setting(CONFIG, of(architecture, recipe), name) == value
    assert setting(CONFIG, of("st_vgg", "sgd"), "dropout") == "0.25, 0.5"


def measured(beta, accuracy=(0.3, 0.55, 0.9)):
    rows = [
        {"split": split, "epoch": 1.0 + place, "networks": 20, "examples": 50, "at_chance": False}
        | {f"accuracy{end}": accuracy[place] for end in ("", "_low", "_high")}
        | {
            f"{name}{end}": beta + place
            for name in ("bimodality", "relative_bimodality")
            for end in ("", "_low", "_high")
        }
        for split in ("train", "test")
        for place in range(3)
    ]
    return pl.DataFrame(rows)


EPOCHS = {
    ("cats", "st_vgg", "sgd"): measured(0.1),
    ("cats", "st_vgg", "adam"): measured(0.2),
    ("cats", "st_vgg", "fast"): measured(0.3, accuracy=(0.1, 0.2, 0.3)),
    ("cats", "mlp", "sgd"): measured(0.4),
    ("cats", "theirs", "elsewhere"): measured(0.5),
}


def test_the_reference_stands_under_each_hyper_parameter_and_others_under_theirs():
    table = hyper_parameters.table(EPOCHS, CONFIG).filter(split="test")
    rows = table.select("hyper_parameter", "value", "at", "reference", "relative_bimodality").rows()
    assert rows == [
        ("optimiser", "sgd", "middle", True, pytest.approx(1.1)),
        ("optimiser", "sgd", "end", True, pytest.approx(2.1)),
        ("optimiser", "adam", "middle", False, pytest.approx(1.2)),
        ("optimiser", "adam", "end", False, pytest.approx(2.2)),
        ("learning_rate", "0.1", "middle", True, pytest.approx(1.1)),
        ("learning_rate", "0.1", "end", True, pytest.approx(2.1)),
        # Never as accurate as is looked at.
        ("learning_rate", "1", "end", False, pytest.approx(2.3)),
    ]


def test_a_panel_per_hyper_parameter_with_b_on_the_right(tmp_path):
    style.apply()
    tables.write_csv(tmp_path / "table.csv", hyper_parameters.table(EPOCHS, CONFIG))
    figure = hyper_parameters.draw(tables.read_csv(tmp_path / "table.csv"))
    optimiser, rate, *end = figure.axes[:4]
    assert [axes.get_xlabel() for axes in end] == ["optimiser", "learning rate"]
    assert [label.get_text() for label in end[0].get_xticklabels()] == ["adam", "sgd"]
    assert [label.get_text() for label in end[1].get_xticklabels()] == ["0.1", "1"]
    assert optimiser.get_ylabel() == "β near accuracy\n0.6"
    right = [child for child in rate.get_children() if "Secondary" in type(child).__name__]
    assert right[0].get_ylabel() == "b (20 networks)"


def test_without_two_settings_it_says_so():
    style.apply()
    table = hyper_parameters.table({("cats", "mlp", "sgd"): measured(0.1)}, CONFIG)
    assert hyper_parameters.draw(table).axes[0].texts[0].get_text() == "no model with two settings"
