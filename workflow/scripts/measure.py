"""Measure one collection."""

from pathlib import Path

from learnorder import outcomes, tables
from learnorder.jobs import logged
from learnorder.measures.collection import measure

with logged(snakemake.log[0]):
    paths, settings = list(map(Path, snakemake.params.outcomes)), snakemake.params.settings
    trusted = outcomes.scan(paths, snakemake.params.identity)
    classes = outcomes.metadata(paths[0])["classes"]
    measured = measure(trusted, classes, settings["confidence"], settings["permutations"])
    tables.write(Path(snakemake.output[0]).parent, measured)
