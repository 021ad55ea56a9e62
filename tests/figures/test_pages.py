"""How the table of a figure is cut into pages, and what is written of them."""

import re
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from clones import run_script
from matplotlib.figure import Figure
from PIL import Image

from learnorder import tables
from learnorder.figures import names, pages, style
from learnorder.figures.stacked import COLLECTION


def draw(table):
    """A figure of which each collection takes an inch, that names them, and carries what it shows."""
    called = names.short(table.select(COLLECTION).rows())
    figure = Figure(figsize=(style.PAGE_WIDTH_IN, len(called)))
    figure.suptitle("\n".join(called.values()))
    figure.shown = list(called)
    return figure


FIGURE = SimpleNamespace(draw=draw)


def table(**collections):
    """Of each dataset so many collections, of two recipes by turns."""
    rows = [
        (dataset, f"net {number // 2}", ("sgd", "adam")[number % 2])
        for dataset, many in collections.items()
        for number in range(many)
    ]
    return pl.DataFrame(rows, schema=COLLECTION, orient="row")


def sizes(shown):
    return [len(page.shown) for page in shown]


@pytest.mark.parametrize(
    ("collections", "on_pages"),
    [
        ({"a": 9}, [9]),
        ({"a": 4, "b": 5}, [9]),
        ({"a": 4, "b": 5, "c": 1}, [9, 1]),
        ({"a": 8, "b": 2, "c": 2}, [8, 4]),
        ({"a": 1, "b": 1, "c": 9, "d": 3, "e": 3, "f": 3}, [2, 9, 9]),
        ({"a": 12}, [8, 4]),  # an architecture stays on one page
        ({"a": 1, "b": 25, "c": 2}, [1, 8, 8, 9, 2]),
        ({}, [0]),
    ],
)
def test_a_page_has_as_many_datasets_as_fit_and_too_many_collections_go_on(collections, on_pages):
    whole = table(**collections)
    shown = list(pages.drawn(FIGURE, whole))
    assert sizes(shown) == on_pages
    assert [name for page in shown for name in page.shown] == whole.rows()
    assert all((page.get_size_inches() <= pages.MOST_IN).all() for page in shown)


def test_recipes_of_one_architecture_are_cut_last():
    recipes = table(a=20).with_columns(architecture=pl.lit("cnn"), recipe=pl.int_range(20).cast(pl.String))
    assert sizes(pages.drawn(FIGURE, recipes)) == [9, 9, 2]


def test_a_figure_may_be_cut_by_a_column_of_its_own():
    whole = table(a=6, b=6)
    own = SimpleNamespace(draw=draw, CUTS=("recipe",))
    assert [{name[2] for name in page.shown} for page in pages.drawn(own, whole)] == [{"sgd"}, {"adam"}]
    assert [name for name, _ in pages.by_dataset(own, whole)] == ["sgd", "adam"]


def test_a_collection_has_one_name_on_all_pages():
    whole = pl.concat([table(a=2), table(b=8)])
    titles = [page.get_suptitle() for page in pages.drawn(FIGURE, whole.filter(pl.col("dataset") == "b"))]
    titles += [page.get_suptitle() for page in pages.drawn(FIGURE, pl.concat([whole[:1], whole[2:]]))]
    assert titles[0] == "\n".join(f"net {number // 2}, {('sgd', 'adam')[number % 2]}" for number in range(8))
    many = pl.concat([whole[:1], table(b=9), table(c=1)])
    assert [page.get_suptitle() for page in pages.drawn(FIGURE, many)][::2] == ["net 0, sgd", "net 0, sgd"]
    # What one figure tells apart is forgotten after it.
    assert draw(whole[:1]).get_suptitle() == "net 0"


def test_a_page_grows_with_the_width_that_a_study_asks_for():
    shown = list(pages.drawn(FIGURE, table(a=9, b=9), style={"width": 2 * style.PAGE_WIDTH_IN}))
    assert sizes(shown) == [9, 9]
    assert [tuple(page.get_size_inches()) for page in shown] == [(2 * style.PAGE_WIDTH_IN, 18)] * 2


def test_a_pdf_has_all_pages_and_a_png_the_first(tmp_path):
    shown = list(pages.drawn(FIGURE, table(a=8, b=7, c=6)))
    for folder in ("one", "two"):
        pages.save(shown, *(tmp_path / folder / f"figure.{suffix}" for suffix in ("pdf", "png", "svg")))
    for suffix in ("pdf", "png", "svg"):
        written = [(tmp_path / folder / f"figure.{suffix}").read_bytes() for folder in ("one", "two")]
        assert written[0] == written[1]
    pdf = (tmp_path / "one/figure.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 3
    assert Image.open(tmp_path / "one/figure.png").height == 8 * style.PNG_DPI


def test_every_dataset_has_pictures_of_its_own_and_no_older_one_stays(tmp_path):
    folder = tmp_path / "figure"
    folder.mkdir()
    (folder / "older.png").touch()
    pages.save_each(pages.by_dataset(FIGURE, table(a=3, b=9, c=20)), folder)
    heights = {path.name: Image.open(path).height / style.PNG_DPI for path in folder.iterdir()}
    assert heights == {"a.png": 3, "b.png": 9, "c.png": 8, "c+2.png": 8, "c+3.png": 4}
    pages.save_each((), folder)
    assert not folder.exists()


def test_the_script_writes_all_pages_and_leaves_no_older_picture(tmp_path):
    rows = {"architecture": "mlp", "recipe": "sgd", "split": "test", "epoch": [1.0, 2.0], "networks": 2}
    rows |= {"rank": 0, "example": 0, "accessibility": 0.5, "tp_agreement": [0.5, 1.0]}
    pictures, log = tmp_path / "learning_order", tmp_path / "log"
    for number, named in ((7, {f"set {n}.png" for n in range(7)}), (2, set())):
        tables.write_csv(
            tmp_path / "table.csv",
            pl.concat(pl.DataFrame({"dataset": f"set {n}"} | rows) for n in range(number)),
        )
        made = SimpleNamespace(
            table=str(tmp_path / "table.csv"),
            **{suffix: str(pictures.with_suffix(f".{suffix}")) for suffix in ("csv", "png")},
            pictures=[str(pictures.with_suffix(".pdf"))],
            mark=str(tmp_path / ".learning_order.0"),
        )
        params = SimpleNamespace(figure="learning_order", tables=[], about={}, style={})
        assert run_script("figure", log, input=[], output=made, params=params) == 0, log.read_text(
            encoding="utf-8"
        )
        assert {path.name for path in pictures.glob("*")} == named
        assert Image.open(made.png).height <= pages.MOST_IN[1] * style.PNG_DPI


def test_the_published_limit_is_180_by_230_mm():
    assert np.multiply(pages.MOST_IN, 25.4).round(6).tolist() == [180, 230]
    assert pages.MOST_IN[0] >= style.PAGE_WIDTH_IN
