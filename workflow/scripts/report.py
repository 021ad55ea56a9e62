"""Write the captions of the report's figures, and its pages that are no figure."""

import json
from importlib import import_module
from pathlib import Path

from learnorder import atomic, summary, tables
from learnorder.jobs import logged
from learnorder.report import captions, overview, pages, run

with logged(snakemake.log[0]):
    given, made, shown = snakemake.params, snakemake.output, snakemake.input
    decided = tables.read_csv(shown.claims)
    numbers = json.loads(Path(shown.numbers).read_text(encoding="utf-8"))
    networks = summary.read(Path(shown.networks))
    written = {
        made.overview: pages.restructured(
            pages.fragment(overview.overview(given.study, networks, decided, numbers, given.differences))
        ),
        made.claims: pages.page("Claims", Path(shown.claims_page).read_text(encoding="utf-8")),
        made.times: pages.page("Run times", run.times(networks, given.shards, Path(given.logs))),
        made.configuration: pages.page("Configuration", run.configuration(given.configuration)),
        made.versions: pages.page("Versions", run.versions(given.versions, given.shards)),
    }
    for figure, table, path in zip(given.figures, shown.tables, made.captions, strict=True):
        words = import_module(f"learnorder.figures.{figure}").CAPTION
        pictures = sorted(map(str, Path(table).with_suffix("").glob("*.png")))
        caption = captions.caption(figure, words, tables.read_csv(table), decided, numbers, networks, pictures)
        written[path] = pages.restructured(caption)
    for path, text in written.items():
        with atomic.replacing(path) as partial:
            partial.write_text(text, encoding="utf-8")
