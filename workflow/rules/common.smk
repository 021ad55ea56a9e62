"""The checked study, and where each stage's files lie."""

import json
import os
import sys

from learnorder import source
from learnorder.configuration import Study
from learnorder.errors import one_line

# Rules say `shell: python script`, not `script:`. The engine reruns a script when the script's file is newer
# than the results, which every clone and pull makes it; of a command it compares the text and the parameters,
# and those carry the recipe (train) or a digest of the code (all else).
# The command's python is the one that runs the engine, whether or not its environment is active.
shell.prefix(f"export PATH={Path(sys.executable).parent}:$PATH; ")

with one_line():
    study = Study(config, schema=Path(workflow.basedir) / "workflow/schemas/configuration.schema.yaml")

# Mirrors travel by the environment, not as a parameter: where a file came from does not change what it holds.
mirrors = [os.environ.get("LEARNORDER_MIRRORS", ""), *study["data"]["mirrors"]]
os.environ.update(LEARNORDER_MIRRORS=",".join(mirrors))

DATASET = "results/datasets/{dataset}"
COLLECTION = "{dataset}/{architecture}/{recipe}"
OUTCOMES = f"results/{study.name}/outcomes/{COLLECTION}/seeds-{{first}}-{{last}}.parquet"
MEASURES = f"results/{study.name}/measures/{COLLECTION}"
FIGURES = f"results/{study.name}/figures"
LOGS = f"logs/{study.name}"


wildcard_constraints:
    dataset="|".join(study["datasets"]),
    architecture="|".join(study["architectures"]),
    recipe="|".join(study["recipes"]),
    first=r"\d{3}",
    last=r"\d{3}",


def identity(wildcards):
    return json.dumps(study.identity(wildcards.dataset, wildcards.architecture, wildcards.recipe))


def code(script, *modules):
    return source.digest(Path(workflow.basedir) / script, *map(source.module, modules))


def shards(wildcards):
    collection = COLLECTION.format(**wildcards)
    return [
        OUTCOMES.format(**wildcards, first=f"{first:03d}", last=f"{last:03d}")
        for first, last in study.shards(collection)
    ]


def measured(*tables):
    return [f"{MEASURES}/{table}.parquet".format(**vars(c)) for table in tables for c in study.collections]
