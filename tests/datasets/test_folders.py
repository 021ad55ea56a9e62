"""Folders of images as people and file systems leave them."""

import io
import os
import unicodedata
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import ROOT
from pictures_of import SIZE, made, picture, refused
from PIL import ExifTags, Image

from learnorder import source
from learnorder.asked import Asked
from learnorder.datasets import canonical, pictures
from learnorder.datasets.encoded import as_shown
from learnorder.datasets.folders import split_of
from learnorder.study.configured import configured


def filled(folder, *classes, images=3):
    for label, name in enumerate(classes):
        for number in range(images):
            picture(folder / name / f"{number}.png", label)
    return {"reader": "image_folder", "path": str(folder), "size": SIZE}


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("Train", "Test"),
        ("training_set", "test_set"),
        ("TRAINING", "TESTING"),
        ("train-images", "test images"),
        ("train2017", "val2017"),
        ("training", "Validation"),
        ("trainset", "valid"),
    ],
)
def test_splits_are_known_by_their_usual_names(tmp_path, train, test):
    for name in (train, test):
        entry = filled(tmp_path / name, "finch", "owl")
    dataset = made(entry | {"path": str(tmp_path)})
    assert dataset.classes == ["finch", "owl"]
    assert dataset.splits["train"].source[0] == f"{train}/finch/0.png"
    assert dataset.splits["test"].source[0] == f"{test}/finch/0.png"


def test_validation_is_the_test_split_only_where_there_is_no_other(tmp_path):
    for name in ("train", "val", "test"):
        entry = filled(tmp_path / name, "finch", "owl")
    dataset = made(entry | {"path": str(tmp_path)})
    assert dataset.splits["test"].source[0].startswith("test/")
    assert dataset.remarks == ["not used: val"]
    filled(tmp_path / "Training", "finch", "owl")
    assert "Training and train are both the train split; allowed: one" in refused(entry | {"path": str(tmp_path)})
    classes = filled(tmp_path / "tickets", "valid", "invalid")
    assert made(classes).classes == ["invalid", "valid"]
    assert [split_of(name) for name in ("strain", "latest", "set", "trains", "owl")] == [None] * 5


def test_what_file_systems_leave_is_counted_and_what_is_not_used_is_named(tmp_path):
    entry = filled(tmp_path, "finch", "owl")
    before = made(entry)
    for name in ("finch/@eaDir/0.png", "__MACOSX/0.png", "lost+found/0.png", ".thumbnails/0.png", "owl/._0.png"):
        picture(tmp_path / name)
    for name in ("Thumbs.db", "owl/.DS_Store", "owl/Desktop.ini", "notes.txt", "labels.csv"):
        (tmp_path / name).write_text("text", encoding="utf-8")
    dataset = made(entry)
    assert dataset.classes == ["finch", "owl"]
    assert dataset.splits["train"].source.tolist() == before.splits["train"].source.tolist()
    assert dataset.remarks == ["not used: labels.csv, notes.txt", "left out: 8 that file systems leave"]
    assert canonical.summary("birds", dataset) == (
        "dataset birds: 2 classes (finch, owl); train: 4 examples, 2 of each class; test: 2 examples, 1 of each "
        "class; not used: labels.csv, notes.txt; left out: 8 that file systems leave"
    )
    for number in range(9):
        (tmp_path / f"notes{number}.txt").write_text("text", encoding="utf-8")
    assert made(entry).remarks[0].endswith("notes1.txt, notes2.txt and 6 more")


