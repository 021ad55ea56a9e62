"""Write the table of one figure, unless it is there, and draw it."""

from importlib import import_module
from pathlib import Path

from learnorder import atomic, tables
from learnorder.figures import at_chance, pages
from learnorder.jobs import logged
from learnorder.study import layout

with logged(snakemake.log[0]):
    given, made = snakemake.params, snakemake.output
    figure, table = import_module(f"learnorder.figures.{given.figure}"), Path(made.table)
    if snakemake.input or not table.exists():
        epochs = tables.read(path for path in given.tables if Path(path).stem == "epochs")["epochs"]
        tables.write_csv(table, at_chance.marked(tables.call(figure.table, given.tables, given.about), epochs))
    atomic.copy(table, made.csv)
    shown = figure, tables.read_csv(table)
    drawn = list(pages.drawn(*shown, **given.style))
    pages.save(drawn, Path(made.png), *map(Path, made.pictures))
    # Which datasets there are is known by the table alone, so no rule can name these files.
    each = pages.by_dataset(*shown, **given.style) if len(drawn) > 1 else ()
    pages.save_each(each, Path(made.png).with_suffix(""))
    layout.leave_mark(made.mark)
