"""Make the page on which the examples of a study are browsed."""

import argparse
from pathlib import Path

from learnorder import atomic, outcomes, standing, tables
from learnorder.errors import one_line
from learnorder.explorer import board, page
from learnorder.figures import style

parser = argparse.ArgumentParser(description=__doc__, fromfile_prefix_chars="@")
parser.add_argument("--study", required=True)
parser.add_argument("--tables", type=Path, nargs="+", required=True, help="of collections, pairs and datasets")
parser.add_argument("--outcomes", type=Path, nargs="+", required=True, help="outcome tables of all collections")
parser.add_argument("--architectures", nargs="+", required=True, help="of the study, for their colours")
parser.add_argument("--confidence", type=float, required=True, help="of intervals")
parser.add_argument("--made-by", required=True, help="names all that decides the page")
parser.add_argument("--output", type=Path, required=True)
job = parser.parse_args()

with one_line():
    style.apply(job.architectures)
    found, inputs = tables.read(job.tables), tables.inputs(job.tables)
    boards = board.boards(found["examples"], outcomes.by_collection(job.outcomes), inputs)
    colours = style.colours(job.architectures)
    with atomic.replacing(job.output) as partial:
        html = page.page(job.study, boards, found.get("correlation", {}), colours, job.confidence)
        partial.write_text(html, encoding="utf-8")
    standing.say(job.output, job.made_by, job.outcomes)
