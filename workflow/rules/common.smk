"""The checked study, and where each stage's files lie."""

import json
import locale
import os
import sys

from functools import cache, partial

from learnorder import planning, selection, source, stages
from learnorder.configuration import Collection
from learnorder.configured import configured
from learnorder.errors import one_line

# Snakemake reads and writes logs and file names in the locale's encoding. Started again, it does so in UTF-8 as all
# else here does, so that results and messages are the same in every locale.
if locale.getencoding().upper() != "UTF-8" and not sys.flags.utf8_mode:
    sys.stdout.flush()
    os.execve(sys.executable, sys.orig_argv, os.environ | {"PYTHONUTF8": "1"})

# Rules say `shell: python script`, not `script:`, which fails where the path of the environment has a space.
# Linux takes 128 KiB of a command. What grows with the study, or is configured, is a rule's parameter `arguments`:
# `onstart` writes them next to the job's log, one a line, from where argparse reads them. As a function of the
# input they are in no record of Snakemake; what a result follows from is in other parameters.
# The command's python is the one that runs the engine, whether or not its environment is active. A prefix stands
# in the place of the engine's own, without whose `pipefail` a command that ends in `| tee` would never fail.
TOOLS = str(Path(sys.executable).parent)
shell.prefix('set -euo pipefail; export PATH={TOOLS:q}:"$PATH"; ')

with one_line():
    # Not from Snakemake's `config`, in which a study's entry would keep keys of the catalogue's entry of its name.
    configfiles, settings = workflow.config_settings.configfiles, workflow.config_settings.config_args or []
    study = configured(*configfiles, settings=settings, clone=Path(workflow.basedir))
    planning.count(study, study.collections)

# Mirrors travel by the environment, not as a parameter: where a file came from does not change what it holds.
mirrors = [os.environ.get("LEARNORDER_MIRRORS", ""), *study["data"]["mirrors"]]
os.environ.update(LEARNORDER_MIRRORS=",".join(mirrors))

# What the rules need, for the record: they run in the environment that runs the engine, see `make`.
ENVIRONMENT = "../envs/learnorder.yaml"
EXAMPLES = "results/datasets/{dataset}/examples.parquet"
COLLECTION = "{dataset}/{architecture}/{recipe}"
WEIGHTS = "results/weights/{file}"
OUTCOMES = f"results/{study.name}/outcomes/{COLLECTION}/seeds-{{first}}-{{last}}.parquet"
# No rule's output, so that the engine leaves it alone when a job is run again.
CHECKPOINT = f"results/{study.name}/checkpoints/{COLLECTION}/seeds-{{first}}-{{last}}"
MEASURES = f"results/{study.name}/measures/{COLLECTION}"
PAIR = f"results/{study.name}/pairs/{COLLECTION}/{{other_architecture}}/{{other_recipe}}"
FIGURES = f"results/{study.name}/figures"
SCORES = f"results/{study.name}/scores/{{dataset}}"
REPORT = f"results/{study.name}/report"
LOGS = f"logs/{study.name}"


def extracted():
    return [name for name, entry in study["datasets"].items() if entry["reader"] == "extracted"]


def imported(axis):
    return [entry[axis] for entry in study["imported"]]


wildcard_constraints:
    dataset="|".join([*study["datasets"], *imported("dataset")]),
    architecture=(architectures := "|".join([*study["architectures"], *imported("architecture")])),
    other_architecture=architectures,
    recipe=(recipes := "|".join([*study["recipes"], *imported("recipe")])),
    other_recipe=recipes,
    first=r"\d{3}",
    last=r"\d{3}",


def identity(wildcards):
    return json.dumps(study.identity(wildcards.dataset, wildcards.architecture, wildcards.recipe))


def recipes_on(device):
    return [name for name, recipe in study["recipes"].items() if recipe.get("device", "cpu") == device]


def train_minutes(wildcards, attempt):
    return attempt * planning.minutes(study, *trained(wildcards))


def train_megabytes(wildcards, attempt):
    return attempt * planning.megabytes(study, *trained(wildcards))


def trained(wildcards):
    networks = int(wildcards.last) - int(wildcards.first) + 1
    names = wildcards.dataset, wildcards.architecture, wildcards.recipe
    return study.by_path.get(COLLECTION.format(**wildcards), Collection(*names, networks)), networks


def architectures_in_order():
    """For their colours."""
    return list(dict.fromkeys(c.architecture for c in study.collections))


def identities(wildcards):
    first = study.identity(wildcards.dataset, wildcards.architecture, wildcards.recipe)
    second = study.identity(wildcards.dataset, wildcards.other_architecture, wildcards.other_recipe)
    return json.dumps([first, second])


def files(wildcards):
    return dict(study.by_path[COLLECTION.format(**wildcards)].files)


@cache
def code(script, *modules):
    return source.digest(Path(workflow.basedir) / script, *map(source.module, modules))


def shards_of(collection):
    return [
        f"results/{study.name}/outcomes/{collection}/seeds-{first:03d}-{last:03d}.parquet"
        for first, last in study.shards(collection)
    ]


def every_shard():
    return [path for collection in study.by_path for path in shards_of(collection)]


def shards(wildcards):
    return shards_of(COLLECTION.format(**wildcards))


def other_shards(wildcards):
    return shards_of("{dataset}/{other_architecture}/{other_recipe}".format(**wildcards))


def own_examples(wildcards):
    return [EXAMPLES.format(**wildcards)]


def measured(*tables, collections=study.collections):
    return [f"results/{path}" for table in tables for path in selection.every(study, table, collections)]


def examples_of(datasets):
    return [EXAMPLES.format(dataset=name) for name in datasets if name in study["datasets"]]


def described(wildcards):
    return json.dumps(study.entry("datasets", wildcards.dataset))


def origin(wildcards):
    entry = study["datasets"][wildcards.dataset]
    origins = [EXAMPLES.format(dataset=entry["of"])] if "of" in entry else []
    return origins + (weights_of(entry["architecture"]) if "architecture" in entry else [])


def weights_of(architecture):
    return [WEIGHTS.format(file=file) for file in study.published_weights(architecture)]


def also_predicted(wildcards):
    collection = study.by_path.get(COLLECTION.format(**wildcards))
    return [EXAMPLES.format(dataset=name) for name in collection.also_predict] if collection else []


def networks():
    pairs = dict.fromkeys((c.dataset, c.architecture) for c in study.collections if not c.files)
    return [
        {"dataset": dataset, "described": study.described("architectures", architecture)}
        for dataset, architecture in pairs
        if study["architectures"][architecture]["library"] != "scikit-learn"
    ]
