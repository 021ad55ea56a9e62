"""The study of a configuration file outside the engine, merged as the engine does."""

import re
from pathlib import Path

import yaml
from snakemake.utils import update_config

from learnorder.configuration import Study
from learnorder.errors import UserError


def configured(configfile: str) -> Study:
    """The study of this file and the catalogues that the Snakefile names; in the root of a clone."""
    config: dict = {}
    catalogues = re.findall(r'^configfile: "(.+)"', Path("Snakefile").read_text(encoding="utf-8"), re.MULTILINE)
    for path in dict.fromkeys([*catalogues, configfile]):
        if not Path(path).is_file():
            raise UserError(f"{path}: no such file; allowed: the configuration of a study")
        update_config(config, yaml.safe_load(Path(path).read_text(encoding="utf-8")))
    return Study(config, Path("workflow/schemas/configuration.schema.yaml"))
