"""The whole workflow for real, on a study of seconds, in a copy of what a clone has."""

import fcntl
import json
import re
import shlex
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from clones import SNAKEMAKE, TINY, Clone
from conftest import ROOT

from learnorder import outcomes as outcome_tables
from learnorder import selection, shard
from learnorder.datasets import canonical
from learnorder.selection import FIGURES
from learnorder.stages import DRAW, TARGETS, TRAIN, stage

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def clone(finished, tmp_path_factory):
    """A clone in which the tiny study was run whole. Tests that change it come after those that only look."""
    return finished.copied(tmp_path_factory.mktemp("workflow") / "clone")


def log_of(clone, table):
    """The log of the job that trained an outcome table."""
    return clone.folder / "logs/tiny/train" / Path(table).relative_to("results/tiny/outcomes").with_suffix(".log")


def test_every_stage_runs(clone):
    assert clone.jobs(clone.said["make"]) == [
        "Comparing linear",
        "Counting parameters",
        "Deciding the",
        "Drawing bimodality",
        "Drawing gallery",
        "Drawing nested_learning",
        "Drawing same_order",
        "Making the",
        "Measuring linear",
        "Measuring mlp",
        "Preparing the",
        "Tabulating how",
        "Tabulating the",
        "Training networks 000 to 001 of linear",
        "Training networks 000 to 001 of mlp",
        "Training networks 002 to 003 of linear",
        "Training networks 002 to 003 of mlp",
        "Writing the",
    ]
    figures = clone.folder / "results/tiny/figures"
    assert (figures / "same_order.pdf").read_bytes().startswith(b"%PDF")
    assert (figures / "same_order.png").read_bytes().startswith(b"\x89PNG")
    table = pl.read_csv(figures / "bimodality.csv")
    assert len(table) == 2 * 2 * 3
    assert (table["networks"] == 4).all()
    accuracy = table.filter(split="test").group_by("architecture").agg(pl.col("accuracy").sort_by("epoch").last())
    assert (accuracy["accuracy"] > 0.6).all()
    summary = pl.read_csv(clone.folder / "results/tiny/networks.csv")
    assert summary["networks"].to_list() == [4, 4]
    assert (summary["test_accuracy"] > 0.6).all()
    assert summary["diverged"].to_list() == summary["at_chance"].to_list() == [None, None]
    log = log_of(clone, clone.shards("digits/mlp/tiny")[0])
    assert re.search(
        r"seeds 000 to 004  epoch 2  accuracy train 0\.\d+  test 0\.\d+  [\d,]+ examples/s",
        log.read_text(encoding="utf-8"),
    )


def test_every_example_is_in_the_export(clone):
    scores = clone.folder / "results/tiny/scores"
    table = pl.read_parquet(scores / "digits.parquet")
    assert table.group_by("architecture").len().sort("architecture").rows() == [("linear", 1797), ("mlp", 1797)]
    assert table.null_count().select("source", "class", "accessibility").row(0) == (0, 0, 0)
    assert (table["networks"] == 4).all()
    mlp = table.filter(pl.col("architecture") == "mlp")
    measured = pl.read_parquet(clone.folder / clone.measures("digits/mlp/tiny", "examples"))
    assert mlp["accessibility"].equals(measured["accessibility"])
    assert pl.read_csv(scores / "digits.csv").shape == table.shape


def test_the_explorer_shows_what_was_measured(clone, opened):
    page = opened(clone.folder / "results/tiny/explorer.html")
    assert page.text_content("#count") == "1–48 of 1,797 examples"
    assert "train 0." in page.text_content("#correlation")
    page.select_option("#split", "test")
    page.select_option("#sort", "number")
    page.locator("#cards button").first.click()
    first = {"split": "test", "example": 0}
    course = (
        pl.read_parquet(clone.folder / clone.measures("digits/linear/tiny", "agreement"))
        .with_columns(pl.col("split").cast(pl.String))
        .filter(**first)
    )
    words = ", ".join(f"{row['tp_agreement']:.2f} at {row['epoch']:g}" for row in course.rows(named=True))
    page.wait_for_selector(f"#curve[aria-label*='linear · tiny: {words}']")


@pytest.fixture(scope="module")
def report(clone):
    """The report of the tiny study, made without a network and without Snakemake's records, as after a pull."""
    records, elsewhere = clone.folder / ".snakemake/metadata", clone.folder / "records"
    records.rename(elsewhere)
    apart = ["unshare", "--map-root-user", "--net"]
    if not shutil.which("unshare") or subprocess.run([*apart, "true"], capture_output=True).returncode:
        apart = []
    path = clone.folder / "results/tiny/report.html"
    command = [*SNAKEMAKE, "report", "--report", str(path), "--configfile", clone.configfile]
    assert "Missing metadata" not in clone.command(*apart, *command)
    shutil.rmtree(records, ignore_errors=True)
    elsewhere.rename(records)
    return path


