"""Score how difficult each example of one dataset is for its inputs alone."""

from pathlib import Path

from learnorder import tables
from learnorder.datasets import canonical
from learnorder.jobs import logged
from learnorder.measures.baselines import baselines

with logged(snakemake.log[0]):
    table = Path(snakemake.output[0])
    tables.write(table.parent, {"baselines": baselines(canonical.read(table.parent.parent))})
