"""A study is what its own file, the command line and the catalogues give, and nothing of the default study."""

import subprocess

import pytest
import yaml
from clones import ROOT, SNAKEMAKE, TINY, Clone
from conftest import configuration

from learnorder import outcomes
from learnorder.errors import UserError
from learnorder.study.configured import DEFAULT as DEFAULT_FILE
from learnorder.study.configured import configured

DEFAULT = configuration()
OWN = {
    "datasets": {"reader": "noise", "examples": {"train": 500, "test": 9}, "shape": [1, 8, 8]},
    "architectures": {"model": "linear"},
    "recipes": {"epochs": 1, "evaluate_at": [1], "batch_size": 10, "optimiser": "sgd", "learning_rate": 0.1},
}
"""An entry of each catalogue that sets only what it must."""
STUDY = {
    "study": "mine",
    "collections": [{"dataset": "digits", "architecture": "mlp", "recipe": "sgd", "networks": 2}],
}


@pytest.fixture(autouse=True)
def _in_the_clone(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture
def study_of(tmp_path):
    def write_and_read(*contents, settings=()):
        paths = [tmp_path / f"{number}.yaml" for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return configured(*paths, settings=settings)

    return write_and_read


@pytest.mark.parametrize("catalogue", OWN)
def test_a_study_s_entry_has_nothing_of_another_entry_of_its_name(study_of, catalogue):
    """Of the catalogue, of the default study, or of an earlier file."""
    alone = study_of({**STUDY, catalogue: {"alone": OWN[catalogue]}})[catalogue]["alone"]
    names = [name for name, entry in DEFAULT[catalogue].items() if "of" not in entry]
    entries = study_of(
        {**STUDY, "collections": [], "imported": [IMPORTED], catalogue: dict.fromkeys(names, OWN[catalogue])}
    )
    assert {name: entries[catalogue][name] for name in names} == dict.fromkeys(names, alone)
    more = {"description": "of an earlier file"} if catalogue != "recipes" else {"momentum": 0.9}
    earlier = {**STUDY, catalogue: {"twice": OWN[catalogue] | more}}
    assert study_of(earlier, {catalogue: {"twice": OWN[catalogue]}})[catalogue]["twice"] == alone


IMPORTED = {"dataset": "theirs", "architecture": "theirs", "recipe": "theirs", "networks": 2, "test": "test.npz"}


def test_nothing_of_the_default_study_is_in_another(study_of):
    own, study = yaml.safe_load((ROOT / DEFAULT_FILE).read_text(encoding="utf-8")), study_of(STUDY)
    for catalogue in ("datasets", "recipes"):
        assert own[catalogue]
        assert set(study[catalogue]) == set(DEFAULT[catalogue]) - set(own[catalogue])
    others = study_of(STUDY | {"imported": [IMPORTED], "collections": []})
    assert [collection.path for collection in others.collections] == ["theirs/theirs/theirs"]


def test_without_a_file_it_is_the_default_study():
    assert configured().config == configured(DEFAULT_FILE).config
    assert configured().name == "default"


def test_a_later_file_goes_before_an_earlier_one_and_the_command_line_before_both(study_of):
    files = (
        STUDY | {"measures": {"confidence": 0.8, "permutations": 99}, "figures": ["same_order"]},
        {"measures": {"permutations": 199}, "seeds_per_job": 5},
    )
    study = study_of(*files, settings=["seeds_per_job=3", "figures=[bimodality, text]", "study=ours"])
    assert study["measures"] == configured()["measures"] | {"confidence": 0.8, "permutations": 199}
    assert (study["seeds_per_job"], study["figures"], study.name) == (3, ["bimodality", "text"], "ours")
    assert study_of(STUDY, settings=["measures={permutations: 99}"])["measures"]["permutations"] == 99


def test_a_setting_of_the_command_line_that_is_no_yaml_is_told(study_of):
    with pytest.raises(UserError, match=r"configuration: figures is \[a: line 1, column \d+: no valid YAML"):
        study_of(STUDY, settings=["figures=[a"])


@pytest.mark.parametrize("missing", ["study", "collections"])
def test_what_a_study_must_give_itself_is_not_taken_from_elsewhere(study_of, missing):
    with pytest.raises(UserError, match=f"configuration: {missing} is missing in the study's file; allowed: a"):
        study_of({key: value for key, value in STUDY.items() if key != missing})


def test_a_name_or_class_that_yaml_takes_for_a_number_is_to_be_put_in_quotes(study_of):
    with pytest.raises(UserError, match=r"study is 2024; allowed: string, .*; as a text, in quotes$"):
        study_of(STUDY | {"study": 2024})
    part = {"reader": "subset", "of": "digits", "classes": ["1", 7]}
    with pytest.raises(
        UserError, match=r"datasets.part.classes\[1\] is 7; allowed: string; as a text, in quotes$"
    ):
        study_of(STUDY | {"datasets": {"part": part}})


def test_switches_are_true_or_false(study_of):
    with pytest.raises(UserError, match=r"recipes.own.flip is 'yes'; allowed: true or false$"):
        study_of(STUDY | {"recipes": {"own": OWN["recipes"] | {"flip": "yes"}}})


def test_a_key_without_a_value_is_empty(study_of):
    with pytest.raises(UserError, match="configuration: recipes is empty; allowed: object"):
        study_of(STUDY | {"recipes": None})


SAID = {
    "weight_decay": 0.0,
    "epochs": 1.0,
    "evaluate_at": [1.0],
    "warm_up": 0,
    "vary": ["initialisation", "order", "augmentation"],
}
"""What a recipe says by default or says otherwise."""


def test_what_says_the_same_is_the_same_down_to_the_order_of_its_keys(study_of):
    """So that nothing is trained, measured or drawn again."""
    used = {"collections": [STUDY["collections"][0] | {"recipe": "own", "dataset": "clouds"}]}
    clouds = {"reader": "gaussian", "examples": {"train": 500, "test": 9}, "separation": 3}
    short = study_of(STUDY | used | {"datasets": {"clouds": clouds}, "recipes": {"own": OWN["recipes"]}})
    long = study_of(
        STUDY
        | used
        | {
            "datasets": {"clouds": {"label_noise": 0, "seed": 0.0} | clouds | {"separation": 3.0}},
            "recipes": {"own": SAID | OWN["recipes"] | SAID},
            "measures": {"permutations": 999.0, "confidence": 0.95},
        }
    )
    assert repr(long.config) == repr(short.config)
    identities = [repr(study.identity("clouds", "mlp", "own")) for study in (short, long)]
    assert identities[0] == identities[1]


def test_networks_may_be_written_as_a_decimal_and_options_keep_theirs(study_of):
    forest = {"library": "scikit-learn", "model": "random_forest", "options": {"max_features": 1.0}}
    collection = {"dataset": "digits", "architecture": "forest", "recipe": "rounds", "networks": 2.0}
    study = study_of({"study": "mine", "collections": [collection], "architectures": {"forest": forest}})
    assert study.shards("digits/forest/rounds") == [(0, 1)]
    assert isinstance(study["architectures"]["forest"]["options"]["max_features"], float)
    with pytest.raises(UserError, match=r"networks is 2.5; allowed: integer"):
        study_of({"study": "mine", "collections": [collection | {"networks": 2.5}]})


def test_snakemake_plans_the_study_s_own_entries_and_does_not_announce_its_files(tmp_path):
    study = TINY | {"collections": [TINY["collections"][0] | {"recipe": "own_half"}]}
    clone = Clone(tmp_path / "clone", study | {"recipes": {"own_half": TINY["recipes"]["tiny"]}})
    said, jobs = clone.run("outcomes", "--config", "seeds_per_job=3")
    assert "Training networks 000 to 002 of mlp" in jobs
    [table] = clone.folder.glob("results/tiny/outcomes/digits/mlp/own_half/*/seeds-000-002.parquet")
    recipe = outcomes.metadata(table)["identity"]["recipe"]
    assert (recipe["train_examples"], recipe["train_examples_drawn"]) == (0, "shared")
    assert "Config file" not in said


MISTAKES = {
    "missing": (None, "no such file; allowed: the configuration of a study; targets stand before --configfile"),
    "latin": (b"study: m\xfcller\n", "line 1 is not UTF-8 (byte 0xfc); save the file as UTF-8"),
    "empty": (b"", "is empty; allowed: keys with values, such as study: mine"),
    "bracket": (b"study: mine\ncollections: [\n", "line 3, column 1: no valid YAML: while parsing a flow node"),
    "twice": (
        b"study: mine\ncollections: []\nstudy: ours\n",
        "lines 1 and 3 both set study; allowed: each key once",
    ),
}


@pytest.mark.parametrize(
    "mistake",
    [
        "missing",
        "latin",
        # The same reader is tested without Snakemake.
        *(pytest.param(mistake, marks=pytest.mark.long) for mistake in list(MISTAKES)[2:]),
    ],
)
def test_a_file_that_snakemake_cannot_read_is_told_in_one_line(tmp_path, mistake):
    content, words = MISTAKES[mistake]
    clone = Clone(tmp_path / "clone", TINY)
    if content is not None:
        (tmp_path / "clone/mine.yaml").write_bytes(content)
    run = subprocess.run(
        [*SNAKEMAKE, "same_order", "--dry-run", "--configfile", "mine.yaml"],
        cwd=clone.folder,
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 1
    lines = [line for line in run.stderr.splitlines() if not line.startswith("Using workflow specific profile")]
    assert len(lines) == 1
    assert lines[0].startswith(f"learnorder: mine.yaml: {words}")
