import ast
import hashlib
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, configuration

from learnorder.datasets import canonical, docstrings, text
from learnorder.datasets.build import build
from learnorder.errors import UserError

SHARED = ROOT.parent / "shared" / "data" / "stackoverflow"


def decoded(dataset: canonical.Dataset, split: str) -> list[list[str]]:
    """The words of each text, as a network sees them, without padding."""
    return [[dataset.vocabulary[n] for n in row if n] for row in dataset.splits[split].inputs]


def same_bytes(first, second) -> bool:
    files = ("train.npy", "test.npy", "examples.parquet")
    return all((first / name).read_bytes() == (second / name).read_bytes() for name in files)


# Words and their numbers


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            "How do you page a collection with LINQ?",
            ["how", "do", "you", "page", "a", "collection", "with", "linq"],
        ),
        ("C++/C# and ctrl+tab in snake_case", ["c++", "c#", "and", "ctrl", "tab", "in", "snake", "case"]),
        ("Größe: 64bit", ["größe", "64bit"]),
        ("<pad> <unknown>", ["pad", "unknown"]),
        (" ?! ", []),
        ("我喜欢Python编程。", ["我", "喜", "欢", "python", "编", "程"]),
        ("コンピュータを使う", ["コンピュータ", "を", "使", "う"]),
        ("नमस्ते, हिन्दी में!", ["नमस्ते", "हिन्दी", "में"]),
        ("สวัสดี", ["ส", "วั", "ส", "ดี"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("مرحبًا می‌خواهم", ["مرحبًا", "می‌خواهم"]),
        ("Great 👍🏽👨‍👩‍👧 ❤️ ☺ 🇩🇪, © and ™", ["great", "👍🏽", "👨‍👩‍👧", "❤️", "☺", "🇩🇪", "and"]),
        ("cafe\u0301 caf\u00e9", ["caf\u00e9", "caf\u00e9"]),
    ],
)
def test_words(given, words):
    assert text.words(given) == words


def english(folder: Path) -> Iterator[str]:
    """The texts of the published collections."""
    for package in configuration()["datasets"]["docstrings"]["packages"]:
        yield from (sentence for _, sentence in docstrings._documented(package))
    if folder.is_dir():
        yield from (folder / "title_StackOverflow.txt").read_text(encoding="utf-8").split("\n")


def test_english_texts_have_the_words_with_which_collections_were_published():
    then = re.compile(r"[^\W_]+(?:[+#]+(?!\w))?")
    texts = list(english(SHARED))
    assert len(texts) > 5000
    assert [line for line in texts if text.words(line) != then.findall(line.lower())] == []


@pytest.mark.parametrize("word", ["好", "हिन्दी", "👍"])
def test_texts_of_any_script_can_be_told_apart(titles, tmp_path, word):
    lines = [f"坏{word}" * (1 + n % 3) for n in range(40)]
    dataset = built(*titles("\n".join(lines).encode("utf-8-sig"), b"1\n2\n" * 20), tmp_path)
    assert word in dataset.vocabulary
    assert not (dataset.splits["test"].inputs == canonical.UNKNOWN).any()


def test_texts_of_words_that_are_mostly_unknown_are_refused(titles, tmp_path):
    lines = [f"word{n} other{n} title" for n in range(40)]
    with pytest.raises(UserError, match="dataset small: 67% of its test words are unknown") as told:
        built(*titles("\n".join(lines).encode(), b"1\n2\n" * 20), tmp_path)
    assert "allowed: at most half: more train texts, or more `words`" in str(told.value)


def test_the_vocabulary_has_the_commonest_words_and_ties_are_alphabetical():
    texts = [["c", "c", "d"], ["b", "a", "b"]]
    assert text.vocabulary(texts, 3) == ["<pad>", "<unknown>", "b", "c", "a"]
    assert text.vocabulary(texts, 10) == ["<pad>", "<unknown>", "b", "c", "a", "d"]


def test_texts_are_cut_padded_and_never_all_padding():
    encoded = text.encode([["b", "x"], ["a", "b", "a", "b"], []], ["<pad>", "<unknown>", "a", "b"], 3)
    assert encoded.tolist() == [[3, 1, 0], [2, 3, 2], [1, 0, 0]]
    assert encoded.dtype == np.uint16


