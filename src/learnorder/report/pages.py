"""The pages of the report that are no figure, in HTML that needs no other file."""

from collections.abc import Iterable, Sequence
from string import Template
from textwrap import indent

from markdown_it import MarkdownIt

PAGE = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
body { margin: 1.5rem; font: 0.95rem/1.45 system-ui, sans-serif; color: #1e293b; background: white }
h1, p, ul { max-width: 50rem }
h1, h2 { line-height: 1.2 }
h2 { margin-top: 2rem; font-size: 1.15rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: 0.2rem 0.7rem 0.2rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #e2e8f0 }
td { white-space: nowrap }
pre { padding: 0.8rem; overflow-x: auto; background: #f1f5f9 }
</style>
$body
</html>
""")
# What a cell holds is text: no picture, no HTML.
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def page(title: str, markdown: str) -> str:
    """A page of its own, from Markdown with tables."""
    return PAGE.substitute(title=title, body=MARKDOWN.render(markdown))


def fragment(markdown: str) -> str:
    """A part of a page, from Markdown with tables."""
    return MARKDOWN.render(markdown)


def restructured(html: str) -> str:
    """HTML as Snakemake's report takes it: as raw HTML in reStructuredText, whose marks it does not touch."""
    return f".. raw:: html\n\n{indent(html, '   ')}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; in its cells, no mark of Markdown but the line between two cells has to be feared."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |\n" for line in lines)
