"""Make the page on which the examples of a study are browsed."""

from learnorder import atomic, outcomes, tables
from learnorder.explorer import board, page
from learnorder.figures import style
from learnorder.jobs import logged
from learnorder.study import layout

with logged(snakemake.log[0]):
    given, made = snakemake.params, snakemake.output
    style.apply(given.architectures)
    found, inputs = tables.read(given.tables), tables.inputs(given.tables)
    boards = board.boards(found["examples"], outcomes.by_collection(given.outcomes), inputs)
    colours = {name: look["color"] for name, look in style.looks(given.architectures).items()}
    with atomic.replacing(made.page) as partial:
        html = page.page(given.study, boards, found.get("correlation", {}), colours, given.confidence)
        partial.write_text(html, encoding="utf-8")
    layout.leave_mark(made.mark)
