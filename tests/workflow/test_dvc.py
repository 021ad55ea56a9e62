"""Results that travel: published by one clone, pulled and used by others, for real."""

import copy
import json
import os
import re
import shlex
import shutil
import sys

import pytest
from clones import TINY, Repository
from conftest import configuration

from learnorder import outcomes, selection, store

LINEAR = "digits/linear/tiny"
FIGURES = ("figures", "claims", "summary")
MEASURED_AND_DRAWN = ["Comparing linear", "Drawing nested_learning", "Measuring linear", "Measuring mlp"]
"""Of one figure of two collections: also how each ends."""


def table(clone, number=0):
    """An outcome table of the linear networks."""
    return clone.shards(LINEAR)[number]


def changed(clone, module):
    """Change the code of a module in a clone."""
    path = clone.folder / "src/learnorder" / module
    path.write_text(path.read_text(encoding="utf-8") + "\nANOTHER = 1\n", encoding="utf-8")


@pytest.fixture(scope="module")
def origin(finished, tmp_path_factory):
    """The repository of whoever trains and publishes."""
    return finished.copied(tmp_path_factory.mktemp("origin") / "clone")


@pytest.fixture(scope="module")
def fresh(origin, tmp_path_factory):
    """A clone of it by git, elsewhere, and the same after a pull."""
    fresh = Repository(tmp_path_factory.mktemp("fresh") / "clone", of=str(origin.folder))
    pulled = fresh.copied(tmp_path_factory.mktemp("pulled") / "clone")
    pulled.dvc("pull")
    return fresh, pulled


@pytest.fixture
def clone(fresh, tmp_path):
    """A fresh clone, in which nothing was pulled."""
    return fresh[0].copied(tmp_path / "clone")


@pytest.fixture
def pulled(fresh, tmp_path):
    """A fresh clone in which everything was pulled."""
    return fresh[1].copied(tmp_path / "clone")


def test_publishing_tells_what_it_did_and_leaves_the_results_as_they_were(origin):
    assert re.search(
        r"4 outcome tables of tiny, 0\.\d MB in all: git commit publishes them", origin.said["publish"]
    )
    assert origin.is_clean
    assert origin.run(*FIGURES)[1] == []
    assert os.access(origin.folder / table(origin), os.W_OK)
    assert not (origin.folder / table(origin)).is_symlink()


def test_a_pull_is_enough_for_every_figure_and_nothing_is_trained_or_prepared(origin, pulled):
    assert pulled.is_clean
    assert pulled.run("nested_learning")[1] == ["Drawing nested_learning"]
    assert not (pulled.folder / "results/datasets").exists()
    for path in (origin.folder / "results/tiny/figures").glob("nested_learning.*"):
        assert (pulled.folder / "results/tiny/figures" / path.name).read_bytes() == path.read_bytes()
    assert pulled.is_clean
    assert pulled.run("outcomes", *FIGURES, "--dry-run")[1] == [
        "Deciding the",
        "Drawing bimodality",
        "Drawing gallery",
        "Drawing same_order",
        "Tabulating how",
    ]


def test_the_table_of_a_figure_follows_from_the_outcomes_that_are_pulled(origin, pulled):
    drawn = selection.figure_table(pulled.planned(), "nested_learning")
    (pulled.folder / drawn).unlink()
    assert pulled.run("nested_learning")[1] == MEASURED_AND_DRAWN
    assert (pulled.folder / drawn).read_bytes() == (origin.folder / drawn).read_bytes()


def test_what_is_made_here_is_what_is_pulled(origin, clone):
    for name in ("results", ".snakemake"):
        shutil.copytree(origin.folder / name, clone.folder / name)
    made = clone.files()
    # As `make` does.
    clone.dvc("fetch")
    assert clone.is_clean
    clone.dvc("pull")
    assert clone.files() == made
    assert clone.is_clean
    assert clone.run(*FIGURES)[1] == []


def test_a_changed_training_setting_trains_again(pulled):
    pulled.study["recipes"]["tiny"]["learning_rate"] = 0.04
    said, jobs = pulled.run("nested_learning", "--dry-run")
    assert (
        "its tables here were made with another recipe.learning_rate (0.05; the configuration says 0.04)" in said
    )
    assert [job for job in jobs if "Training" in job] == [
        f"Training networks {shard} of {name}"
        for shard in ("000 to 001", "002 to 003")
        for name in ("linear", "mlp")
    ]


def test_outcomes_of_another_version_are_named_and_not_used(pulled):
    module = pulled.folder / "src/learnorder/study/identity.py"
    module.write_text(
        re.sub(
            r"^TRAINING_VERSION = (\d+)", "TRAINING_VERSION = 99", module.read_text(encoding="utf-8"), flags=re.M
        ),
        encoding="utf-8",
    )
    said, jobs = pulled.run("nested_learning", "--dry-run")
    assert "its tables here were made with another training_version (" in said
    assert "; the configuration says 99)" in said
    assert len([job for job in jobs if "Training" in job]) == 4


