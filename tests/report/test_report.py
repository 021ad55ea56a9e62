"""Captions, pages and what they are made from, worked by hand."""

import json
from importlib import import_module

import polars as pl
import pytest

from learnorder.report import captions, given, overview, pages, run, sections
from learnorder.selection import FIGURES
from learnorder.study import registry

NUMBERS = {"found": 2, "not_found": 0, "mixed": 0, "cannot_tell": 1, "collections": 3}
NUMBERS |= {"min": -0.1, "median": 0.25, "max": 0.5}
ROW = {
    "claim": "E4",
    "statement": "It <is> so.",
    "statistic": "r",
    "paper": None,
    "dataset": "digits",
    "of": "mlp sgd",
    "with": "mlp adam",
    "split": "test",
    "side": "above",
    "threshold": 0.1,
}
ROW |= {"accuracy": None, "second_accuracy": None}
ENDED = pl.DataFrame(
    {
        "dataset": ["digits", "moons", "moons"],
        "architecture": ["mlp", "mlp", "cnn"],
        "recipe": ["adam", "sgd", "sgd"],
        "networks": [5, 8, 8],
        "diverged": ["1 4", None, "1"],
        "diverged_at": ["0.5 2", None, "2"],
        "splits_at_chance": [None, "train test", None],
    }
)
"""How the collections of the figure and another one ended."""


def plain(text):
    return text.replace(captions.UNBROKEN, " ")


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_has_its_sentence_its_caption_and_its_numbers(figure):
    module = import_module(f"learnorder.figures.{figure}")
    assert module.ABOUT["shows"][-1] in ".?"
    assert module.CAPTION.endswith(".")
    assert module.NUMBERS


def test_each_claim_is_shown_by_a_figure_and_a_figure_by_none_else():
    shown = [name for names in sections.SHOWN.values() for name in names]
    assert set(shown) == set(registry.claims())
    first = {registry.claims()[names[0]]["number"] for names in sections.SHOWN.values()}
    assert first == set(sections.TITLES)


def test_the_sections_stand_in_order():
    titles = [sections.CLAIMS, *sections.TITLES.values(), sections.BEYOND, sections.RUN]
    assert titles == sorted(titles, key=str.casefold)


def test_a_caption_says_what_is_shown_from_what_with_which_numbers_and_what_they_decide():
    table = pl.DataFrame(
        {
            "dataset": ["digits", "digits", "moons"],
            "architecture": ["mlp", "mlp", "mlp"],
            "recipe": ["sgd", "sgd", "sgd"],
            "second_recipe": ["adam", "adam", "adam"],
            "networks_first": [5, 5, 8],
            "correlation": [0.5, 0.9, 0.8],
        }
    )
    decided = pl.DataFrame([ROW | {"name": "robustness"}])
    said = plain(captions.caption("robustness", "a < b", table, decided, {"robustness": NUMBERS}, ENDED))
    assert said.splitlines() == [
        "<p>a &lt; b</p>",
        "<p>Drawn from 4 collections of 5 to 8 networks, on digits, moons.</p>",
        "<p>Correlations of accessibility: 0.50 to 0.90, median 0.80.</p>",
        "<p>Diverged and left out of mlp by adam on digits: 2 of 5 networks (1 from epoch 0.5 on, 4 from epoch 2 "
        "on). At the end no better than always one class (†, at chance): mlp by sgd on moons, on train and "
        "test.</p>",
        "<p>Claim E4: It &lt;is&gt; so. Claimed: r above 0.1. 3 collections: 2 found, 1 cannot tell. "
        "The statistic: −0.10 to 0.50, median 0.25.</p>",
    ]


def test_a_caption_gives_the_accuracies_at_which_collections_were_compared():
    rows = [
        ROW | {"accuracy": one, "second_accuracy": other}
        for one, other in ((0.7, 0.72), (0.8, 0.78), (None, None))
    ]
    said = plain(captions.claimed(pl.DataFrame(rows), NUMBERS))
    wanted = "where accuracy is 0.70 to 0.80, median 0.75 and that of the other 0.72 to 0.78, median 0.75."
    assert said.endswith(wanted)


