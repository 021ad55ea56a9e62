"""What installed packages say about their own functions and classes: a text benchmark without a download."""

import ast
import importlib.metadata
import importlib.util
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from learnorder.datasets import text
from learnorder.datasets.canonical import Dataset
from learnorder.datasets.sampling import stratified
from learnorder.errors import UserError

MASK = "<name>"
# Folders and modules that are not the package's own work on its subject: its tests, and copies of other packages.
NOT_ITS_OWN = {"conftest", "test", "testing", "tests", "_testing", "_vendor", "externals"}

# `:func:` and the like before a name, and addresses: markup by house style, which would give the package away.
MARKUP = re.compile(r":[a-z:]+:(?=`)|https?://\S+")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
NAME_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")


def read(entry: dict, sources) -> Dataset:
    """First sentences of docstrings; the class is the (sub)package, the most special one where one holds another.

    Sources are parsed, never imported, so that no optional dependency and no side effect plays a part. An object
    is a function or class without leading underscore at the top level of a module; modules are all but tests and
    copies of other packages, also private ones, since that is where packages define what they re-export. Each
    object is found once, where it is defined; `source` is its qualified name there. What is documented in C or
    at run time is not seen.

    The words of the packages' names, and in each sentence those of the object's own name, are masked. Sentences
    of the same words within `length` are one example if they have one class, and none if they have several.
    """
    packages = entry["packages"]
    of_packages = _package_words(packages)
    texts: dict[str, list[str]] = {}
    labels: dict[str, int] = {}
    for label, package in enumerate(packages):
        own = {name: sentence for name, sentence in _documented(package) if _owner(name, packages) == package}
        if not own:
            raise UserError(
                f"docstrings: package {package} documents no public function or class in Python; "
                "allowed: packages that do, take it out of `packages`"
            )
        for name, sentence in own.items():
            masked = masked_words(sentence, of_packages | name_words(name.rpartition(".")[2]))
            if set(masked) - {MASK}:
                texts[name], labels[name] = masked, label
    names = _distinct(texts, labels, entry["length"])
    topics = np.array([labels[name] for name in names])
    test = stratified(topics, round(entry["test_share"] * len(names)), np.random.default_rng(entry["seed"]))
    return text.dataset(
        [texts[name] for name in names], topics, np.array(names), test, entry | {"classes": packages}
    )


def first_sentence(docstring: str) -> str:
    """The docstring up to the end of its first sentence or paragraph, on one line."""
    paragraph = " ".join(re.split(r"\n\s*\n", docstring.strip())[0].split())
    return SENTENCE_END.split(MARKUP.sub("", paragraph))[0]


def name_words(name: str) -> set[str]:
    """Words that would tell a name: `LinearRegression` gives linearregression, linear, regression."""
    pieces = name.split("_")
    parts = (part for piece in pieces for part in NAME_PART.findall(piece))
    return {word.lower() for word in (*pieces, *parts)} - {""}


def masked_words(sentence: str, names: set[str]) -> list[str]:
    """The words of a sentence with those of `names` masked."""
    return [MASK if word.rstrip("+#") in names else word for word in text.words(sentence)]


def _distinct(texts: dict[str, list[str]], labels: dict[str, int], length: int) -> list[str]:
    """Names whose text is the first of its kind, sorted; without texts that occur in several classes."""
    first: dict[tuple[str, ...], str] = {}
    classes: dict[tuple[str, ...], set[int]] = {}
    for name in sorted(texts):
        kept = tuple(texts[name][:length])
        first.setdefault(kept, name)
        classes.setdefault(kept, set()).add(labels[name])
    return [name for kept, name in first.items() if len(classes[kept]) == 1]


def _owner(name: str, packages: list[str]) -> str:
    """The longest of the packages that the qualified name is in."""
    return max((package for package in packages if name.startswith(f"{package}.")), key=len)


def _package_words(packages: list[str]) -> set[str]:
    """Words of import names and of what their distributions are called, such as scikit-learn."""
    distributions = importlib.metadata.packages_distributions()
    names = {name for package in packages for name in (package, *distributions.get(package.partition(".")[0], []))}
    return set().union(*(name_words(part) for name in names for part in re.split(r"[.-]", name)))


def _documented(package: str) -> Iterator[tuple[str, str]]:
    """Qualified name and first sentence of each public function and class."""
    place = _located(package)
    modules = {place: ()}
    if place.is_dir():
        modules = {path: path.relative_to(place).with_suffix("").parts for path in sorted(place.rglob("*.py"))}
    for path, inside in modules.items():
        if any(part in NOT_ITS_OWN or part.startswith("test_") for part in inside):
            continue
        module = ".".join([package, *(part for part in inside if part != "__init__")])
        for node in _statements(path):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            if not node.name.startswith("_") and (docstring := ast.get_docstring(node)):
                yield f"{module}.{node.name}", first_sentence(docstring)


def _statements(path: Path) -> list[ast.stmt]:
    """Top level of a module; empty where this Python cannot parse it, such as a template of a module."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return ast.parse(path.read_bytes()).body
    except (SyntaxError, ValueError):
        return []


def _located(package: str) -> Path:
    """Folder, or module file, of an installed package; its top package is looked up and nothing is imported."""
    top, *inside = package.split(".")
    spec = importlib.util.find_spec(top) if all(map(str.isidentifier, package.split("."))) else None
    if spec and not inside and not spec.submodule_search_locations and str(spec.origin).endswith(".py"):
        return Path(spec.origin)
    for location in (spec and spec.submodule_search_locations) or []:
        place = Path(location, *inside)
        for found in (place, place.with_suffix(".py")):
            if found.exists():
                return found
    raise UserError(
        f"docstrings: package {package} is not installed; allowed: packages of the environment "
        "(requirements.lock): install it, or take it out of `packages`"
    )