@pytest.mark.long
def test_more_networks_train_the_missing_shards_alone(pulled):
    pulled.study["collections"][0] |= {"architecture": "linear", "networks": 5}
    target = pulled.measures(LINEAR, "epochs")
    before = pulled.files()
    assert pulled.run(target)[1] == ["Measuring linear", "Preparing the", "Training networks 004 to 004 of linear"]
    # The dataset is now newer than the tables that were pulled, which changes nothing.
    assert pulled.run(target, "outcomes")[1] == []
    after = pulled.files()
    assert {path: after[path] for path in before if "outcomes" in path} == {
        path: held for path, held in before.items() if "outcomes" in path
    }


def test_a_dataset_that_is_another_than_networks_were_trained_on_is_refused(pulled):
    """As after the files of a user's folder changed: here, the reader gives other labels."""
    reader = pulled.folder / "src/learnorder/datasets/digits.py"
    code = reader.read_text(encoding="utf-8")
    reader.write_text(code.replace("digits.target[rows]", "digits.target[rows] % 5 * 2"), encoding="utf-8")
    assert code != reader.read_text(encoding="utf-8")
    for _ in range(2):
        said, _ = pulled.run("explorer", expect=1)
        assert "learnorder: dataset digits: " in said
        assert "Traceback" not in said
    assert not (pulled.folder / "results/tiny/explorer.html").exists()


@pytest.mark.long
def test_changed_settings_and_code_remake_what_follows_from_them_and_train_nothing(pulled):
    # Nothing is known of how the tables of figures and claims were made but what lies beside them.
    pulled.study["claims"] = {"significance": 0.02}
    assert pulled.run("claims")[1] == ["Comparing linear", "Deciding the", "Measuring linear", "Measuring mlp"]
    pulled.study["datasets"] = {"digits": configuration()["datasets"]["digits"] | {"description": "Digits."}}
    assert pulled.run("nested_learning", "claims")[1] == ["Drawing nested_learning"]
    changed(pulled, "measures/nested.py")
    assert pulled.run("nested_learning", "--dry-run")[1] == ["Comparing linear", "Drawing nested_learning"]


def test_changed_code_of_measures_is_seen_where_nothing_was_measured(pulled):
    changed(pulled, "measures/nested.py")
    assert pulled.run("nested_learning", "--dry-run")[1] == MEASURED_AND_DRAWN


def other_times(folder):
    for number, path in enumerate(sorted((folder / "results").rglob("*.parquet"))):
        os.utime(path, (4e9 + number, 4e9 + number))


def test_measures_that_came_without_records_say_what_made_them(origin, clone):
    """As after results were copied from another machine."""
    shutil.copytree(origin.folder / "results", clone.folder / "results")
    other_times(clone.folder)
    assert clone.run("claims")[1] == []
    changed(clone, "measures/intervals.py")
    jobs = clone.run("claims", "--dry-run")[1]
    assert jobs == ["Comparing linear", "Deciding the", "Measuring linear", "Measuring mlp"]


def test_a_picture_that_came_without_records_is_drawn_again_where_it_shows_something_else(origin, clone):
    shutil.copytree(origin.folder / "results", clone.folder / "results")
    other_times(clone.folder)
    assert clone.run("bimodality")[1] == []
    changed(clone, "figures/bimodality.py")
    assert clone.run("bimodality", "--dry-run")[1] == ["Drawing bimodality"]
    assert clone.run("figures", "--dry-run")[1] == ["Drawing bimodality"]


def test_times_alone_change_nothing(own):
    other_times(own.folder)
    assert own.run("outcomes", "nested_learning")[1] == []


@pytest.mark.long
def test_records_of_another_training_do_not_count_against_a_table_that_is_right(origin, clone):
    """As after training an older version, then pulling a newer one."""
    clone.study["recipes"]["tiny"]["learning_rate"] = 0.04
    clone.run(table(clone))
    clone.dvc("pull", "--force")
    clone.study = copy.deepcopy(TINY)
    target = table(clone)
    assert clone.run(target)[1] == []
    shutil.rmtree(clone.folder / "results/datasets")
    assert clone.run(target)[1] == []


def test_a_damaged_table_is_named_by_both_and_can_be_fetched_again(pulled):
    path = pulled.folder / table(pulled)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "results/tiny/outcomes" in pulled.dvc("status")
    said, _ = pulled.run(pulled.measures(LINEAR, "epochs"), expect=1)
    assert f"learnorder: {table(pulled)}: cannot be read" in said
    assert "if it was published, fetch it: dvc pull --force" in said
    assert "Traceback" not in said
    pulled.dvc("pull", "--force")
    assert path.read_bytes() == whole


def test_a_damaged_object_of_the_store_is_told_and_nothing_of_it_is_used(clone):
    damaged = dict(store.objects(clone.folder))[table(clone)]
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2])
    assert "results/tiny/outcomes" in clone.dvc("pull", expect=1)
    assert not (clone.folder / table(clone)).exists()
    clone.git("checkout", "--", "published")
    clone.dvc("pull")
    assert (clone.folder / table(clone)).read_bytes() == whole