def shown(page, section, label):
    """Open one thing of the report; its place in the list on the left."""
    page.get_by_role("link", name=section, exact=True).click()
    row = page.locator("tbody tr", has_text=label)
    row.locator("a").first.click()
    return row


def test_the_report_opens_with_the_claims_and_their_verdicts(clone, report, opened):
    page = opened(report, ready="#app table")
    claims = json.loads((clone.folder / "results/tiny/claims.json").read_text(encoding="utf-8"))
    beside, decided = page.locator("#app table").all()
    assert beside.locator("tbody tr").first.inner_text().startswith("E2 (Fig. 5): MNIST")
    cells = decided.locator("tbody tr").all_inner_texts()
    assert len(cells) == len(claims) == 6
    first = claims["shared_order"]
    assert f"2 collections: {first['cannot_tell']} cannot tell" in cells[0].replace("\xa0", " ")
    assert f"{first['min']:.2f} to {first['max']:.2f}, median {first['median']:.2f}" in cells[0].replace(
        "\xa0", " "
    )
    sections = page.locator("nav li, #app li").all_inner_texts()
    places = [sections.index(name) for name in ("All claims", "E02: one order", "This run")]
    assert places == sorted(places)


def test_every_figure_stands_under_its_claim_with_a_caption_in_this_runs_numbers(clone, report, opened):
    for label, figure in (("Same order", "same_order"), ("Bimodality", "bimodality")):
        page = opened(report, ready="#app table")
        row = shown(page, "E02: one order", label)
        picture = page.locator("#app img[src^='data:image/png']")
        picture.wait_for()
        wide = (clone.folder / f"results/tiny/figures/{figure}.png").read_bytes()[16:20]
        assert picture.evaluate("image => image.naturalWidth") == int.from_bytes(wide)
        row.locator("a").nth(1).click()
        caption = page.locator("li.prose").inner_text().replace("\xa0", " ")
        table = pl.read_csv(clone.folder / f"results/tiny/figures/{figure}.csv")
        beta = table.filter(pl.col("accuracy").is_between(0.5, 0.9))["relative_bimodality"]
        assert f"β where accuracy is between 0.5 and 0.9: {beta.min():.2f} to {beta.max():.2f}" in caption
        assert "Drawn from 2 collections of 4 networks, on digits." in caption
        assert "2 collections: 2 cannot tell." in caption


def test_the_report_has_verdicts_run_times_configuration_and_versions(clone, report, opened):
    first = pl.read_csv(clone.folder / "results/tiny/claims.csv").row(0, named=True)
    for section, label, words in (
        ("All claims", "Claims and verdicts", ("What was found", f"{first['verdict']}: {first['reason']}")),
        ("This run", "Run times", ("Training took", "in 4 jobs", "linear")),
        ("This run", "Configuration", ("learning_rate: 0.05", "seeds_per_job: 2")),
        ("This run", "Versions", (f"snakemake {version('snakemake')}", "Outcome tables", "device cpu")),
    ):
        page = opened(report, ready="#app table")
        shown(page, section, label)
        frame = page.frame_locator("iframe")
        said = " ".join(frame.locator("body").inner_text().split())
        for part in words:
            assert part in said
    assert str(clone.folder) not in report.read_text(encoding="utf-8")


def test_results_say_what_made_them_and_when_not(clone):
    path = clone.folder / clone.shards("digits/mlp/tiny")[0]
    about = json.loads(pq.read_schema(path).metadata[b"learnorder"])
    assert about["identity"]["recipe"]["learning_rate"] == 0.05
    assert about["seeds"] == [0, 1]
    assert set(about["environment"]) == {"learnorder", "torch", "device"}


