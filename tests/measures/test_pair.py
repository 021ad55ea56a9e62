"""Two collections compared."""

import numpy as np
import polars as pl
import pytest
from conftest import simulated

from learnorder.errors import UserError
from learnorder.measures.pair import measure


def outcomes(accuracy, splits, seed):
    random = np.random.default_rng(seed)
    tables = [simulated(random.random((5, 2, 60)) < accuracy, epochs=(1.0, 2.0), split=split) for split in splits]
    return pl.concat(tables)


def test_the_weaker_is_told_by_its_test_accuracy_whichever_comes_first():
    weak, strong = (outcomes(accuracy, ["train", "test"], seed) for accuracy, seed in ((0.4, 1), (0.8, 2)))
    for first, second, names in ((weak, strong, ("a", "b")), (strong, weak, ("b", "a"))):
        tables = measure(first, second, names, 0.95, 99)
        for name in ("nested", "only_stronger"):
            assert set(tables[name]["weaker"]) == {"a"}
            assert set(tables[name]["stronger"]) == {"b"}
        assert tables["nested"]["accuracy_weaker"].mean() < tables["nested"]["accuracy_stronger"].mean()
        assert tables["correlation"].select("split", "method").rows() == [
            (split, method) for split in ("train", "test") for method in ("pearson", "spearman")
        ]


def test_only_what_both_have_is_compared():
    both, test = outcomes(0.5, ["train", "test"], 1), outcomes(0.6, ["test"], 2)
    for first, second in ((both, test), (test, both)):
        tables = measure(first, second, ("a", "b"), 0.95, 99)
        assert {str(split) for table in tables.values() for split in table["split"]} == {"test"}


def test_other_examples_under_the_same_name_are_told_in_one_line():
    right = np.ones((4, 1, 30), dtype=bool)
    one, other = (simulated(right, seed=seed) for seed in (0, 1))
    with pytest.raises(UserError, match="the test labels of two collections of one dataset differ; allowed: "):
        measure(one, other, ("a", "b"), 0.95, 99)
