"""The checked study, where its results lie, and what rules ask of both."""

import locale
import os
import shlex
import sys

from learnorder import selection, source, stages
from learnorder.study import layout, planning
from learnorder.asked import COLLECTION, Asked, as_json, needed
from learnorder.study.configured import configured
from learnorder.errors import one_line

# Snakemake reads and writes logs and file names in the locale's encoding. Started again, it does so in UTF-8 as all
# else here does, so that results and messages are the same in every locale.
if locale.getencoding().upper() != "UTF-8" and not sys.flags.utf8_mode:
    sys.stdout.flush()
    os.execve(sys.executable, sys.orig_argv, os.environ | {"PYTHONUTF8": "1"})

# A command's python is the one that runs Snakemake, whether or not its environment is active. A prefix stands in the
# place of Snakemake's own, without whose `pipefail` a command that ends in `| tee` would never fail.
TOOLS = str(Path(sys.executable).parent)
shell.prefix('set -euo pipefail; export PATH={TOOLS:q}:"$PATH"; ')
# Snakemake runs each `script:` by a shell, to which it gives this path as it is.
sys.executable = shlex.quote(sys.executable)

with one_line():
    # Not from Snakemake's `config`, in which a study's entry would keep keys of the catalogue's entry of its name.
    configfiles, settings = workflow.config_settings.configfiles, workflow.config_settings.config_args or []
    study = configured(*configfiles, settings=settings, clone=Path(workflow.basedir))
    planning.count(study, study.collections)
    asked = Asked(study, workflow.is_main_process)

# Mirrors travel by the environment, not as a parameter: where a file came from does not change what it holds.
mirrors = [os.environ.get("LEARNORDER_MIRRORS", ""), *study["data"]["mirrors"]]
os.environ.update(LEARNORDER_MIRRORS=",".join(mirrors))

# What the rules need, for the record: they run in the environment that runs Snakemake, see `make`.
ENVIRONMENT = "../envs/learnorder.yaml"
RESULTS, LOGS = layout.results(study), f"logs/{study.name}"
EXAMPLES = layout.examples("{dataset}")
OUTCOMES = f"{RESULTS}/outcomes/{COLLECTION}/{{name}}/seeds-{{first}}-{{last}}.parquet"
FIGURES, REPORT = f"{RESULTS}/figures", f"{RESULTS}/report"
LOOKS = study.looks
EXTRACTED = [name for name, entry in study["datasets"].items() if entry["reader"] == "extracted"]


wildcard_constraints:
    dataset="|".join([*study["datasets"], *(e["dataset"] for e in study["imported"])]),
    architecture=(
        architectures := "|".join([*study["architectures"], *(e["architecture"] for e in study["imported"])])
    ),
    other_architecture=architectures,
    recipe=(recipes := "|".join([*study["recipes"], *(e["recipe"] for e in study["imported"])])),
    other_recipe=recipes,
    name=layout.NAME,
    first=r"\d{3}",
    last=r"\d{3}",