def test_the_vocabulary_is_that_of_the_train_split_alone():
    texts = [["a"], ["z", "z"], ["b", "a"]]
    entry = {"classes": ["p", "q"], "length": 2, "words": 10}
    dataset = text.dataset(texts, np.array([0, 1, 1]), np.array(["x", "y", "z"]), np.array([1]), entry)
    assert dataset.vocabulary == ["<pad>", "<unknown>", "a", "b"]
    assert dataset.splits["train"].inputs.tolist() == [[2, 0], [3, 2]]
    assert dataset.splits["test"].inputs.tolist() == [[1, 1]]
    assert dataset.splits["test"].labels.tolist() == [1]
    assert dataset.splits["train"].source.tolist() == ["x", "z"]


# Stack Overflow


@pytest.fixture
def titles(tmp_path):
    """Write titles and labels in the published layout; gives the folder that holds them and their entry."""

    def write(titles: bytes, labels: bytes, **changed):
        folder = tmp_path / "published"
        folder.mkdir(exist_ok=True)
        entry = {"reader": "stackoverflow", "classes": ["a", "b"], "addresses": []}
        entry |= {"length": 4, "words": 100, "seed": 0} | changed
        for part, content in (("titles", titles), ("labels", labels)):
            (folder / f"{part}.txt").write_bytes(content)
            entry[part] = {"name": f"{part}.txt", "sha256": [hashlib.sha256(content).hexdigest()]}
        return folder, entry

    return write


def built(folder, entry, tmp_path):
    return build("small", entry, tmp_path, tmp_path / "downloads", [str(folder)])


def test_titles_by_hand(titles, tmp_path):
    lines = [f"title {number} of class {number % 3 // 2}" for number in range(18)]
    lines[4] = "one\u2028line"  # a separator of lines in Unicode, not in the file
    topics = [number % 3 // 2 for number in range(18)]
    given = titles("\r\n".join(lines).encode(), "\n".join(str(t + 1) for t in topics).encode() + b"\n")
    dataset = built(*given, tmp_path)
    assert {split: len(data.labels) for split, data in dataset.splits.items()} == {"train": 12, "test": 6}
    for data, counts in ((dataset.splits["train"], [8, 4]), (dataset.splits["test"], [4, 2])):
        assert np.bincount(data.labels).tolist() == counts
        assert data.labels.tolist() == [topics[line - 1] for line in data.source]
    for split, data in dataset.splits.items():
        for found, line in zip(decoded(dataset, split), data.source, strict=True):
            known = [word if word in dataset.vocabulary else "<unknown>" for word in text.words(lines[line - 1])]
            assert found == known[:4]
    assert sorted(np.concatenate([data.source for data in dataset.splits.values()])) == list(range(1, 19))


def test_the_split_follows_its_seed_and_the_examples_asked_for(titles, tmp_path):
    content = ("\n".join(f"title {n}" for n in range(40)) + "\n").encode(), b"1\n2\n" * 20
    sources = {}
    for seed in (0, 0, 1):
        dataset = built(*titles(*content, seed=seed, examples={"train": 30, "test": 10}), tmp_path)
        assert np.bincount(dataset.splits["test"].labels).tolist() == [5, 5]
        sources.setdefault(seed, []).append(dataset.splits["test"].source.tolist())
    assert sources[0][0] == sources[0][1] != sources[1][0]


@pytest.mark.parametrize(
    ("lines", "topics", "changed", "told"),
    [
        (b"x\ny\nz\n", b"1\n2\n", {}, "labels.txt: 2 labels for the 3 titles of titles.txt; allowed: as many"),
        (b"x\ny\n", b"1\n2\n2\n", {}, "labels.txt: 3 labels for the 2 titles of titles.txt"),
        (b"x\ny\nz\n", b"1\n3\n2\n", {}, "labels.txt: line 2 is '3'; allowed: an integer from 1 to 2"),
        (b"x\ny\nz\n", b"1\n2\n0\n", {}, "labels.txt: line 3 is '0'"),
        (b"x\ny\nz\n", b"1\n2\n1.0\n", {}, "labels.txt: line 3 is '1.0'"),
        (b"x\ny\nz\n", b"1\n\n2\n", {}, "labels.txt: line 2 is ''"),
        (b"x\n\xff\nz\n", b"1\n2\n1\n", {}, "titles.txt: byte 2 is not UTF-8"),
        (
            b"x\ny\nz\n",
            b"1\n2\n2\n",
            {"examples": {"train": 1, "test": 3}},
            "examples.test is 3; allowed: below 3",
        ),
        (b"x\ny\nz\n", b"1\n2\n2\n", {"examples": {"train": 5, "test": 1}}, "examples 2; the catalogue says 5"),
    ],
)
def test_a_mistake_in_the_files_is_told_in_one_line(titles, tmp_path, lines, topics, changed, told):
    with pytest.raises(UserError) as error:
        built(*titles(lines, topics, **changed), tmp_path)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published titles of Stack Overflow are not here")
def test_the_published_titles(study, tmp_path):
    entry = study["datasets"]["stackoverflow"]
    for name in ("once", "twice"):
        # By the folder itself, and by the folder above, which has one of the dataset's name.
        mirror = SHARED if name == "once" else SHARED.parent
        dataset = build("stackoverflow", entry, tmp_path, tmp_path / "downloads", [str(mirror)])
        canonical.write(tmp_path / name, dataset)
    assert same_bytes(tmp_path / "once", tmp_path / "twice")
    dataset = canonical.read(tmp_path / "once")
    assert dataset.shape == (16,)
    assert len(dataset.vocabulary) == 8002
    assert np.bincount(dataset.splits["train"].labels).tolist() == [700] * 20
    assert np.bincount(dataset.splits["test"].labels).tolist() == [300] * 20
    titles = (SHARED / "title_StackOverflow.txt").read_text(encoding="utf-8").splitlines()
    for split, data in dataset.splits.items():
        assert np.all(data.inputs[:, 0] != canonical.PADDING)
        texts = decoded(dataset, split)
        for row in range(0, len(texts), 500):
            words = text.words(titles[int(data.source[row]) - 1])[:16]
            assert all(a in (b, "<unknown>") for a, b in zip(texts[row], words, strict=True))
    # Topics are those of the labels: most titles of Magento say so, and no other topic's do.
    magento = dataset.vocabulary.index("magento")
    of_magento = dataset.splits["train"].labels == dataset.classes.index("magento")
    says_so = (dataset.splits["train"].inputs == magento).any(axis=1)
    assert says_so[of_magento].mean() > 0.5 > 0.01 > says_so[~of_magento].mean()


# Docstrings


@pytest.mark.parametrize(
    ("docstring", "sentence"),
    [
        ("Fit a line. It is\nstraight.", "Fit a line."),
        ("Fit a line\nto points\n   \nMore.", "Fit a line to points"),
        ("Do it, e.g. now, see :func:`~a.b` and https://a.b/c.html", "Do it, e.g. now, see `~a.b` and "),
        ("\n  Is it?  Yes.", "Is it?"),
    ],
)
def test_first_sentences(docstring, sentence):
    assert docstrings.first_sentence(docstring) == sentence


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("LinearRegression", {"linearregression", "linear", "regression"}),
        ("ttest_ind", {"ttest", "ind"}),
        ("HTTPServer", {"httpserver", "http", "server"}),
        ("BatchNorm1d", {"batchnorm1d", "batch", "norm1d"}),
        ("PCA", {"pca"}),
    ],
)
def test_the_words_of_a_name(name, words):
    assert docstrings.name_words(name) == words


