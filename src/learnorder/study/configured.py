"""The study of its configuration files: what the Snakefile plans, and what is asked for outside of it."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from learnorder.errors import UserError
from learnorder.study import yaml_file
from learnorder.study.model import Study, check_own, look

DEFAULT = "config/config.yaml"
CATALOGUES = [f"config/{name}.yaml" for name in ("datasets", "architectures", "learners", "recipes")]


def configured(*files: Path | str, settings: Iterable[str] = (), clone: Path = Path()) -> Study:
    """The study of these files, or the default study if there are none.

    A later file goes before an earlier one, and `settings`, texts such as `networks=20`, go before all files.
    `clone`: the folder in which the catalogues lie.
    """
    own = _merged([*map(yaml_file.read, files or [clone / DEFAULT]), *map(_setting, settings)])
    check_own(own)
    catalogues = (yaml_file.read(clone / catalogue) for catalogue in CATALOGUES)
    return Study(_merged([*catalogues, own]))


def looks(clone: Path) -> dict[str, dict[str, str]]:
    """By architecture of the catalogues in this folder its look; none where it is no clone."""
    catalogues = _merged(yaml_file.read(clone / path) for path in CATALOGUES if (clone / path).exists())
    return {name: look(entry) for name, entry in catalogues.get("architectures", {}).items()}


def study_file(description: str | None) -> str:
    """The file of a study that a command outside of Snakemake is given, or the default study's."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--configfile", default=DEFAULT, help="of the study")
    return parser.parse_args().configfile


def check_files(arguments: Sequence[str]) -> None:
    """Raise a `UserError` if a configuration file that Snakemake's arguments name cannot be read.

    Snakemake reads these files before the Snakefile, and reports most mistakes by a traceback.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--configfile", "--configfiles", nargs="+", default=[])
    for path in parser.parse_known_args(arguments)[0].configfile:
        yaml_file.read(path)


def _setting(text: str) -> dict[str, Any]:
    key, _, value = text.partition("=")
    try:
        return {key: yaml_file.parse(value)}
    except UserError as error:
        raise UserError(f"configuration: {key} is {value}: {error}") from None


def _merged(configurations: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """All keys, those of a later configuration in place of an earlier one's.

    Entries of a catalogue, and settings such as those of `measures`, are replaced one by one, each as a whole:
    nothing of a catalogue's entry is left in a study's entry of the same name.
    """
    merged: dict[str, Any] = {}
    for configuration in configurations:
        for key, value in configuration.items():
            both = isinstance(merged.get(key), dict) and isinstance(value, dict)
            merged[key] = merged[key] | value if both else value
    return merged