def test_a_second_make_has_nothing_to_do_and_ends_well_where_dvc_fails(clone):
    """As while another of DVC's commands holds its lock."""
    before = clone.files()
    with (clone.folder / ".dvc/tmp/lock").open("a", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        said = clone.make()
    assert "learnorder: `dvc fetch` failed, maybe because another DVC command runs" in said
    assert "The report: results/tiny/report.html\n" in said
    # The page of versions names the commit, and the results were committed since.
    assert clone.jobs(said) == ["Writing the"]
    after = clone.files()
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed <= {"tiny/report.html", "tiny/report/versions.html"}


def test_the_same_study_in_other_words_has_nothing_to_do(own):
    """Defaults are written out, decimals for whole numbers, keys in another order."""
    said = own.study
    recipe = {
        "weight_decay": 0,
        "momentum": 0.0,
        **said["recipes"]["tiny"],
        "epochs": 2.0,
        "evaluate_at": [0.5, 1.0, 2],
    }
    own.study = said | {"recipes": {"tiny": recipe}, "measures": {"confidence": 0.95, "permutations": 99.0}}
    # The page of versions names the commit, and says whether a file is another.
    assert own.run()[1] == ["Writing the"]


def test_newer_files_of_the_same_bytes_train_nothing(clone):
    for path in (clone.folder / "results/datasets/digits").iterdir():
        path.touch()
    for path in (clone.folder / "workflow").rglob("*"):
        path.touch()
    assert clone.run()[1] == []


def test_a_deleted_figure_alone_is_drawn_by_its_name_or_its_path(clone):
    before = clone.files()
    figures = clone.folder / "results/tiny/figures"
    (figures / "same_order.pdf").unlink()
    assert clone.run("same_order")[1] == ["Drawing same_order"]
    assert clone.files() == before
    (figures / "bimodality.png").unlink()
    assert clone.run("results/tiny/figures/bimodality.png", "--dry-run")[1] == ["Drawing bimodality"]
    (figures / "bimodality.png").write_bytes(before["tiny/figures/bimodality.png"])


def test_one_seed_more_trains_one_shard(own):
    """From a collection of three networks, whose second table has one."""
    whole = own.folder / own.shards("digits/linear/tiny")[1]
    small = whole.with_name("seeds-002-002.parquet")
    table, identity = whole.read_bytes(), outcome_tables.metadata(whole)["identity"]
    digits = canonical.read(own.folder / "results/datasets/digits")
    first = shard.Shard([2], digits, {}, identity, shard.environment(identity))
    first.take(whole)
    first.write(small)
    whole.unlink()
    assert own.run(str(whole.relative_to(own.folder)))[1] == ["Training networks 003 to 003 of linear"]
    assert whole.read_bytes() == table
    log = log_of(own, whole.relative_to(own.folder))
    assert f"members 2 are those of {small.relative_to(own.folder)}\n" in log.read_text(encoding="utf-8")
    left = sorted(path.name for path in whole.parent.iterdir())
    assert left == ["seeds-000-001.parquet", "seeds-002-003.parquet"]
    assert not list((own.folder / "results/tiny/checkpoints").rglob("seeds-002-003"))


def test_what_follows_from_a_grown_collection_is_made_again(own):
    own.study["collections"][0] |= {"architecture": "linear", "networks": 5}
    assert own.run("bimodality", "--dry-run")[1] == [
        "Drawing bimodality",
        "Measuring linear",
        "Training networks 004 to 004 of linear",
    ]


def test_a_changed_recipe_trains_again(own):
    own.study["recipes"]["tiny"]["learning_rate"] = 0.04
    jobs = own.run("bimodality", "--dry-run")[1]
    assert "Training networks 000 to 001 of linear" in jobs
    assert "Preparing the" not in jobs


def test_an_outcome_table_that_cannot_be_trusted_is_named_and_can_be_remade(own):
    path = own.shards("digits/linear/tiny")[0]
    table, measures = own.folder / path, own.folder / own.measures("digits/linear/tiny", "epochs")
    whole = table.read_bytes()
    table.write_bytes(whole[: len(whole) // 2])
    # What was measured of it stands.
    assert own.run("bimodality")[1] == []
    measures.unlink()
    (own.folder / selection.figure_table(own.planned(), "bimodality")).unlink()
    said, _ = own.run("bimodality", expect=1)
    assert f"learnorder: {path}: cannot be read" in said
    assert f"remake it: snakemake --force {path}" in said
    assert "Traceback" not in said
    own.run("--force", path)
    assert table.read_bytes() == whole


def test_a_dataset_without_a_source_is_told_in_one_line(own):
    own.study["datasets"] = {
        "nowhere": {
            "reader": "idx",
            "examples": {"train": 100, "test": 10},
            "shape": [1, 2, 2],
            "classes": ["a", "b"],
            "addresses": ["http://127.0.0.1:9/"],
            "files": {
                part: {"name": f"{part}.gz", "sha256": ["0" * 64]}
                for part in ("train_images", "train_labels", "test_images", "test_labels")
            },
        }
    }
    said, _ = own.run(
        "results/datasets/nowhere/examples.parquet", expect=1, LEARNORDER_MIRRORS="/nonexistent/mirror"
    )
    assert "learnorder: dataset nowhere: no source has train_images.gz" in said
    assert "/nonexistent/mirror/train_images.gz: no such file" in said
    assert "http://127.0.0.1:9/train_images.gz: ConnectionError" in said
    assert "Traceback" not in said
    assert "MissingOutputException" not in said, "the job itself is to fail, not to end without a dataset"
    # Once where it happened, and again below all that Snakemake says of it.
    last = said.strip().splitlines()[-5:]
    assert any(line.startswith("learnorder: dataset nowhere: no source has train_images.gz") for line in last)
    assert not list((own.folder / "results/datasets").glob("nowhere/*"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"colections": []}, "configuration: colections (= []) is not a key"),
        # The same checks are tested without Snakemake.
        pytest.param(
            {"seeds_per_job": 0},
            "configuration: seeds_per_job is 0; allowed: auto or integer, at least 1",
            marks=pytest.mark.long,
        ),
        pytest.param(
            {"collections": None},
            "configuration: collections is missing in the study's file",
            marks=pytest.mark.long,
        ),
    ],
)
def test_a_mistake_in_the_configuration_is_one_line_and_nothing_is_written(tmp_path, change, words):
    clone = Clone(tmp_path, TINY)
    clone.study = {key: value for key, value in (clone.study | change).items() if value is not None}
    said, _ = clone.run(expect=1)
    own = "Using workflow specific profile"  # what Snakemake says of what it reads
    lines = [line for line in said.splitlines() if not line.startswith(own)]
    assert len(lines) == 1
    assert lines[0].startswith(f"learnorder: {words}")
    # Snakemake itself may keep a log of having started, in .snakemake.
    written = {path.name for path in tmp_path.iterdir()} - {".snakemake"}
    assert written == {"Snakefile", "config", "profiles", "workflow"}


def test_the_linter_has_no_complaint(clone):
    assert "Lints for" not in clone.command(*SNAKEMAKE, "--lint")


@pytest.fixture(scope="module")
def targets(clone):
    """What `--list` says of each target."""
    listed = clone.command(*SNAKEMAKE, "--list").splitlines()
    targets = [re.fullmatch(r"(\w+) \(.+[.?>l]\)", line) for line in listed if not line.startswith("Using ")]
    assert all(targets), listed
    return {target[1] for target in targets}


def test_every_target_is_listed_with_a_sentence(targets):
    assert {"all", "report", "same_order", "train"} <= targets


def test_every_rule_has_a_stage_and_figures_are_drawn(targets):
    assert {rule for rule in targets if stage(rule) == DRAW} == {*FIGURES, "picture"}
    assert {rule for rule in targets if stage(rule) is None} == set(TARGETS)
    assert {rule for rule in targets if stage(rule) == TRAIN} == {"train", "train_on_gpu"}
    assert stage("import_outcomes") == "Import predictions"


def test_the_picture_of_the_rules_is_that_of_the_rules_whatever_lies_in_the_results(clone):
    [command] = re.findall(r"^\t\$\(VENV\)/snakemake (.*--rulegraph.*) \| dot", MAKEFILE, re.MULTILINE)
    drawn = clone.command(*SNAKEMAKE, *shlex.split(command))
    picture = (ROOT / "docs/rulegraph.svg").read_text(encoding="utf-8")
    rules = re.findall(r'label = "(\w+)"', drawn)
    assert sorted(re.findall(r">(\w+)</text>", picture)) == sorted(rules), "renew it: make rulegraph"
    assert picture.count('class="edge"') == drawn.count("->"), "renew it: make rulegraph"


def test_make_ends_with_the_report_and_names_it(clone):
    """Also where the study's name stands in quotes before a comment."""
    assert 'study: "tiny"  # ' in (clone.folder / clone.configfile).read_text(encoding="utf-8")
    assert "The report: results/tiny/report.html\n" in clone.said["make"]
    assert "Report created" in clone.said["make"]
    assert (clone.folder / "results/tiny/report.html").exists()


def longest_commands(clone, architectures, networks):
    """The length of the longest command with each script, one network per job."""
    collection = TINY["collections"][0] | {"architecture": architectures, "networks": networks}
    clone.study = TINY | {"seeds_per_job": 1, "figures": [], "collections": [collection]}
    said, _ = clone.run("--dry-run", "--forceall", "--printshellcmds")
    found = {}
    for command, script in re.findall(r"^Shell command: (.*?/scripts/(\w+)\.py .*)$", said, re.MULTILINE):
        found[script] = max(found.get(script, 0), len(command))
    return found


def test_commands_do_not_grow_with_the_study(tmp_path):
    """Linux takes 128 KiB of one."""
    clone = Clone(tmp_path / "clone", TINY)
    small = longest_commands(clone, ["linear", "mlp"], 2)
    assert small.keys() == {"train"}
    assert longest_commands(clone, ["linear", "mlp"], 40) == small
