"""The most and the least accessible test examples of every class, as they are."""

import base64
import io
from bisect import bisect_left
from collections.abc import Mapping

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from PIL import Image

from learnorder.datasets.canonical import PADDING, Dataset
from learnorder.figures import at_chance, style
from learnorder.figures.stacked import COLLECTION
from learnorder.tables import Names

ABOUT = {
    "shows": "The easiest and hardest test examples of each class.",
    "needs": "a collection of networks on a real dataset",
    "collections": "one_per_dataset",
    "tables": ("examples",),
    "dataset_tables": ("examples",),
}

EACH = 4
"""Examples at either end of a class."""
CLASSES = 10
LARGEST_PIXELS = 64
"""Longer side up to which pictures are kept as they are."""
SCHEMA = dict.fromkeys(COLLECTION, pl.String) | {
    "networks": pl.Int64,
    "classes": pl.Int64,
    "label": pl.Int64,
    "class": pl.String,
    "which": pl.String,
    "place": pl.Int64,
    "example": pl.Int64,
    "accessibility": pl.Float64,
    "picture": pl.String,
    "words": pl.String,
}

# Inches.
NAME_WIDTH = 1.0
"""Of the name of a class, left of its examples."""
HALF_WIDTH = (style.PAGE_WIDTH_IN - NAME_WIDTH) / 2
HEADING_HEIGHT = 0.45
PICTURE_SIZE, PICTURE_STEP, PICTURE_ROW = 0.55, 0.62, 0.75
LINE_HEIGHT, TEXT_ROW, NUMBER_WIDTH = 0.13, 0.6, 0.28
MARGIN = 0.1
PICTURES_MARGIN = (HALF_WIDTH - (EACH - 1) * PICTURE_STEP - PICTURE_SIZE) / 2
POINTS_PER_INCH = 72

CAPTION = (
    "Of each class the test examples that networks know first (left) and last or never (right), with their "
    "accessibility: the share of networks that are right, averaged over the evaluation points. It shows what the "
    "order is an order of: typical examples on the left and odd, ambiguous or wrongly labelled ones on the right "
    "would explain a shared order; ends that look alike would leave it unexplained."
)
NUMBERS = {
    "Accessibility of those known first": ("accessibility", pl.col("which") == "most"),
    "Of those known last": ("accessibility", pl.col("which") == "least"),
}
"""What the caption reports of the table: a column and the rows of which."""


def table(
    examples: Mapping[Names, pl.DataFrame],
    inputs: Mapping[tuple[str], Dataset],
) -> pl.DataFrame:
    """One row per picture or text: up to four at either end of each of the first ten classes of a dataset.

    Datasets are those in `inputs`, each by its first collection, of `networks`, whose test examples are its own.
    `classes`: how many it has; `label`, `class`: number and name of one; `which`: `most` or `least` accessible;
    `place`: from 1, at that end; `example`: number in the test split; `accessibility`: in [0, 1]; `picture`: a PNG
    in base64, made smaller where it is larger than 64 pixels, or `words`: of a text, those that networks see.
    Equals stand by their number; of a class of fewer than eight examples, none stands at both ends.
    """
    chosen: dict[str, Names] = {}
    for names, scores in examples.items():
        dataset = inputs.get(names[:1])
        if dataset and names[0] not in chosen and scores["networks"][0] and _is_of(scores, dataset):
            chosen[names[0]] = names
    tables = [pl.DataFrame(schema=SCHEMA)]
    for name, names in chosen.items():
        about = dict(zip(COLLECTION, names, strict=True)) | {"networks": examples[names]["networks"][0]}
        rows = _ends(examples[names], inputs[(name,)])
        tables.append(rows.with_columns(pl.lit(value).alias(column) for column, value in about.items()))
    return pl.concat(tables, how="diagonal_relaxed")


def _is_of(examples: pl.DataFrame, dataset: Dataset) -> bool:
    """Whether examples are those of a dataset: a collection that was trained elsewhere may have had others."""
    test = examples.filter(pl.col("split") == "test").sort("example")
    return np.array_equal(test["label"], dataset.splits["test"].labels)


