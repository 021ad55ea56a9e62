"""Draw one figure in one more format."""

from importlib import import_module
from pathlib import Path

from learnorder import tables
from learnorder.figures import pages
from learnorder.jobs import logged

with logged(snakemake.log[0]):
    figure = import_module(f"learnorder.figures.{snakemake.wildcards.figure}")
    drawn = pages.drawn(figure, tables.read_csv(Path(snakemake.input[0])), **snakemake.params.style)
    pages.save(list(drawn), Path(snakemake.output[0]))
