"""Build one dataset's arrays from the features of a network."""

from pathlib import Path

from learnorder import extraction, footers
from learnorder.datasets import canonical
from learnorder.datasets.build import labelled
from learnorder.jobs import logged

with logged(snakemake.log[0]):
    name, described, examples = snakemake.wildcards.dataset, snakemake.params.described, Path(snakemake.output[0])
    origin = canonical.read(examples.parent.parent / described["of"]["name"])
    dataset = labelled(name, extraction.extract(origin, described), described)
    canonical.write(examples.parent, dataset)
    footers.check_data(name, examples)
    print(canonical.summary(name, dataset))
