"""Fetch one file of published weights."""

from pathlib import Path

from learnorder.jobs import logged
from learnorder.networks import published

with logged(snakemake.log[0]):
    published.fetch(snakemake.params.described, Path(snakemake.output[0]))
