"""What a study will cost."""

import pytest
from conftest import SCHEMA, configuration

from learnorder import estimate
from learnorder.configuration import Study


def test_cost_by_hand():
    config = configuration()
    config["recipes"]["gpu"] = config["recipes"]["sgd"] | {"device": "gpu", "epochs": 2, "evaluate_at": [1, 2]}
    config["collections"] = [
        {"dataset": "digits", "architecture": "linear", "recipe": "gpu", "networks": 10},
        {"dataset": "docstrings", "architecture": "text_transformer", "recipe": "sgd", "networks": 2},
        {"dataset": "digits", "architecture": "random_forest", "recipe": "rounds", "networks": 2},
    ]
    costs = estimate.table(Study(config, SCHEMA), gpu_tera=1, core_giga=1)
    first, text = costs.rows(named=True)
    operations = 10 * 64 * 10 * (3 * 2 * 1198 + 2 * (1198 + 599))
    assert first["tera_multiply_adds"] == pytest.approx(operations / 1e12)
    assert first["hours"] == pytest.approx(operations / 1e12 / 3600)
    assert first["gigabytes"] == pytest.approx(0.5 * 10 * 2 * (1198 + 599) / 1e9)
    assert (first["device"], text["device"]) == ("GPUs", "cores")
    assert text["hours"] == pytest.approx(text["tera_multiply_adds"] * 1000 / 3600)
    assert next(iter(estimate.said(costs))) == "10 networks on GPUs: 0 hours of one"
