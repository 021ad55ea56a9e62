"""Estimate what a study will cost."""

from learnorder import estimate, tables
from learnorder.jobs import logged
from learnorder.study.configured import configured

with logged(snakemake.log[0]):
    given = snakemake.params
    study = configured(*given.configfiles, settings=given.settings)
    costs = estimate.table(study, given.gpu_tera, given.core_giga)
    tables.write_csv(snakemake.output[0], costs)
    print("\n".join(estimate.said(costs)))