def test_links_are_followed(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    filled(elsewhere, "owl")
    entry = filled(tmp_path / "birds", "finch")
    (tmp_path / "birds" / "owl").symlink_to(elsewhere / "owl")
    (tmp_path / "birds" / "finch" / "deep").symlink_to(elsewhere / "owl")
    (tmp_path / "birds" / "finch" / "one.png").symlink_to(elsewhere / "owl" / "0.png")
    dataset = made(entry)
    assert dataset.classes == ["finch", "owl"]
    names = {*dataset.splits["train"].source, *dataset.splits["test"].source}
    assert len(names) == 10
    assert {"finch/deep/2.png", "finch/one.png", "owl/1.png"} <= names


def test_links_that_lead_nowhere_or_back_are_named(tmp_path):
    entry = filled(tmp_path / "birds", "finch", "owl")
    link = tmp_path / "birds" / "owl" / "link"
    link.symlink_to(tmp_path / "nothing.png")
    assert f"{link}: a link that leads nowhere; allowed" in refused(entry)
    link.unlink()
    link.symlink_to(link)
    assert f"{link}: a link that leads nowhere; allowed" in refused(entry)
    link.unlink()
    link.symlink_to(tmp_path / "birds" / "owl")
    assert f"{link}: a link to a folder that it lies in; allowed" in refused(entry)
    link.unlink()
    os.mkfifo(link)
    assert f"{link}: neither a file nor a folder; allowed" in refused(entry)


@pytest.mark.parametrize(
    ("classes", "words"),
    [
        (("birds/finch", "birds/owl", "cats/lion", "cats/lynx"), "birds: holds only folders, such as finch"),
        (("finch/train", "finch/test", "owl/train", "owl/test"), "finch: holds only folders, such as test"),
        (("birds/finch", "birds/owl"), "1 class folders: birds; allowed: at least 2"),
    ],
)
def test_a_layout_that_looks_misread_is_refused(tmp_path, classes, words):
    entry = filled(tmp_path, *classes)
    text = refused(entry)
    assert words in text
    way = {"1 ": f"name {tmp_path}/birds", "fi": "splits outside, classes inside: test/finch"}
    assert way.get(words[:2], "name the folder whose folders are the classes") in text


def test_names_that_are_not_utf_8_are_named(tmp_path):
    entry = filled(tmp_path, "finch", "owl")
    named = os.fsencode(tmp_path / "owl") + b"/sp\xe4t.png"
    os.rename(tmp_path / "owl" / "0.png", named)
    assert rf"{tmp_path}/owl/sp\xe4t.png: its name is not UTF-8; allowed" in refused(entry)


def test_accents_are_the_same_however_a_file_system_composes_them(tmp_path):
    checksums = []
    for form in ("NFC", "NFD"):
        names = [unicodedata.normalize(form, name) for name in ("früh", "fruz", "spät")]
        entry = filled(tmp_path / form, *names)
        canonical.write(tmp_path / "out", made(entry))
        read = canonical.read(tmp_path / "out")
        assert read.classes == ["fruz", "früh", "spät"]
        checksums.append(read.checksum)
    assert checksums[0] == checksums[1]
    filled(tmp_path / "NFC", unicodedata.normalize("NFD", "spät"))
    assert "another entry of this name, with its accents composed otherwise" in refused(
        entry | {"path": str(tmp_path / "NFC")}
    )


def test_both_splits_may_compose_accents_otherwise(tmp_path):
    for split, form in (("train", "NFC"), ("test", "NFD")):
        entry = filled(tmp_path / split, *(unicodedata.normalize(form, name) for name in ("früh", "spät")))
    assert made(entry | {"path": str(tmp_path)}).classes == ["früh", "spät"]


# Pixels as a viewer shows them

SIDE = 16


def upright() -> Image.Image:
    """Another colour in each corner, and wider than high."""
    image = Image.new("RGB", (SIDE + 8, SIDE))
    half = SIDE // 2
    for colour, box in {
        "red": (0, 0, half + 4, half),
        "lime": (half + 4, 0, SIDE + 8, half),
        "blue": (0, half, half + 4, SIDE),
        "yellow": (half + 4, half, SIDE + 8, SIDE),
    }.items():
        image.paste(colour, box)
    return image


# What a camera did that a viewer undoes, by the tag that tells it.
STORED = {
    1: [],
    2: [Image.Transpose.FLIP_LEFT_RIGHT],
    3: [Image.Transpose.ROTATE_180],
    4: [Image.Transpose.FLIP_TOP_BOTTOM],
    5: [Image.Transpose.TRANSPOSE],
    6: [Image.Transpose.ROTATE_90],
    7: [Image.Transpose.TRANSVERSE],
    8: [Image.Transpose.ROTATE_270],
}


def as_read(tmp_path, content: bytes, reader: str, suffix="png", **keys):
    """The inputs of a dataset whose every image has this content, as networks get them."""
    folder = tmp_path / "images"
    if reader == "image_folder":
        for name in ("a/0", "a/1", "b/0", "b/1"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.{suffix}").write_bytes(content)
        entry = {"reader": reader, "path": str(folder), "size": SIDE} | keys
    else:
        pq.write_table(pa.table({"image": [content] * 2, "label": [0, 1]}), tmp_path / "images.parquet")
        path = str(tmp_path / "images.parquet")
        entry = {"reader": reader, "train": path, "test": path} | keys
    canonical.write(tmp_path / "out", made(entry))
    return canonical.read(tmp_path / "out").splits["test"].inputs[:]


def saved(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


@pytest.mark.parametrize(
    ("reader", "largest"),
    [("image_folder", pictures.LARGEST_ARRAYS), ("parquet_images", 0)],
    ids=["folder", "encoded"],
)
@pytest.mark.parametrize("orientation", STORED)
def test_photographs_are_upright(tmp_path, monkeypatch, orientation, reader, largest):
    monkeypatch.setattr(pictures, "LARGEST_ARRAYS", largest)
    image, exif = upright(), Image.Exif()
    for turn in STORED[orientation]:
        image = image.transpose(turn)
    exif[ExifTags.Base.Orientation] = orientation
    found = as_read(tmp_path, saved(image, exif=exif), reader)
    expected = np.asarray(upright()).transpose(2, 0, 1)
    if reader == "image_folder":
        expected = expected[:, :, 4 : 4 + SIDE]
    assert found.shape[1:] == expected.shape
    assert (found == expected).all()


def transparent(mode: str) -> Image.Image:
    """Black, whose upper half is opaque and whose lower half is not."""
    image = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, SIDE // 2, SIDE, SIDE))
    return image.convert(mode)


def palette() -> Image.Image:
    image = Image.new("P", (SIDE, SIDE), 0)
    image.putpalette([0, 0, 0, 10, 20, 30])
    image.paste(1, (0, SIDE // 2, SIDE, SIDE))
    return image


SEE_THROUGH = {
    "RGBA": lambda: saved(transparent("RGBA")),
    "LA": lambda: saved(transparent("LA")),
    "WebP": lambda: saved(transparent("RGBA"), "WEBP", lossless=True),
    "TIFF": lambda: saved(transparent("RGBA"), "TIFF"),
    "palette": lambda: saved(palette(), transparency=1),
    "GIF": lambda: saved(palette(), "GIF", transparency=1),
    "colour key": lambda: saved(palette().convert("RGB"), transparency=(10, 20, 30)),
}


@pytest.mark.parametrize(("reader", "channels"), [("image_folder", 3), ("parquet_images", 1)])
@pytest.mark.parametrize("kind", SEE_THROUGH)
def test_transparency_shows_white_and_no_hidden_colours(tmp_path, kind, channels, reader):
    found = as_read(tmp_path, SEE_THROUGH[kind](), reader, channels=channels)
    assert (found[:, :, :7] == 0).all()
    assert (found[:, :, 9:] == 255).all()


def test_half_transparency_is_half_white(tmp_path):
    found = as_read(tmp_path, saved(Image.new("RGBA", (SIDE, SIDE), (200, 0, 100, 128))), "image_folder")
    assert np.abs(found.astype(int) - np.array([227, 127, 177])[:, None, None]).max() <= 1


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "LA", "RGBA"])
def test_opaque_images_keep_their_pixels(mode):
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8)).convert(mode)
    for channels, wanted in ((1, "L"), (3, "RGB")):
        assert np.array_equal(np.asarray(as_shown(image, channels)), np.asarray(image.convert(wanted)))


@pytest.mark.parametrize("exif", [b"Exif\0\0no TIFF", b"Exif\0\0II*\0\x08\0\0\0\x05\0\x12\x01", b"\xff"])
def test_a_damaged_tag_is_ignored_as_viewers_do(tmp_path, exif):
    image = upright()
    found = as_read(tmp_path, saved(image, "JPEG", quality=100, exif=exif), "parquet_images")
    assert found.shape[2:] == (SIDE, SIDE + 8)


def test_a_dataset_is_read_again_when_its_reader_changes():
    """The rule's parameters name the code of its reader; Snakemake runs it again if that changes."""
    roots = [source.module(f"datasets.{name}") for name in ("encoded", "folders", "pictures")]
    assert set(roots) <= source.closure(source.module("datasets.image_folder"))
    asked = Asked(configured(clone=ROOT), is_main_process=False)
    codes = {name: asked.reader(SimpleNamespace(dataset=name)) for name in ("digits", "fashion_mnist", "mnist")}
    assert codes["mnist"] == codes["fashion_mnist"] != codes["digits"]
