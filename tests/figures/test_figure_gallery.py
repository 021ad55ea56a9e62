"""The gallery of the most and least accessible examples, from datasets made by hand."""

import base64
import io

import numpy as np
import polars as pl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from learnorder import tables
from learnorder.datasets.canonical import Dataset, Split
from learnorder.figures import gallery, style

CNN = ("shapes", "cnn", "sgd")


def images(labels, classes, shape=(1, 3, 2)) -> Dataset:
    """Pictures of random pixels."""
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (len(labels), *shape), np.uint8)
    split = Split(pixels, np.asarray(labels), np.arange(len(labels)))
    return Dataset({"train": split, "test": split}, classes)


def texts(sentences: list[str], labels, classes) -> Dataset:
    """Sentences padded to one length."""
    vocabulary = ["<pad>", "<unknown>", *sorted({word for text in sentences for word in text.split()})]
    numbers = [[vocabulary.index(word) for word in text.split()] for text in sentences]
    padded = [row + [0] * (max(map(len, numbers)) - len(row)) for row in numbers]
    split = Split(np.array(padded, np.uint16), np.asarray(labels), np.arange(len(labels)))
    return Dataset({"train": split, "test": split}, classes, vocabulary=vocabulary)


def scores(accessibility, labels) -> pl.DataFrame:
    """The table of examples of a collection; those of the train split are the other way round."""
    both = [
        pl.DataFrame({"split": split, "example": range(len(labels)), "label": labels, "accessibility": values})
        for split, values in (("train", accessibility[::-1]), ("test", accessibility))
    ]
    types = {"split": pl.Enum(["train", "test"]), "example": pl.UInt32, "label": pl.UInt16}
    return pl.concat(both).cast(types).with_columns(networks=20)


# Of class 0 are the examples 0 to 9, of class 1 10 to 14.
LABELS = [0] * 10 + [1] * 5
ACCESSIBILITY = [0.9, 0.1, 0.5, 0.9, 0.0, 0.4, 0.3, 1.0, 0.1, 0.8, 0.2, 0.6, 0.6, 0.7, 0.1]
SHAPES = images(LABELS, ["0", "007"])


@pytest.fixture
def draw(tmp_path):
    """Draw from the file that a table leaves."""
    style.apply()

    def from_csv(table):
        tables.write_csv(tmp_path / "table.csv", table)
        return gallery.draw(tables.read_csv(tmp_path / "table.csv"))

    return from_csv


@pytest.fixture
def table():
    return gallery.table({CNN: scores(ACCESSIBILITY, LABELS)}, {("shapes",): SHAPES})


def written(figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_both_ends_of_each_class_of_the_test_split(table):
    ends = {
        key: (rows["place"].to_list(), rows["example"].to_list())
        for key, rows in table.group_by("class", "which", maintain_order=True)
    }
    assert ends == {
        # Equals by their number.
        ("0", "most"): ([1, 2, 3, 4], [7, 0, 3, 9]),
        ("0", "least"): ([1, 2, 3, 4], [4, 1, 8, 6]),
        # Of five examples, one is left for the other end.
        ("007", "most"): ([1, 2, 3, 4], [13, 11, 12, 10]),
        ("007", "least"): ([1], [14]),
    }
    assert table["accessibility"].to_list()[:4] == [1.0, 0.9, 0.9, 0.8]
    assert table.select("networks", "classes").unique().rows() == [(20, 2)]
    assert table.columns == list(gallery.SCHEMA)


@pytest.mark.parametrize("shape", [(1, 3, 2), (3, 4, 4), (3, 64, 64)])
def test_a_picture_is_kept_as_it_is(shape):
    dataset = images([0, 0], ["one"], shape)
    found = gallery.table({CNN: scores([0.5, 0.7], [0, 0])}, {("shapes",): dataset})
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(found["picture"][0]))))
    expected = dataset.splits["test"].inputs[1]
    assert np.array_equal(pixels, expected[0] if shape[0] == 1 else expected.transpose(1, 2, 0))


def test_a_large_picture_is_made_smaller_in_its_form():
    dataset = images([0], ["one"], (3, 224, 112))
    found = gallery.table({CNN: scores([0.5], [0])}, {("shapes",): dataset})
    assert Image.open(io.BytesIO(base64.b64decode(found["picture"][0]))).size == (32, 64)


def test_eighty_small_photographs_take_less_than_a_megabyte():
    labels = [label for label in range(10) for _ in range(8)]
    dataset = images(labels, list("abcdefghij"), (3, 32, 32))
    found = gallery.table({CNN: scores([0.5] * 80, labels)}, {("shapes",): dataset})
    assert len(found) == 80
    assert len(found.write_csv()) < 2**20


