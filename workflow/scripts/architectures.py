"""Tabulate what each architecture costs."""

from pathlib import Path

from learnorder.jobs import logged
from learnorder.networks import cost

with logged(snakemake.log[0]):
    cost.write(Path(snakemake.output[0]), cost.table(Path("results/datasets"), snakemake.params.networks))
