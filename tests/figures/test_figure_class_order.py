"""The order of classes: names, shares and ranks."""

import polars as pl
import pytest

from learnorder import tables
from learnorder.figures import class_order, style

NAME = ("cats", "cnn", "sgd")
ABOUT = {
    "datasets": {
        "cats": {"reader": "subset", "of": "animals"},
        "animals": {"reader": "cifar", "superclass": "felines", "superclasses": {"felines": ["lynx", "tabby"]}},
    }
}


def frames(known=(1.0, 0.6)):
    points = [
        {"split": split, "epoch": epoch, "class": number, "networks": 10, "examples": 20}
        | {"of_known": None if share is None else abs(number - share), "of_predictions": 0.5}
        for split in ("train", "test")
        for epoch, share in zip((0.5, 1.0), known, strict=True)
        for number in (0, 1)
    ]
    order = [
        {"split": split, "class": number, "networks": 10, "examples": 20, "rank": rank, "concordance": 0.8}
        | {"rank_low": rank - 0.1, "rank_high": rank + 0.1, "concordance_low": 0.7, "concordance_high": 0.9}
        for split in ("train", "test")
        for number, rank in ((0, 1.8), (1, 1.2))
    ]
    return {NAME: pl.DataFrame(points, infer_schema_length=None)}, {NAME: pl.DataFrame(order)}


@pytest.fixture(autouse=True)
def theme():
    style.apply()


def test_classes_have_their_names_and_stand_in_the_order_in_which_they_are_learned(tmp_path):
    table = class_order.table(*frames(), ABOUT)
    assert set(table["class"]) == {"lynx", "tabby"}
    tables.write_csv(tmp_path / "table.csv", table)
    known, predicted, ranks = class_order.draw(tables.read_csv(tmp_path / "table.csv")).axes
    assert known.get_ylabel() == "cats, train\ncnn\nshare of examples"
    assert [label.get_text() for label in ranks.get_yticklabels()] == ["tabby", "lynx"]
    assert ranks.get_title() == "W = 0.80 (0.70 to 0.90)"
    assert len(known.collections) == len(predicted.collections) == 2


def test_where_no_example_is_known_to_all_it_says_so():
    table = class_order.table(*frames(known=(None, None)), ABOUT)
    known, *_ = class_order.draw(table).axes
    assert known.texts[0].get_text() == "no example that all networks know"


def test_classes_without_names_have_numbers_and_test_stands_in_for_a_missing_train():
    points, order = ({NAME: of[NAME].filter(split="test")} for of in frames())
    table = class_order.table(points, order, {"datasets": {}})
    assert set(table["class"]) == {"0", "1"}
    assert class_order.draw(table).axes[0].get_ylabel().startswith("cats, test\n")