def test_a_pull_that_stopped_half_way_is_told(pulled):
    (pulled.folder / table(pulled, 1)).unlink()
    said, _ = pulled.run(pulled.measures(LINEAR, "epochs"), "--dry-run")
    assert f"outcome tables that were published are not here, such as {table(pulled, 1)}: dvc pull" in said
    assert not pulled.is_clean
    pulled.dvc("pull")
    assert pulled.run("outcomes")[1] == []


@pytest.mark.long
def test_dvc_runs_the_study_and_deletes_no_outcomes(pulled):
    assert "Data and pipelines are up to date" in pulled.dvc("repro")
    pulled.study["claims"] = {"significance": 0.02}
    pulled.configure()
    before = {path: held for path, held in pulled.files().items() if "outcomes" in path}
    pulled.dvc("repro")
    assert {path: held for path, held in pulled.files().items() if "outcomes" in path} == before
    assert not (pulled.folder / "results/datasets").exists()
    assert pulled.is_clean
    assert "up to date" in pulled.dvc("repro")
    shown = json.loads(pulled.dvc("metrics", "show", "--json"))
    assert shown[""]["data"]["results/tiny/claims.json"]["data"]["nested"]["found"] == 2


def test_metrics_of_two_commits_are_compared(pulled):
    path = pulled.folder / "results/tiny/claims.json"
    numbers = json.loads(path.read_text(encoding="utf-8"))
    numbers["nested"]["cannot_tell"] += 1
    path.write_text(json.dumps(numbers), encoding="utf-8")
    difference = json.loads(pulled.dvc("metrics", "diff", "HEAD", "--json"))
    assert difference["results/tiny/claims.json"]["nested.cannot_tell"]["diff"] == 1


def test_a_push_by_accident_publishes_nothing(pulled):
    (pulled.folder / "results/tiny/claims.json").write_text("{}\n", encoding="utf-8")
    pulled.dvc("commit", "--force")
    pulled.dvc("push")
    pulled.git("add", "--all")
    assert pulled.git("diff", "--cached", "--name-only").split() == ["dvc.lock"]


@pytest.mark.long
def test_only_what_is_current_and_small_is_published(pulled):
    # The pictures' inputs are not here, and what is pulled is enough.
    assert "4 outcome tables" in pulled.publish()
    pulled.study["recipes"]["tiny"]["learning_rate"] = 0.04
    pulled.configure()
    said = pulled.publish(expect=1)
    assert re.fullmatch(
        r"learnorder: config/my study.yaml: \d+ files follow from other settings or code than the study has now, "
        r"such as \S+; remove them first: make clean-old CONFIG='config/my study.yaml'\n",
        said,
    )
    pulled.study = copy.deepcopy(TINY)
    pulled.configure()
    limited = "from learnorder import publish; publish.LIMIT_MB = 0.001\n"
    limited += f"with publish.one_line(): publish.publish('{pulled.configfile}')"
    said = pulled.command(sys.executable, "-c", limited, expect=1)
    assert re.fullmatch(
        r"learnorder: published/ would hold 0\.\d MB; allowed: 0.001; name in \.dvcignore .*\n", said
    )


def test_publishing_trains_nothing(pulled):
    tiny = pulled.study["recipes"]["tiny"]
    pulled.study["recipes"] |= {"left_out": tiny | {"epochs": 3}, "on_gpu": tiny | {"device": "gpu"}}
    pulled.study["collections"].append(
        {"dataset": "digits", "architecture": "mlp", "recipe": ["left_out", "on_gpu"], "networks": 4}
    )
    pulled.configure()
    with (pulled.folder / ".dvcignore").open("a", encoding="utf-8") as ignored:
        ignored.write("results/tiny/outcomes/digits/mlp/left_out\nresults/tiny/outcomes/digits/mlp/on_gpu\n")
    clean = f"echo yes | {shlex.quote(sys.executable)} -m learnorder.old --configfile '{pulled.configfile}'"
    assert "tables/networks/" in pulled.command("sh", "-c", clean)
    said = pulled.publish(expect=1)
    assert said == (
        "learnorder: config/my study.yaml: 4 outcome tables that figures are drawn from are missing "
        "or out of date; train them first: make CONFIG='config/my study.yaml'\n"
    )


def test_outcomes_that_are_left_out_are_made_where_they_are_asked_for(pulled):
    for path in (pulled.folder / "results/tiny/outcomes").rglob("*.parquet"):
        path.unlink()
    shutil.rmtree(pulled.folder / "published")
    # Their figures stand on tables of their own.
    assert pulled.run("nested_learning")[1] == ["Drawing nested_learning"]
    assert "Training networks 000 to 001 of mlp" in pulled.run("outcomes", "--dry-run")[1]


def test_outcomes_are_as_they_were_made(pulled):
    made = outcomes.metadata(pulled.folder / table(pulled, 1))
    assert made["seeds"] == [2, 3]
