"""Build one dataset's arrays."""

from pathlib import Path

from learnorder import footers
from learnorder.datasets import canonical, files
from learnorder.datasets.build import build
from learnorder.jobs import logged

with logged(snakemake.log[0]):
    name, examples = snakemake.wildcards.dataset, Path(snakemake.output[0])
    datasets = examples.parent.parent
    downloads = datasets.parent / "downloads" / name
    dataset = build(name, snakemake.params.described, datasets, downloads, files.mirrors())
    canonical.write(examples.parent, dataset)
    footers.check_data(name, examples)
    print(canonical.summary(name, dataset))
