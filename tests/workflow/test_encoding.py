"""The workflow does the same in every locale."""

import ast
import os
import shutil
import subprocess
import sys

import numpy as np
import pyarrow.parquet as pq
import pytest
from clones import ROOT, Clone
from PIL import Image

LOCALES = {"de_DE.ISO-8859-1": "de_DE", "ja_JP.EUC-JP": "ja_JP"}


def texts_of_no_encoding(path):
    """Lines of a Python file that read or write text in the encoding of the locale.

    The lint rule sees only what is surely a `Path` or the built-in `open`.
    """
    for call in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(call, ast.Call) and "encoding" not in {keyword.arg for keyword in call.keywords}:
            name = getattr(call.func, "attr", getattr(call.func, "id", None))
            modes = [*call.args[isinstance(call.func, ast.Name) :], *(k.value for k in call.keywords)]
            opened = name == "open" and all(
                isinstance(mode, ast.Constant) and "b" not in str(mode.value) for mode in modes
            )
            said = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
            if opened or name in ("read_text", "write_text") or said.get("text") == "True":
                yield f"{path.name}:{call.lineno}"


def test_every_text_names_its_encoding(tmp_path):
    paths = [
        path for part in ("src", "workflow", "tests", "docs", "benchmarks") for path in (ROOT / part).rglob("*.py")
    ]
    assert len(paths) > 200
    assert [line for path in paths for line in texts_of_no_encoding(path)] == []

    unnamed = ("path.read_text()", "path.write_text(text)", "open(path)", "path.open('w')", "run(line, text=True)")
    named = ("path.read_text(encoding='utf-8')", "open(path, 'rb')", "Image.open(path)", "archive.open(name)")
    (tmp_path / "some.py").write_text("\n".join([*unnamed, *named]), encoding="utf-8")
    found = list(texts_of_no_encoding(tmp_path / "some.py"))
    assert found == [f"some.py:{line}" for line in range(1, len(unnamed) + 1)]


@pytest.fixture(scope="module")
def locales(tmp_path_factory):
    """A folder with locales of other encodings than UTF-8; few systems still have one."""
    folder = tmp_path_factory.mktemp("locales")
    for name, language in LOCALES.items():
        command = ["localedef", "-i", language, "-f", name.partition(".")[2], folder / name]
        if not shutil.which("localedef") or subprocess.run(command, capture_output=True).returncode:
            pytest.skip(f"no locale {name}: localedef cannot make it; on Debian: apt-get install locales")
    return folder


@pytest.fixture(scope="module")
def birds(tmp_path_factory):
    """A folder of images with names that no other encoding than UTF-8 has."""
    random, folder = np.random.default_rng(0), tmp_path_factory.mktemp("birds") / "Vögel 鳥 🐦"
    for name in ("früh", "spät"):
        (folder / name).mkdir(parents=True)
        for number in range(4):
            pixels = random.integers(0, 256, (8, 8), np.uint8)
            Image.fromarray(pixels).save(folder / name / f"β{number}.png")
    return folder


@pytest.mark.parametrize("name", ["de_DE.ISO-8859-1", pytest.param("ja_JP.EUC-JP", marks=pytest.mark.long)])
def test_a_run_is_the_same_in_every_locale(tmp_path, birds, locales, name):
    if not str(ROOT).isascii():
        pytest.skip("in such a locale Python 3.11 finds no package in a clone whose path is not ASCII")
    damaged = tmp_path / birds.name
    shutil.copytree(birds, damaged)
    (damaged / "spät/β3.png").write_bytes(b"no image")
    entries = {
        called: {"reader": "image_folder", "path": str(path), "size": 8, "channels": 1}
        for called, path in (("birds", birds), ("damaged", damaged))
    }
    collection = {"dataset": ["birds", "damaged"], "architecture": "mlp", "recipe": "sgd", "networks": 2}
    clone = Clone(tmp_path / "clone", {"study": "named", "datasets": entries, "collections": [collection]})
    examples = "results/datasets/{}/examples.parquet"
    spoken = {"LC_ALL": name, "LOCPATH": str(locales)}
    said, _ = clone.run(*map(examples.format, entries), "--keep-going", expect=1, **spoken)
    assert f"\nlearnorder: {damaged}/spät/β3.png: cannot be decoded" in said
    assert "\ndataset birds: 2 classes (früh, spät); train: 6 examples, 3 of each class; test: 2 exam" in said
    assert "Traceback" not in said
    sources = pq.read_table(clone.folder / examples.format("birds"))["source"].to_pylist()
    assert "spät/β0.png" in sources
    status = [sys.executable, "-m", "learnorder.status", "--configfile", clone.configfile]
    run = subprocess.run(status, cwd=clone.folder, env=os.environ | spoken, capture_output=True, check=True)
    assert run.stdout.decode(name.partition(".")[2]).startswith("collection")