def test_numbers_that_are_undefined_are_left_out():
    table = pl.DataFrame(
        {
            "dataset": ["digits"],
            "architecture": ["mlp"],
            "recipe": ["sgd"],
            "networks": [5],
            "split": ["test"],
            "epoch": [1.0],
            "accuracy": [0.99],
            "at_chance": [False],
            "relative_bimodality": [12.0],
        }
    )
    said = captions.caption("same_order", "Shown.", table, pl.DataFrame(), {}, ENDED)
    drawn_from = "<p>Drawn from 1 collection of 5 networks, on digits.</p>"
    assert said.splitlines() == ["<p>Shown.</p>", drawn_from]
    said = captions.caption("same_order", "Shown.", table, pl.DataFrame(), {}, ENDED, ["one/a.png", "one/b.png"])
    pages = "<p>The first page is shown here. Each dataset has its own: one/a.png, one/b.png.</p>"
    assert said.splitlines() == ["<p>Shown.</p>", pages, drawn_from]


def test_the_first_page_has_a_row_per_claim():
    summary = ENDED[:2]
    decided = pl.DataFrame([ROW | {"name": "robustness"}])
    said = plain(overview.overview("mine", summary, decided, {"robustness": NUMBERS}, {}))
    assert (
        "| E4 | It <is> so. | 3 collections: 2 found, 1 cannot tell | r above 0.1 | −0.10 to 0.50, median 0.25 |"
        in said
    )
    assert "13 networks and learners in 2 collections" in said
    assert "- Diverged and left out of mlp by adam on digits: 2 of 5 networks" in said
    assert "No network diverged" in overview.overview("mine", ENDED[:0], decided, {}, {})
    assert "&lt;is&gt;" in pages.fragment(said)
    assert "nothing that decides a claim" in overview.overview("mine", summary, decided, {}, {})


def test_run_times_are_of_the_jobs_that_ran_here(tmp_path):
    summary = pl.DataFrame(
        {
            "dataset": ["digits", "digits"],
            "architecture": ["mlp", "cnn"],
            "recipe": ["sgd", "sgd"],
            "networks": [4, 4],
            "train_accuracy": [0.5, None],
            "test_accuracy": [0.25, 0.125],
        }
    )
    shards = [
        f"results/mine/outcomes/digits/{name}/sgd/0/seeds-00{i}-00{i}.parquet"
        for name in ("mlp", "cnn")
        for i in (0, 1)
    ]
    logs = tmp_path / "train/digits/mlp/sgd/0"
    logs.mkdir(parents=True)
    for number, line in enumerate(("90.0\t1000.5", "30.0\t-")):
        (logs / f"seeds-00{number}-00{number}.benchmark.tsv").write_text(f"s\tmax_rss\n{line}\n", encoding="utf-8")
    said = run.times(summary, shards, tmp_path)
    assert "Training took 2 min in 2 jobs" in said
    assert "| digits | mlp | sgd | 4 | 0.500 | 0.250 | 2 | 2 min | 2 min | 1,000 |" in said
    assert "| digits | cnn | sgd | 4 | – | 0.125 | not here | – | – | – |" in said


def test_the_configuration_has_every_key_and_the_entries_that_are_named(study):
    used = given.configuration(study)
    assert used["study"] == "default"
    assert set(used) == set(study.config)
    named = {c.dataset for c in study.collections} | {"noise_8", "gabor_8"}
    assert set(used["datasets"]) == named
    json.dumps(used)


def test_versions_are_those_of_what_is_asked_for(tmp_path):
    versions = given.versions(tmp_path)
    assert versions["polars"] == pl.__version__
    assert "commit" not in versions["learnorder"]
    assert run.versions(versions, [tmp_path / "nothing"]).count("| 1 | not here |") == 1


@pytest.mark.parametrize("cell", ["a | b", "<script>", "x"])
def test_a_cell_stays_a_cell(cell):
    html = pages.page("Title", pages.table(["one", "two"], [[cell, "y"]]))
    assert html.count("<td>") == 2
    assert "<script>" not in html