def test_pictures_stand_left_to_right_as_accessibility_falls(table, draw):
    (axes,) = draw(table).axes
    pictures = SHAPES.splits["test"].inputs
    rows = {}
    for image in axes.images:
        left, right, bottom, top = image.get_extent()
        assert (bottom - top, right - left) == pytest.approx((gallery.PICTURE_SIZE, gallery.PICTURE_SIZE * 2 / 3))
        example = next(n for n, pixels in enumerate(pictures) if np.array_equal(pixels[0], image.get_array()))
        rows.setdefault(round(top, 3), []).append((left, example))
    assert [[example for _, example in sorted(row)] for _, row in sorted(rows.items())] == [
        [7, 0, 3, 9, 6, 8, 1, 4],
        [13, 11, 12, 10, 14],
    ]
    below = {text.get_position()[0]: text.get_text() for text in axes.texts if text.get_text() == "0.30"}
    (middle,) = below
    assert middle == pytest.approx(np.mean(axes.images[7].get_extent()[:2]))
    assert axes.get_ylim()[0] > axes.get_ylim()[1] == 0
    assert {"0", "007", "most accessible", "least accessible"} <= set(written(axes.figure))
    assert written(axes.figure)[0] == "shapes: test examples (20 networks, cnn)"


def test_more_than_ten_classes_are_counted(draw):
    labels = [label for label in range(12) for _ in range(2)]
    dataset = images(labels, [f"class {label}" for label in range(12)])
    found = gallery.table({CNN: scores([0.5] * 24, labels)}, {("shapes",): dataset})
    words = written(draw(found))
    assert words[0] == "shapes, the first 10 of 12 classes: test examples (20 networks, cnn)"
    assert "class 9" in words
    assert "class 10" not in words


def test_texts_are_lines_that_are_cut_to_fit(draw):
    lstm = ("titles", "lstm", "sgd")
    long = " ".join(["many"] * 30)
    dataset = texts(["a $b$ c", long, "2 000"], [0, 0, 0], ["costs"])
    found = gallery.table({lstm: scores([0.25, 0.5, 0.75], [0] * 3)}, {("titles",): dataset})
    assert found["words"].to_list() == ["2 000", long, "a $b$ c"]
    assert found["picture"].null_count() == 3
    figure = draw(found)
    words = written(figure)
    assert {"2 000", "a $b$ c", "0.25", "0.50", "0.75"} <= set(words)
    (cut,) = (word for word in words if word.startswith("many"))
    assert cut.endswith("…")
    room = gallery.HALF_WIDTH - gallery.NUMBER_WIDTH
    renderer = FigureCanvasAgg(figure).get_renderer()
    widths = [
        text.get_window_extent(renderer).width / figure.dpi
        for text in figure.axes[0].texts
        if text.get_text() in (cut, "a $b$ c")
    ]
    assert 0.85 * room < max(widths) < room
    assert not any(text.get_parse_math() for text in figure.axes[0].texts)
    assert not figure.axes[0].images


def test_a_dataset_is_shown_by_its_first_collection_of_the_same_examples(draw):
    frame = scores(ACCESSIBILITY, LABELS)
    elsewhere = scores(ACCESSIBILITY[:6], LABELS[:6])
    examples = {
        ("shapes", "theirs", "sgd"): elsewhere,
        ("shapes", "mlp", "sgd"): frame,
        CNN: frame,
        ("absent", "cnn", "sgd"): frame,
        ("letters", "cnn", "sgd"): frame,
    }
    found = gallery.table(
        examples,
        {("letters",): SHAPES, ("shapes",): SHAPES, ("unused",): SHAPES},
    )
    shown = found.select("dataset", "architecture").unique(maintain_order=True).rows()
    assert shown == [("shapes", "mlp"), ("letters", "cnn")]
    figure = draw(found)
    upper, lower = (axes.get_position() for axes in figure.axes)
    assert upper.y0 == pytest.approx(lower.y1)
    assert (upper.y1, lower.y0) == (pytest.approx(1), pytest.approx(0))


def test_without_inputs_it_says_so(draw):
    frame = scores(ACCESSIBILITY, LABELS)
    figure = draw(gallery.table({CNN: frame}, {}))
    assert written(figure) == ["no dataset whose examples could be shown"]


def test_the_same_table_gives_the_same_bytes(table, draw, tmp_path):
    for name in ("one", "two"):
        style.save(draw(table), tmp_path / f"{name}.png", tmp_path / f"{name}.pdf")
    for suffix in ("png", "pdf"):
        assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix}").read_bytes()
