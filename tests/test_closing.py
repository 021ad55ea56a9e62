"""The lines in which a run ends."""

import re

import polars as pl
import pytest

from learnorder import closing, tables

TARGETS = ["same_order", "bimodality", "explorer", "results/tiny/figures/same_order.pdf"]


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("sameorder", "did you mean same_order?"),
        ("same_order.svg", "did you mean results/tiny/figures/same_order.svg?"),
        ("same_order.eps", "did you mean results/tiny/figures/same_order.{pdf,png,svg}?"),
        ("results/tiny/figures/same_ordr.pdf", "did you mean results/tiny/figures/same_order.pdf?"),
        ("zzz", "a name of this list is allowed: snakemake --list-target-rules"),
    ],
)
def test_the_nearest_target_is_named(given, hint):
    message = f"MissingRuleException:\nNo rule to produce {given} (if you use input functions …)."
    assert (
        closing.unknown(message, "results/tiny/figures", TARGETS) == f"learnorder: no rule makes {given}; {hint}"
    )


def written(path, rows):
    columns = ["dataset", "architecture", "recipe", "networks", "train_accuracy", "test_accuracy"]
    columns += ["diverged", "diverged_at", "at_chance", "splits_at_chance"]
    tables.write_csv(path, pl.DataFrame(rows, schema=columns, orient="row"))
    return path


def test_collections_are_listed_with_what_came_to_nothing(tmp_path):
    rows = [
        ("digits", "mlp", "sgd", 20, 0.9987, 0.95, None, None, None, None),
        ("digits", "cnn", "fast", 4, 0.5, None, "1 3", "2 5", "1", "test"),
    ]
    assert list(closing.collections(written(tmp_path / "networks.csv", rows))) == [
        "collection       networks  accuracy: train   test",
        "digits/mlp/sgd         20            0.999  0.950",
        "digits/cnn/fast         4            0.500      –",
        "digits/cnn/fast: 2 of 4 networks diverged: 1, 3",
        "digits/cnn/fast: 1 of 4 networks ended no better than a guess: 1",
        "digits/cnn/fast: ends at chance on test, no better than always one class",
    ]


def test_of_many_collections_those_alone_are_listed_that_ended_badly(tmp_path):
    rows = [("digits", f"net{n}", "sgd", 2, 0.9, 0.8, "0" if n == 7 else None, "1", None, None) for n in range(50)]
    table = written(tmp_path / "networks.csv", rows)
    assert list(closing.collections(table)) == [
        f"50 collections, see {table}",
        "digits/net7/sgd: 1 of 2 networks diverged: 0",
    ]


def test_a_target_lies_in_its_files_or_in_their_folder():
    assert closing.target("explorer", ["a/explorer.html", "a/.explorer.51b9e0f3"]) == "explorer: a/explorer.html"
    many = [f"results/tiny/figures/{name}.{suffix}" for name in "ab" for suffix in ("pdf", "png")]
    assert closing.target("figures", many) == "figures: results/tiny/figures"


def test_places_are_those_that_are_there(tmp_path):
    (tmp_path / "scores").mkdir()
    (tmp_path / "explorer.html").touch()
    assert list(closing.places(tmp_path)) == [f"scores: {tmp_path}/scores", f"explorer: {tmp_path}/explorer.html"]


def test_what_is_outdated_is_named_with_the_way_out():
    assert list(closing.outdated({})) == []
    named, way_out = closing.outdated({"a/scores/x.parquet": "scores", "a/scores/y.parquet": "scores"})
    assert named.endswith(": a/scores/x.parquet, a/scores/y.parquet")
    assert way_out == "renew them: snakemake scores"


def test_a_run_ends_with_accuracies_and_where_the_results_lie(finished):
    lines = finished.said["make"].splitlines()
    header = next(number for number, line in enumerate(lines) if line.startswith("collection "))
    summary = pl.read_csv(finished.folder / "results/tiny/networks.csv").rows(named=True)
    for line, row in zip(lines[header + 1 :], summary, strict=False):
        name = f"{row['dataset']}/{row['architecture']}/{row['recipe']}"
        assert line.split() == [name, "4", f"{row['train_accuracy']:.3f}", f"{row['test_accuracy']:.3f}"]
    assert lines[header + 3 : header + 8] == [
        "figures: results/tiny/figures",
        "claims: results/tiny/claims.md",
        "scores: results/tiny/scores",
        "explorer: results/tiny/explorer.html",
        "networks: results/tiny/networks.csv",
    ]


def test_a_target_that_is_done_says_where_it_lies(own):
    said, jobs = own.run("same_order")
    figure = "results/tiny/figures/same_order"
    assert jobs == []
    assert f"same_order: {figure}.pdf, {figure}.png, {figure}.csv\n" in said
    assert "outdated" not in said
    assert "report: results/tiny/report.html\n" in own.run()[0]


@pytest.mark.parametrize("given", ["sameorder", "results/tiny/figures/sameorder.pdf"])
def test_a_mistyped_target_is_one_line_with_the_nearest(own, given):
    said, _ = own.run(given, expect=1)
    [line] = [line for line in said.splitlines() if line.startswith("learnorder: ")]
    assert line.startswith(f"learnorder: no rule makes {given}; did you mean {given.replace('ameo', 'ame_o')}")
    assert "MissingRuleException" not in said


def test_a_figure_is_drawn_as_svg_when_asked_for_by_its_path(own):
    path = "results/tiny/figures/same_order.svg"
    own.run(path)
    drawn = (own.folder / path).read_bytes()
    assert b"<svg" in drawn
    own.run("--force", path)
    assert (own.folder / path).read_bytes() == drawn


def test_another_style_draws_a_figure_again_and_measures_nothing(own):
    own.run("bimodality")
    own.study["style"] = {"formats": ["png", "svg"], "font_size": 10}
    said, jobs = own.run("bimodality")
    figure = "results/tiny/figures/bimodality"
    assert jobs == ["Drawing bimodality"]
    assert f"bimodality: {figure}.svg, {figure}.png, {figure}.csv" in said
    assert own.run("bimodality")[1] == []
    # The PDF is no longer one of its formats; it is drawn when it is asked for, alone.
    assert own.run("--force", f"{figure}.pdf")[1] == ["Drawing bimodality"]


def test_what_lies_next_to_a_renewed_figure_and_is_older_is_named(own):
    own.study["measures"]["permutations"] = 100
    said, jobs = own.run("same_order")
    assert "Measuring mlp" in jobs
    outdated = re.search(r"outdated, .*: (.*)\nrenew them: snakemake (.*)\n", said)
    assert {"results/tiny/explorer.html", "results/tiny/scores/digits.parquet"} <= set(outdated[1].split(", "))
    assert {"explorer", "scores"} <= set(outdated[2].split())
