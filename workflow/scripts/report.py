"""Write the pages of the report that are no figure."""

import argparse
import json
from pathlib import Path

import polars as pl

from learnorder import atomic
from learnorder import summary as summaries
from learnorder.errors import one_line
from learnorder.report import overview, pages, run

parser = argparse.ArgumentParser(description=__doc__, fromfile_prefix_chars="@")
parser.add_argument("--study", required=True)
parser.add_argument("--claims", type=Path, required=True, help="table of the claims")
parser.add_argument("--claims-page", type=Path, required=True, help="in Markdown")
parser.add_argument("--numbers", type=Path, required=True, help="of the claims")
parser.add_argument("--summary", type=Path, required=True, help="table of the collections")
parser.add_argument(
    "--shards", type=Path, nargs="+", required=True, help="outcome tables, also such as are not here"
)
parser.add_argument("--logs", type=Path, required=True, help="folder of the study's logs")
parser.add_argument("--configuration", type=json.loads, required=True, help="JSON")
parser.add_argument("--versions", type=json.loads, required=True, help="JSON")
parser.add_argument("--folder", type=Path, required=True)
job = parser.parse_args()

with one_line():
    decided = pl.read_csv(job.claims, infer_schema_length=None)
    summary = summaries.read(job.summary)
    first = overview.overview(job.study, summary, decided, json.loads(job.numbers.read_text(encoding="utf-8")))
    written = {
        "overview.rst": pages.restructured(pages.fragment(first)),
        "claims.html": pages.page("Claims", job.claims_page.read_text(encoding="utf-8")),
        "times.html": pages.page("Run times", run.times(summary, job.shards, job.logs)),
        "configuration.html": pages.page("Configuration", run.configuration(job.configuration)),
        "versions.html": pages.page("Versions", run.versions(job.versions, job.shards)),
    }
    for name, text in written.items():
        with atomic.replacing(job.folder / name) as partial:
            partial.write_text(text, encoding="utf-8")
