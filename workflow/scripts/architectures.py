"""Tabulate what each architecture costs."""

from pathlib import Path

import polars as pl

from learnorder import tables
from learnorder.jobs import logged
from learnorder.networks import cost

with logged(snakemake.log[0]):
    rows = cost.table(Path("results/datasets"), snakemake.params.networks)
    tables.write_csv(snakemake.output[0], pl.DataFrame(rows, cost.COLUMNS, orient="row"))
