"""Draw one figure as SVG."""

from importlib import import_module
from pathlib import Path

from learnorder import tables
from learnorder.figures import style
from learnorder.jobs import logged

with logged(snakemake.log[0]):
    figure = import_module(f"learnorder.figures.{snakemake.wildcards.figure}")
    style.apply(snakemake.params.architectures)
    style.save(figure.draw(tables.read_csv(Path(snakemake.input[0]))), Path(snakemake.output[0]))
