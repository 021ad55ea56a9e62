"""Tabulate how the networks of each collection ended, unless that was done."""

from pathlib import Path

from learnorder import atomic, summary, tables
from learnorder.jobs import logged
from learnorder.study import layout

with logged(snakemake.log[0]):
    given, made = snakemake.params, snakemake.output
    if snakemake.input or not Path(made.summed_up).exists():
        tables.write_csv(made.summed_up, summary.table(tables.read(given.epochs)["epochs"], given.outcomes))
    atomic.copy(made.summed_up, made.table)
    layout.leave_mark(made.mark)
