"""What a study will cost."""

import polars as pl
import pytest
from conftest import configuration

from learnorder import estimate
from learnorder.study.model import Study

IMPORTED = {"dataset": "digits", "architecture": "ours", "recipe": "ours", "networks": 5, "test": "test.npz"}


def test_cost_by_hand():
    config = configuration()
    config["recipes"]["gpu"] = config["recipes"]["sgd"] | {"device": "gpu", "epochs": 2, "evaluate_at": [1, 2]}
    config["collections"] = [
        {"dataset": "digits", "architecture": "linear", "recipe": "gpu", "networks": 10},
        {"dataset": "docstrings", "architecture": "text_transformer", "recipe": "sgd", "networks": 2},
        {"dataset": "digits", "architecture": "random_forest", "recipe": "rounds", "networks": 2},
    ]
    costs = estimate.table(Study(config), gpu_tera=1, core_giga=1)
    first, text = costs.rows(named=True)
    operations = 10 * 64 * 10 * (3 * 2 * 1198 + 2 * (1198 + 599))
    assert first["tera_multiply_adds"] == pytest.approx(operations / 1e12)
    assert first["hours"] == pytest.approx(operations / 1e12 / 3600)
    assert first["gigabytes"] == pytest.approx(0.5 * 10 * 2 * (1198 + 599) / 1e9)
    assert (first["device"], text["device"]) == ("GPUs", "cores")
    assert text["hours"] == pytest.approx(text["tera_multiply_adds"] * 1000 / 3600)
    assert list(estimate.said(costs))[::2] == ["10 networks on GPUs: 1 minutes of one", "outcome tables: 1 MB"]


@pytest.mark.parametrize(
    ("hours", "gigabytes", "words"),
    [(0.5, 0.12, ("30 minutes", "120 MB")), (1234.4, 2.1, ("1,234 hours", "2.1 GB"))],
)
def test_what_is_said_has_a_unit_that_fits(hours, gigabytes, words):
    costs = pl.DataFrame({"device": ["cores"], "networks": [3], "hours": [hours], "gigabytes": [gigabytes]})
    assert list(estimate.said(costs)) == [f"3 networks on cores: {words[0]} of one", f"outcome tables: {words[1]}"]


def test_a_study_that_trains_nothing_costs_nothing():
    config = configuration()
    config |= {"collections": [], "imported": [IMPORTED]}
    assert list(estimate.said(estimate.table(Study(config), 1, 1))) == ["no networks are trained"]
