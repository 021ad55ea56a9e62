"""Decide every claim, unless that was done, and write the page about it."""

import json
from pathlib import Path

from learnorder import atomic, tables
from learnorder.claims import claims, page
from learnorder.jobs import logged
from learnorder.study import layout

with logged(snakemake.log[0]):
    given, made = snakemake.params, snakemake.output
    if snakemake.input or not Path(made.decided).exists():
        tables.write_csv(made.decided, claims.table(tables.read(given.tables), given.looked_at, given.settings))
    decided = tables.read_csv(made.decided)
    atomic.copy(made.decided, made.table)
    with atomic.replacing(made.page) as partial:
        partial.write_text(page.page(decided, given.study, given.differences), encoding="utf-8")
    with atomic.replacing(made.metrics) as partial:
        partial.write_text(json.dumps(claims.numbers(decided), indent=1) + "\n", encoding="utf-8")
    layout.leave_mark(made.mark)
