"""Measure one pair of collections."""

from pathlib import Path

from learnorder import outcomes, tables
from learnorder.jobs import logged
from learnorder.measures.pair import measure

with logged(snakemake.log[0]):
    identities, settings = snakemake.params.identities, snakemake.params.settings
    paths = [list(map(Path, each)) for each in snakemake.params.outcomes]
    both = [outcomes.scan(*each) for each in zip(paths, identities, strict=True)]
    names = tuple(identity["architecture"]["name"] for identity in identities)
    wanted = (settings[name] for name in ("confidence", "permutations", "matched_within"))
    tables.write(Path(snakemake.output[0]).parent, measure(*both, names, *wanted))
