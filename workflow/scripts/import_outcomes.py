"""Write one shard of outcomes that were made elsewhere as an outcome table."""

from pathlib import Path

from learnorder import imported
from learnorder.jobs import logged

with logged(snakemake.log[0]):
    files = {holds: Path(path) for holds, path in snakemake.params.files.items()}
    imported.outcome_table(Path(snakemake.output[0]), identity=snakemake.params.identity, **files)
