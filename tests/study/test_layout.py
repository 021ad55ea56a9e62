"""Where results lie: at paths that follow from all that decides them, and from nothing else."""

import pytest
from conftest import configuration

from learnorder import old, selection
from learnorder.study import layout
from learnorder.study.model import Study

COLLECTION = "digits/mlp/sgd"


def study(**changed):
    config = configuration()
    config["collections"] = [
        {"dataset": "digits", "architecture": ["linear", "mlp"], "recipe": "sgd", "networks": 4}
    ]
    return Study(config | changed)


def places(study):
    """Paths of a collection's outcomes and measures, of a pair's, of the tables of a figure and of the claims."""
    return {
        "outcomes": layout.outcomes(study, COLLECTION),
        "measures": layout.measures(study, study.by_path[COLLECTION]),
        "pair": layout.pair(study, study.pairs[0]),
        "figure": selection.figure_table(study, "across_architectures"),
        "claims": selection.claims_table(study),
    }


def changed(**settings):
    """What lies elsewhere than before, by another setting."""
    before, after = places(study()), places(study(**settings))
    return {what for what in before if before[what] != after[what]}


def test_the_same_study_has_the_same_paths():
    assert changed() == changed(figures=["gallery"]) == changed(seeds_per_job=2) == set()


def test_each_setting_moves_what_follows_from_it_and_nothing_else():
    config = configuration()
    faster = config["recipes"] | {"sgd": config["recipes"]["sgd"] | {"learning_rate": 0.5}}
    more = [{"dataset": "digits", "architecture": ["linear", "mlp"], "recipe": "sgd", "networks": 5}]
    assert changed(recipes=faster) == {"outcomes", "measures", "pair", "figure", "claims"}
    assert changed(collections=more) == {"measures", "pair", "figure", "claims"}
    assert changed(measures={"permutations": 99}) == {"measures", "pair", "figure", "claims"}
    assert changed(claims=config.get("claims", {}) | {"significance": 0.02}) == {"claims"}
    described = config["datasets"] | {"digits": config["datasets"]["digits"] | {"description": "Digits."}}
    assert changed(datasets=described) == {"figure"}


@pytest.mark.parametrize(
    ("module", "moved"),
    [
        ("measures.collection", {"measures", "figure", "claims"}),
        ("measures.pair", {"pair", "figure", "claims"}),
        ("figures.across_architectures", {"figure"}),
        ("claims.claims", {"claims"}),
    ],
)
def test_each_module_moves_what_it_makes(monkeypatch, module, moved):
    before, digest = places(study()), layout.source.digest
    monkeypatch.setattr(layout.source, "digest", lambda *names: digest(*names) + "x" * (module in names))
    after = places(study())
    assert {what for what in before if before[what] != after[what]} == moved


def test_another_file_of_imported_predictions_is_another_collection(tmp_path):
    own = tmp_path / "test.npz"
    entry = {"dataset": "digits", "architecture": "ours", "recipe": "ours", "networks": 2, "test": str(own)}

    def path(content):
        own.write_bytes(content)
        return layout.outcomes(study(imported=[entry]), "digits/ours/ours")

    assert path(b"a") == path(b"a") != path(b"b")


def test_a_mark_takes_the_place_of_earlier_ones_of_the_same_result_alone(tmp_path):
    picture, longer = tmp_path / "same.png", tmp_path / "same.order.png"
    first, other, second = layout.mark(picture, "a"), layout.mark(longer, "a"), layout.mark(picture, "b")
    for mark in (first, other, second):
        layout.leave_mark(mark)
    assert sorted(map(str, tmp_path.iterdir())) == sorted([other, second])


def test_what_follows_from_other_settings_is_old_and_removed_after_asking(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    now = study()
    kept = [f"{layout.outcomes(now, COLLECTION)}/seeds-000-003.parquet", selection.claims_table(now)]
    left = ["results/default/outcomes/digits/mlp/sgd/00000000/seeds-000-003.parquet"]
    left.append("results/default/tables/claims/00000000.csv")
    for path in (*kept, *left):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("a", encoding="utf-8")
    assert list(map(str, old.files(now))) == left
    assert list(old.said([])) == []
    monkeypatch.setattr(old, "configured", lambda configfile: now)
    for answer, there in (("", True), ("n", True), ("yes", False)):
        monkeypatch.setattr("sys.stdin.readline", lambda answer=answer: answer, raising=False)
        old.clean("any")
        assert [(tmp_path / path).exists() for path in left] == [there] * 2
    assert "2 files (0.0 MB) follow from other settings or code than now" in capsys.readouterr().out
    assert all((tmp_path / path).exists() for path in kept)
    assert not (tmp_path / left[0]).parent.exists()
