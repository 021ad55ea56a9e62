"""Several studies beside the paper: one page of their claims."""

import polars as pl
import pytest
from conftest import ROOT

from learnorder import tables
from learnorder.report import paper

PARTS, SWEEP = "config/parts.yaml", "config/hyper_parameters.yaml"


def row(claim, name, verdict):
    about = {
        "claim": claim,
        "name": name,
        "statement": "It is so.",
        "dataset": "cats",
        "of": "cnn sgd",
        "with": None,
    }
    about |= {"split": "test", "statistic": "s", "paper": "so", "value": 0.5, "low": 0.4, "high": 0.6}
    return about | {"networks": 10, "verdict": verdict}


@pytest.fixture
def page(tmp_path, monkeypatch):
    """Of two studies that are decided, in a folder of their own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").symlink_to(ROOT / "config")
    decided = {
        "parts": row("E11", "disjoint_parts", "found"),
        "hyper_parameters": row("E3", "hyper_parameters", "mixed"),
    }
    for study, claim in decided.items():
        tables.write_csv(tmp_path / f"results/{study}/claims.csv", pl.DataFrame([claim]))
    return paper.page([PARTS, SWEEP])


def test_the_rows_of_all_studies_stand_in_the_papers_order_with_what_differs(page):
    assert "`results/parts/claims.md`, `results/hyper_parameters/claims.md`" in page
    rows = [line for line in page.splitlines() if "(cats, test, cnn sgd, 10 networks)" in line]
    assert [line.split("**")[1] for line in rows] == ["E3", "E11"]
    assert "20 networks of a setting" in rows[0]
    assert "2,000 of the test images" in rows[1]


def test_what_no_study_ran_has_its_command(page):
    [imagenet] = [line for line in page.splitlines() if line.startswith("| **E1** ")]
    assert "ImageNet: not run; `snakemake --profile slurm --configfile config/paper.yaml`" in imagenet