def _ends(examples: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Both ends of each class, and what they look like."""
    ends = []
    for label, name in enumerate(dataset.classes[:CLASSES]):
        own = examples.filter(pl.col("split") == "test", pl.col("label") == label)
        most = own.sort("accessibility", "example", descending=[True, False]).head(EACH)
        least = own.join(most, on="example", how="anti").sort("accessibility", "example").head(EACH)
        for which, rows in (("most", most), ("least", least)):
            about = {"classes": len(dataset.classes), "label": label, "class": name, "which": which}
            ends.append(
                rows.select(
                    *(pl.lit(value).alias(column) for column, value in about.items()),
                    pl.int_range(1, pl.len() + 1).alias("place"),
                    *("example", "accessibility"),
                )
            )
    rows = pl.concat(ends)
    shown = dataset.splits["test"].inputs[rows["example"].to_numpy()]
    if dataset.is_text:
        return rows.with_columns(
            words=pl.Series([_words(text, dataset.vocabulary) for text in shown], dtype=pl.String)
        )
    return rows.with_columns(picture=pl.Series([_picture(pixels) for pixels in shown], dtype=pl.String))


def _words(text: np.ndarray, vocabulary: list[str]) -> str:
    return " ".join(vocabulary[number] for number in text if number != PADDING)


def _picture(pixels: np.ndarray) -> str:
    """Pixels, uint8, channels × height × width, as a PNG in base64."""
    image = Image.fromarray(pixels[0] if len(pixels) == 1 else np.ascontiguousarray(pixels.transpose(1, 2, 0)))
    image.thumbnail((LARGEST_PIXELS, LARGEST_PIXELS))
    png = io.BytesIO()
    image.save(png, "PNG", optimize=True)
    return base64.b64encode(png.getvalue()).decode()


def draw(table: pl.DataFrame) -> Figure:
    """A block per dataset, a row per class: most accessible on the left, least accessible on the right."""
    if table.is_empty():
        return style.nothing("no dataset whose examples could be shown")
    blocks = table.partition_by("dataset", maintain_order=True)
    heights = [HEADING_HEIGHT + block["label"].n_unique() * _row_height(block) for block in blocks]
    top = whole = sum(heights)
    figure = Figure(figsize=(style.PAGE_WIDTH_IN, whole))
    for block, height in zip(blocks, heights, strict=True):
        top -= height
        axes = figure.add_axes((0, top / whole, 1, height / whole))
        _block(axes, block)
        # All that is drawn has its place in inches from the upper left corner.
        axes.set(xlim=(0, style.PAGE_WIDTH_IN), ylim=(height, 0), aspect="auto")
        axes.set_axis_off()
    return figure


def _is_text(block: pl.DataFrame) -> bool:
    return block["words"].null_count() == 0


def _row_height(block: pl.DataFrame) -> float:
    return TEXT_ROW if _is_text(block) else PICTURE_ROW


def _block(axes: Axes, block: pl.DataFrame) -> None:
    """The examples of one dataset."""
    about = block.row(0, named=True)
    some = f", the first {CLASSES} of {about['classes']} classes" if about["classes"] > CLASSES else ""
    mark = at_chance.MARK * bool(at_chance.names(block))
    heading = (
        f"{about['dataset']}{some}: test examples ({about['networks']} networks, {about['architecture']}{mark})"
    )
    _write(axes, style.PAGE_WIDTH_IN / 2, 0.15, heading, 8)
    for half, words in enumerate(("most accessible", "least accessible")):
        _write(axes, NAME_WIDTH + (half + 0.5) * HALF_WIDTH, 0.33, words, 7)
    kind, row_height = (_texts, TEXT_ROW) if _is_text(block) else (_pictures, PICTURE_ROW)
    for row, (_, of_class) in enumerate(block.group_by("label", maintain_order=True)):
        top = HEADING_HEIGHT + row * row_height
        name = _cut(of_class["class"][0], NAME_WIDTH - 0.15, 7)
        _write(axes, NAME_WIDTH - 0.08, top + PICTURE_SIZE / 2, name, 7, "right")
        kind(axes, of_class, top)


def _pictures(axes: Axes, of_class: pl.DataFrame, top: float) -> None:
    """Both ends of one class of images: accessibility falls from left to right."""
    for row in of_class.iter_rows(named=True):
        at_the_end = row["which"] == "least"
        column = EACH - row["place"] if at_the_end else row["place"] - 1
        left = NAME_WIDTH + at_the_end * HALF_WIDTH + PICTURES_MARGIN + column * PICTURE_STEP
        pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(row["picture"]))))
        # A picture that is no square keeps its form within one.
        height, width = (PICTURE_SIZE * side / max(pixels.shape[:2]) for side in pixels.shape[:2])
        x, y = left + (PICTURE_SIZE - width) / 2, top + (PICTURE_SIZE - height) / 2
        place = (x, x + width, y + height, y)
        axes.imshow(pixels, "gray", vmin=0, vmax=255, extent=place, interpolation="nearest")
        _write(axes, left + PICTURE_SIZE / 2, top + PICTURE_SIZE + 0.07, f"{row['accessibility']:.2f}", 6)


def _texts(axes: Axes, of_class: pl.DataFrame, top: float) -> None:
    """Both ends of one class of texts, a line each; at the top of each column the end itself."""
    axes.axhline(top - 0.03, color="0.85", linewidth=0.5)
    for row in of_class.iter_rows(named=True):
        left = NAME_WIDTH + (row["which"] == "least") * HALF_WIDTH + MARGIN
        height = top + (row["place"] - 0.5) * LINE_HEIGHT
        _write(axes, left, height, f"{row['accessibility']:.2f}", 6, "left")
        words = _cut(row["words"], HALF_WIDTH - NUMBER_WIDTH - 2 * MARGIN, style.SMALL)
        _write(axes, left + NUMBER_WIDTH, height, words, style.SMALL, "left")


def _write(axes: Axes, x: float, y: float, words: str, size: float, align: str = "center") -> None:
    # Names and texts are no formulas, whatever signs they have.
    axes.text(x, y, words, fontsize=size, ha=align, va="center", parse_math=False)


def _cut(words: str, width_in: float, size: float) -> str:
    """As much of a text as fits, and an ellipsis in place of the rest."""
    font = FontProperties(size=size)

    def too_wide(shown: str) -> bool:
        return text_to_path.get_text_width_height_descent(shown, font, False)[0] > width_in * POINTS_PER_INCH

    if not too_wide(words):
        return words
    fitting = bisect_left(range(len(words)), True, key=lambda length: too_wide(words[:length] + "…")) - 1
    return words[:fitting].rstrip() + "…"