def test_names_are_masked_word_by_word():
    names = docstrings.name_words("LinearRegression") | {"sklearn"}
    masked = docstrings.masked_words("Linear Regression, LinearRegression of sklearn; nonlinear C++", names)
    assert masked == ["<name>", "<name>", "<name>", "of", "<name>", "nonlinear", "c++"]


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Write modules of made-up packages; gives an entry of all of them."""

    def write(modules: dict[str, str], *names: str):
        for name, content in modules.items():
            path = tmp_path / "site" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return {"packages": list(names), "length": 8, "words": 100, "test_share": 0.5, "seed": 0}

    monkeypatch.syspath_prepend(tmp_path / "site")
    return write


def function(name: str, docstring: str) -> str:
    return f'def {name}():\n    """{docstring}"""\n'


MODULES = {
    "one/__init__.py": "raise SystemExit('imported')\n" + function("at_top", "Say what stands above."),
    "one/_private.py": function("wave", "A wave of One, seen at sea. Not this.")
    + function("_hidden", "Not for you.")
    + function("common", "Shared by both.")
    + function("twin", "The same twice.")
    + function("twin_too", "The same twice.")
    + "class Sea:\n    '''A lot of water.'''\n    def method(self):\n        '''Method.'''\n"
    + "def undocumented(): pass\n",
    "one/part/__init__.py": function("piece", "A bit less."),
    "one/tests/test_wave.py": function("check", "Checks waves."),
    "one/part/conftest.py": function("fixture", "Sets up waves."),
    "one/externals/copied.py": function("copied", "From elsewhere."),
    "one/broken.py": "def broken(:\n",
    "two.py": function("joint", "Shared by both.") + function("two", "Two two.") + function("go", "Leave."),
}


def test_docstrings_by_hand(packages):
    dataset = docstrings.read(packages(MODULES, "one.part", "one", "two") | {"test_share": 0.01}, None)
    found = {
        source: (dataset.classes[label], words)
        for split, data in dataset.splits.items()
        for source, label, words in zip(data.source, data.labels, decoded(dataset, split), strict=True)
    }
    assert {source: label for source, (label, _) in found.items()} == {
        "one._private.Sea": "one",
        "one._private.twin": "one",
        "one._private.wave": "one",
        "one.at_top": "one",
        "one.part.piece": "one.part",
        "two.go": "two",
    }
    assert "one" not in sys.modules
    # Another form of a name, such as `waves`, would be no name; `Not this` is a second sentence.
    assert found["one._private.wave"][1] == ["a", "<name>", "of", "<name>", "seen", "at", "sea"]
    assert found["two.go"][1] == ["leave"]


def test_the_vocabulary_of_docstrings_is_that_of_their_train_split(packages):
    dataset = docstrings.read(packages(MODULES, "one", "two"), None)
    assert len(dataset.splits["test"].labels) == 3
    train = {word for words in decoded(dataset, "train") for word in words}
    assert set(dataset.vocabulary) == train | {"<pad>", "<unknown>"}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nowhere", "docstrings: package nowhere is not installed; allowed: .* install it, or take it out"),
        ("one.nowhere", "docstrings: package one.nowhere is not installed"),
        ("one.", "docstrings: package one. is not installed"),
        ("", "docstrings: package  is not installed"),
        ("sys", "docstrings: package sys is not installed"),
        ("empty", "docstrings: package empty documents no public function or class"),
    ],
)
def test_a_package_without_docstrings_is_named(packages, name, told):
    entry = packages(MODULES | {"empty.py": "def silent(): pass\n"}, "two", name)
    with pytest.raises(UserError, match=told) as error:
        docstrings.read(entry, None)
    assert "\n" not in str(error.value)


def test_the_locked_packages_have_one_version_on_every_python(study):
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    distributions = importlib.metadata.packages_distributions()
    for package in study["datasets"]["docstrings"]["packages"]:
        (distribution,) = set(distributions[package.partition(".")[0]])
        assert re.findall(rf"^{distribution}==\S+(?: ;.*)?", lock, flags=re.MULTILINE) == [
            f"{distribution}=={importlib.metadata.version(distribution)}"
        ]


def test_the_docstrings_of_the_locked_packages(study, tmp_path, monkeypatch):
    # Unlike the reader, this does not pass over a module that this Python cannot parse: there is none.
    monkeypatch.setattr(docstrings, "_statements", lambda path: ast.parse(path.read_bytes()).body)
    entry = study["datasets"]["docstrings"]
    start = time.perf_counter()
    dataset = build("docstrings", entry, tmp_path, tmp_path, [])
    assert time.perf_counter() - start < 120
    assert dataset.classes == entry["packages"]
    counts = {split: np.bincount(data.labels) for split, data in dataset.splits.items()}
    assert sum(counts["train"]) + sum(counts["test"]) > 5000
    assert all((counts["train"] + counts["test"]) > 150)
    assert np.allclose(counts["test"] / (counts["train"] + counts["test"]), 0.3, atol=0.01)
    of_packages = {part for package in entry["packages"] for part in package.split(".")}
    sources, texts = [], []
    for split, data in dataset.splits.items():
        for source, label, words in zip(data.source, data.labels, decoded(dataset, split), strict=True):
            name = source.rpartition(".")[2].lower()
            assert source.startswith(f"{dataset.classes[label]}.")
            assert not {name, *name.split("_"), *of_packages} & set(words)
        sources += list(data.source)
        texts += [tuple(row) for row in data.inputs.tolist() if canonical.UNKNOWN not in row]
    assert len(set(sources)) == len(sources)
    assert len(set(texts)) == len(texts)  # no text is in both splits or in two classes


def test_the_same_packages_give_the_same_bytes_whatever_the_order_of_sets(study, tmp_path):
    entry = study["datasets"]["docstrings"] | {"packages": ["torchvision", "polars"]}
    build_it = "import json, sys; from learnorder.datasets import build, canonical; from pathlib import Path; "
    build_it += "entry, folder = json.loads(sys.argv[1]), Path(sys.argv[2]); "
    build_it += "canonical.write(folder, build.build('docstrings', entry, folder, folder, []))"
    for seed in ("1", "2"):
        command = [sys.executable, "-c", build_it, json.dumps(entry), str(tmp_path / seed)]
        subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": seed})
    assert same_bytes(tmp_path / "1", tmp_path / "2")
