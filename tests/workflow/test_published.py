"""What is published with this very repository: whole, small, current, and what the pictures show."""

import hashlib
import re
import subprocess
from importlib import import_module
from pathlib import Path

import polars as pl
import polars.testing
import pytest
import yaml
from conftest import ROOT

from learnorder import outcomes, publish, selection, store, tables
from learnorder.claims import beside_paper
from learnorder.figures import at_chance
from learnorder.measures import collection
from learnorder.study import layout
from learnorder.study.configured import configured

LIMIT_MB = {"published": publish.LIMIT_MB, "": 45}
OBJECTS = dict(store.objects(ROOT))
STUDIES = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["vars"][0]["studies"]
NAMES = ("dataset", "architecture", "recipe")
PUBLISHED = [name for name in STUDIES if f"results/{name}/outcomes" in OBJECTS]
SHOWN = {"same_order": ("distribution", "epochs"), "bimodality": ("epochs",)}
"""Figures of which one collection is measured again; all of a study's would take minutes."""


def tracked(folder=""):
    listed = subprocess.run(
        ["git", "ls-files", "-z", folder or "."], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def published_study(name):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return configured(STUDIES[name])


@pytest.fixture(scope="module", params=PUBLISHED)
def study(request):
    return published_study(request.param)


@pytest.mark.parametrize("folder", LIMIT_MB)
def test_the_repository_stays_small(folder):
    size = sum(path.stat().st_size for path in tracked(folder)) / 1e6
    assert size <= LIMIT_MB[folder], (
        f"{folder or 'the repository'} holds {size:.1f} MB; leave some out: .dvcignore"
    )


def test_the_store_has_every_object_that_the_lock_names_and_no_other():
    stored = {path for path in (ROOT / "published").rglob("*") if path.is_file()}
    assert stored == set(OBJECTS.values())
    for path in stored:
        name = path.parent.name + path.name
        with path.open("rb") as file:
            assert hashlib.file_digest(file, "md5").hexdigest() == name.removesuffix(".dir")


def linked(folder, study, collection):
    """The published outcome tables of a collection under the names that they have in a clone."""
    for table in layout.shards(study, collection):
        path = folder / table
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(OBJECTS[table])
        yield path


def test_every_outcome_table_was_made_by_the_code_and_the_configuration_of_this_commit(
    study, tmp_path, monkeypatch
):
    """So that none of an older version of the training, or of other settings, is published."""
    start = f"results/{study.name}/outcomes/"
    published = {str(Path(path).parent.parent)[len(start) :] for path in OBJECTS if path.startswith(start)}
    for collection_path in (path for path in study.by_path if path in published):
        for path in linked(tmp_path, study, collection_path):
            outcomes.check(path, study.identity(*collection_path.split("/")))
    # What DVC ignores it looks up in the clone, and only reads.
    monkeypatch.chdir(ROOT)
    assert published == set(publish.published_tables(study).values())


def test_the_findings_show_the_papers_numbers_beside_the_published_ones():
    studies = [published_study(name) for name in ("reproduction", "hyper_parameters", "parts")]
    claims = [tables.read_csv(OBJECTS[selection.claims_table(study)]) for study in studies]
    differences = {experiment: words for study in studies for experiment, words in study["differences"].items()}
    rows = beside_paper.lines(pl.concat(claims, how="diagonal_relaxed"), differences, whole=True)
    page = (ROOT / "docs/findings.md").read_text(encoding="utf-8")
    shown = page.partition("<!-- make paper: begin -->\n")[2].partition("<!-- make paper: end -->")[0]
    assert shown.strip().splitlines() == rows[:-1]


# All collections of `reproduction` have 100 networks.
MEASURED = [pytest.param(name, marks=[pytest.mark.long] * (name == "reproduction")) for name in PUBLISHED]


@pytest.fixture(scope="module", params=MEASURED)
def measured(request, tmp_path_factory):
    """Of a study the collection whose published outcome tables are smallest, by name, and its measures now."""
    study, folder = published_study(request.param), tmp_path_factory.mktemp("measured")
    table = tables.read_csv(OBJECTS[f"results/{study.name}/figures/{next(iter(SHOWN))}.csv"])
    start = f"results/{study.name}/outcomes"
    sizes = {
        names: sum(
            path.stat().st_size for name, path in OBJECTS.items() if name.startswith(f"{start}/{'/'.join(names)}/")
        )
        for names in table.select(NAMES).unique().rows()
    }
    names = min((names for names in sizes if sizes[names]), key=lambda names: (sizes[names], names))
    here, settings = list(linked(folder, study, "/".join(names))), study["measures"]
    trusted = outcomes.scan(here, study.identity(*names))
    found = collection.measure(
        trusted, outcomes.metadata(here[0])["classes"], settings["confidence"], settings["permutations"]
    )
    return study, names, found


@pytest.mark.parametrize("figure", SHOWN)
def test_the_published_table_of_a_figure_follows_from_the_published_outcomes(measured, figure, tmp_path):
    """Of one collection, compared value by value."""
    study, names, found = measured
    kept = tables.read_csv(OBJECTS[f"results/{study.name}/figures/{figure}.csv"])
    anew = import_module(f"learnorder.figures.{figure}").table(
        **{name: {names: found[name]} for name in SHOWN[figure]}
    )
    tables.write_csv(tmp_path / "anew.csv", at_chance.marked(anew, {names: found["epochs"]}))
    same = kept.filter(*(pl.col(column) == name for column, name in zip(NAMES, names, strict=True)))
    polars.testing.assert_frame_equal(tables.read_csv(tmp_path / "anew.csv"), same)


SECRETS = {
    "a private key": rb"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a key of AWS": rb"\b(AKIA|ASIA)[0-9A-Z]{16}\b",
    "a secret in a configuration": rb"(?im)^\s*(secret_access_key|access_key_id|password|passphrase|sas_token"
    rb"|session_token|account_key|connection_string|client_secret)\s*[=:]\s*\S",
    "an address with a password": rb"[a-z0-9]+://[^/\s:@{}]+:[^/\s:@{}]+@",
    "a token of a forge": rb"\b(ghp|gho|ghs|github_pat|glpat|hf)[_-][A-Za-z0-9_]{20,}",
}


@pytest.mark.parametrize("secret", SECRETS)
def test_no_credentials_are_in_the_repository(secret):
    pattern = re.compile(SECRETS[secret])
    found = [path for path in tracked() if path.name != Path(__file__).name and pattern.search(path.read_bytes())]
    assert found == []


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("a private key", b"-----BEGIN OPENSSH " + b"PRIVATE KEY-----"),
        ("a key of AWS", b"id = AKIA" + b"A" * 16),
        ("a secret in a configuration", b"    secret_access_key = abc"),
        ("an address with a password", b"url = https://me:" + b"word@host/"),
        ("a token of a forge", b"ghp_" + b"a" * 36),
    ],
)
def test_credentials_would_be_found(secret, text):
    assert re.search(SECRETS[secret], text)
