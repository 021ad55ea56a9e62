import numpy as np
import polars as pl
import pytest

from learnorder import selection
from learnorder.figures import disjoint_parts, style
from learnorder.study.model import Study

LABELS = [0, 0, 0, 1, 1, 1]


def part(*accessibility, networks=10):
    """Accessibilities of a part; the train examples are of no interest."""
    rows = {"label": LABELS, "accessibility": accessibility, "example": range(6), "networks": networks}
    test = pl.DataFrame(rows | {"split": "test"}, schema_overrides={"accessibility": pl.Float64})
    return pl.concat([test.with_columns(split=pl.lit("train"), accessibility=pl.lit(0.5)), test])


def drawn_from(**parts):
    """The table of parts by their names, such as `digits_2`."""
    entries = {name: {"of": "digits", "part": {"of": 4, "number": int(name[-1])}} for name in parts}
    return disjoint_parts.table(
        {(name, "mlp", "sgd"): frame for name, frame in parts.items()}, {"datasets": entries}
    )


ONE = (0.1, 0.2, 0.3, 0.7, 0.8, 0.9)
OTHER = (0.3, 0.2, 0.1, 0.9, 0.8, 0.7)
"""The same class comes first, in the opposite order within it."""
R = np.corrcoef(ONE, OTHER)[0, 1]


def test_pairs_of_parts_are_correlated_over_all_examples_and_within_classes():
    table = drawn_from(digits_1=part(*ONE), digits_2=part(*OTHER), digits_3=part(*ONE, networks=4))
    pairs = table.filter(part="pair")
    assert pairs.select("first", "second").rows() == [(1, 2), (1, 3), (2, 3)]
    assert pairs["correlation"].to_list() == pytest.approx([R, 1, R], abs=1e-6)
    assert pairs["within_class"].to_list() == pytest.approx([-1, 1, -1])
    assert table["networks"].unique().to_list() == [4]
    assert table["dataset"].unique().to_list() == ["digits"]


def test_the_halves_are_the_odd_and_the_even_parts():
    table = drawn_from(digits_1=part(*ONE), digits_2=part(*OTHER), digits_3=part(*OTHER))
    points = table.filter(part="example")
    assert points["odd"].to_list() == pytest.approx(np.mean([ONE, OTHER], axis=0), abs=1e-6)
    assert points["even"].to_list() == pytest.approx(OTHER, abs=1e-6)
    [found] = table.filter(part="halves")["correlation"]
    assert found == pytest.approx(np.corrcoef(np.mean([ONE, OTHER], axis=0), OTHER)[0, 1], abs=1e-6)


def test_a_part_without_any_network_and_one_that_never_varies_are_no_numbers():
    none = part(*[None] * 6)
    assert drawn_from(digits_1=part(*ONE), digits_2=none).is_empty()
    flat = drawn_from(digits_1=part(*ONE), digits_2=part(*[0.5] * 6))
    assert flat.filter(part="pair")["correlation"].to_list() == [None]
    figure = disjoint_parts.draw(flat)
    assert figure.axes[2].get_title() == "r undefined"


def test_what_is_drawn_says_how_many_parts_networks_and_examples():
    style.apply()
    figure = disjoint_parts.draw(drawn_from(digits_1=part(*ONE), digits_2=part(*OTHER)))
    assert figure.axes[0].get_title("left").endswith(":\n2 parts, 10 networks each,\n6 test examples")
    matrix = figure.axes[0].images[0].get_array()
    correlation = np.corrcoef(ONE, OTHER)[0, 1]
    assert matrix.filled(0).tolist() == [[0, pytest.approx(correlation)], [pytest.approx(correlation), 0]]
    assert figure.axes[2].get_title() == f"r = {R:.3f}"
    empty = disjoint_parts.draw(disjoint_parts.table({}, {"datasets": {}}))
    assert [text.get_text() for text in empty.axes[0].texts] == ["no two parts of one dataset"]


def test_it_draws_all_parts_also_where_the_study_draws_few_datasets(config):
    config["datasets"]["cut"] = {"reader": "subset", "of": "digits", "parts": 3}
    recipe = config["recipes"]["sgd"] | {"batch_size": 32}
    study = Study(
        config
        | {
            "collections": [{"dataset": "cut", "architecture": "mlp", "recipe": "small", "networks": 2}],
            "recipes": {"small": recipe},
            "drawn_datasets": ["cut_1"],
        }
    )
    assert [c.dataset for c in selection.chosen(study, "disjoint_parts")[0]] == ["cut_1", "cut_2", "cut_3"]
    assert [c.dataset for c in selection.chosen(study, "same_order")[0]] == ["cut_1"]
