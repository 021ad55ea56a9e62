"""Write every score of every example of each dataset."""

from pathlib import Path

from learnorder import tables
from learnorder.jobs import logged
from learnorder.measures.scores import scores
from learnorder.study import layout

with logged(snakemake.log[0]):
    folder = Path(snakemake.output.mark).parent
    for dataset, paths in snakemake.params.datasets.items():
        table = tables.call(scores, paths, {})
        tables.write(folder, {dataset: table})
        tables.write_csv(folder / f"{dataset}.csv", table)
    layout.leave_mark(snakemake.output.mark)
