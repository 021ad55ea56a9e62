"""Readers of images, each on small files in its owners' own layout."""

import gzip
import hashlib
import io
import json
import pickle
import re
import struct
import tarfile
import zipfile
from pathlib import Path
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import scipy.io
from conftest import ROOT, configuration
from pictures_of import SIZE, colour, made, picture, refused
from PIL import Image

from learnorder.datasets import canonical, cifar, pictures
from learnorder.datasets.encoded import EncodedStream
from learnorder.errors import UserError

SHARED = ROOT.parent / "shared" / "data"


def encoded(label: int = 0, size=(SIZE, SIZE), mode: str = "RGB", kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, colour(label)).convert(mode).save(content, kind)
    return content.getvalue()


def shows(dataset, split: str, tolerance: int = 6) -> None:
    """Each image has the colour of its label."""
    data = dataset.splits[split]
    for image, label in zip(data.inputs[:], data.labels, strict=True):
        assert np.abs(image.astype(int) - np.array(colour(label))[:, None, None]).max() <= tolerance


def written(folder: Path, dataset):
    canonical.write(folder, dataset)
    return canonical.read(folder)


# CIFAR


class PythonTwo(pickle._Pickler):
    """Pickles as Python 2 did, whose plain texts are bytes today: the opcodes of the published files."""

    dispatch: ClassVar = dict(pickle._Pickler.dispatch)

    def save_bytes(self, content):
        short = len(content) < 256
        self.write(b"U" + struct.pack("<B", len(content)) if short else b"T" + struct.pack("<i", len(content)))
        self.write(content)
        self.memoize(content)

    dispatch[bytes] = save_bytes

    def save_text(self, text):
        self.save_bytes(text.encode())

    dispatch[str] = save_text


def pickled(content: dict) -> bytes:
    file = io.BytesIO()
    PythonTwo(file, protocol=2).dump(content)
    return file.getvalue().replace(b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n")


def archived(path: Path, files: dict[str, bytes], mode: str = "w:gz") -> dict:
    """A tar file, and how the catalogue names it."""
    with tarfile.open(path, mode) as tar:
        for name, content in files.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            tar.addfile(about, io.BytesIO(content))
    return {"name": path.name, "sha256": [hashlib.sha256(path.read_bytes()).hexdigest()]}


def cifar_rows(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (n, 3072), dtype=np.uint8)


@pytest.fixture
def cifar10(tmp_path):
    """A folder with the archive, its entry, and the rows and labels of its batches."""
    batches = {
        name: (cifar_rows(4, seed), [seed % 3, 0, 1, 2])
        for seed, name in enumerate(sorted(cifar.FILES - {"meta", "batches.meta", "train", "test"}))
    }
    files = {
        f"cifar-10-batches-py/{name}": pickled(
            {b"batch_label": b"batch", b"labels": labels, b"data": rows, b"filenames": [b"x.png"] * 4}
        )
        for name, (rows, labels) in batches.items()
    }
    meta = {b"num_cases_per_batch": 4, b"label_names": [b"cat", b"dog", b"ship"], b"num_vis": 3072}
    files |= {"cifar-10-batches-py/batches.meta": pickled(meta), "cifar-10-batches-py/readme.html": b"<p>"}
    archive = archived(tmp_path / "cifar-10-python.tar.gz", files)
    entry = {"reader": "cifar", "archive": archive, "examples": {"train": 20, "test": 4}, "shape": [3, 32, 32]}
    return tmp_path, entry, batches


def test_cifar10_from_its_pickles(cifar10):
    folder, entry, batches = cifar10
    assert b"U\x06labels" in pickled({b"labels": []})  # bytes as Python 2 wrote them
    dataset = made(entry, folder)
    assert dataset.classes == ["cat", "dog", "ship"]
    train = [batches[f"data_batch_{number}"] for number in range(1, 6)]
    rows = np.concatenate([rows for rows, _ in train])
    assert np.array_equal(dataset.splits["train"].inputs, rows.reshape(20, 3, 32, 32))
    # The first 1,024 bytes of a row are the red plane, row by row.
    assert dataset.splits["test"].inputs[1, 0, 2, 5] == batches["test_batch"][0][1, 2 * 32 + 5]
    assert dataset.splits["train"].labels.tolist() == [label for _, labels in train for label in labels]
    assert dataset.splits["train"].source[[0, 5]].tolist() == ["data_batch_1/0", "data_batch_2/1"]
    assert dataset.superclasses == []


def test_cifar100_has_superclasses(tmp_path):
    files = {}
    for seed, split in enumerate(("train", "test")):
        content = {
            b"data": cifar_rows(6, seed),
            b"fine_labels": [2, 1, 0, 3, 2, 1],
            b"coarse_labels": [0, 1, 0, 1, 0, 1],
            b"filenames": [b"x.png"] * 6,
        }
        files[f"cifar-100-python/{split}"] = pickled(content)
    names = {
        b"fine_label_names": [b"hamster", b"oak", b"mouse", b"pine"],
        b"coarse_label_names": [b"small", b"tree"],
    }
    files["cifar-100-python/meta"] = pickled(names)
    archive = archived(tmp_path / "cifar-100-python.tar.gz", files)
    entry = {"reader": "cifar", "archive": archive, "examples": {"train": 6, "test": 6}, "shape": [3, 32, 32]}
    dataset = made(entry, tmp_path)
    assert dataset.classes == ["hamster", "oak", "mouse", "pine"]
    assert dataset.superclasses == ["small", "tree", "small", "tree"]
    assert dataset.splits["test"].labels.tolist() == [2, 1, 0, 3, 2, 1]


def cifar100_files(folder: Path) -> tuple[dict[str, bytes], dict]:
    """The three pickles of a small CIFAR-100, sorted neither by label nor by file name, and its entry."""
    superclasses = {"small": ["hamster", "mouse"], "tree": ["oak", "pine"]}
    files = {}
    for seed, (split, count) in enumerate((("train", 12), ("test", 8))):
        labels = [(3 * row + seed) % 4 for row in range(count)]
        content = {
            b"data": cifar_rows(count, seed),
            b"fine_labels": labels,
            b"coarse_labels": [label // 2 for label in labels],
            b"filenames": [f"{7 * row % count:03d}_{split}.png".encode() for row in range(count)],
        }
        files[split] = pickled(content)
    files["meta"] = pickled(
        {
            b"fine_label_names": [name.encode() for names in superclasses.values() for name in names],
            b"coarse_label_names": [name.encode() for name in superclasses],
        }
    )
    archive = archived(folder / "cifar-100-python.tar.gz", {f"cifar-100-python/{n}": c for n, c in files.items()})
    return files, {
        "reader": "cifar",
        "archive": archive,
        "contents": {name: f"md5:{hashlib.md5(content).hexdigest()}" for name, content in files.items()},
        "superclasses": superclasses,
        "examples": {"train": 6, "test": 4},
        "shape": [3, 32, 32],
        "superclass": "small",
    }


def as_parquet(folder: Path, files: dict[str, bytes], entry: dict, labels: set[int]) -> dict:
    """Some classes in Parquet files, backwards, and how the catalogue names these."""
    named = {}
    for split in ("train", "test"):
        content = pickle.loads(files[split], encoding="bytes")
        rows = [row for row, label in enumerate(content[b"fine_labels"]) if label in labels][::-1]
        images = []
        for row in rows:
            file = io.BytesIO()
            Image.fromarray(content[b"data"][row].reshape(3, 32, 32).transpose(1, 2, 0)).save(file, "PNG")
            images.append({"bytes": file.getvalue(), "path": content[b"filenames"][row].decode()})
        path = folder / f"{split}.parquet"
        pq.write_table(
            pa.table({"image": images, "fine_label": [content[b"fine_labels"][row] for row in rows]}), path
        )
        named[split] = {"name": path.name, "sha256": [hashlib.sha256(path.read_bytes()).hexdigest()]}
    return named


def test_a_superclass_is_the_same_from_archive_folder_and_parquet(tmp_path):
    places = {name: tmp_path / name for name in ("archive", "repacked", "folder", "parquet")}
    for place in places.values():
        place.mkdir()
    files, entry = cifar100_files(places["archive"])
    archived(places["repacked"] / "cifar-100-python.tar.gz", {f"other/{n}": c for n, c in files.items()}, "w:bz2")
    (places["folder"] / "cifar-100-python").mkdir()
    for name, content in files.items():
        (places["folder"] / "cifar-100-python" / name).write_bytes(content)
    entry["parquet"] = as_parquet(places["parquet"], files, entry, {0, 1})
    for name, place in places.items():
        dataset = written(tmp_path / "out" / name, made(entry, place))
        assert dataset.classes == ["hamster", "mouse"]
        assert dataset.superclasses == ["small", "small"]
        assert dataset.checksum == canonical.read(tmp_path / "out" / "archive").checksum
    train = dataset.splits["train"]
    assert train.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert train.source[:3].tolist() == sorted(train.source[:3])
    content = pickle.loads(files["train"], encoding="bytes")
    row = content[b"filenames"].index(train.source[4].encode())
    assert content[b"fine_labels"][row] == 1
    assert np.array_equal(train.inputs[4], content[b"data"][row].reshape(3, 32, 32))


def test_where_cifar_came_from_is_no_part_of_the_identity(study):
    for name in ("cifar10", "cifar100", "small_mammals"):
        assert {"parquet", "contents"} <= study["datasets"][name].keys()
        assert not {"parquet", "contents", "addresses"} & study.described("datasets", name).keys()


def test_what_does_not_hold_cifars_checksums_is_refused(tmp_path):
    files, entry = cifar100_files(tmp_path)
    (tmp_path / entry["archive"]["name"]).unlink()
    entry["parquet"] = as_parquet(tmp_path, files, entry, {2, 3})
    text = refused_without_address(entry, tmp_path)
    assert "no source has cifar-100-python.tar.gz" in text
    assert "train.parquet has too few of its examples" in text
    (tmp_path / "cifar-100-python").mkdir()
    for name, content in files.items():
        (tmp_path / "cifar-100-python" / name).write_bytes(content)
    assert made(entry, tmp_path).classes == ["hamster", "mouse"]
    (tmp_path / "cifar-100-python" / "test").write_bytes(files["train"])
    assert "cifar-100-python: its files have other checksums" in refused_without_address(entry, tmp_path)
    (tmp_path / "cifar-100-python" / "test").unlink()
    assert "cifar-100-python: its files have other checksums" in refused_without_address(entry, tmp_path)
    (tmp_path / "cifar-100-python" / "test").write_bytes(files["test"])
    assert "did you mean small?" in refused_without_address(entry | {"superclass": "smal"}, tmp_path)


def refused_without_address(entry: dict, *mirrors: Path) -> str:
    with pytest.raises(UserError) as told:
        made(entry, *mirrors)
    assert "\n" not in str(told.value)
    return str(told.value)


@pytest.mark.skipif(not (SHARED / "cifar100").is_dir(), reason="shared/data/cifar100 is not there")
def test_small_mammals_of_the_catalogue_from_half_of_cifar100():
    entry = configuration()["datasets"]["small_mammals"]
    dataset = made(entry, SHARED)
    assert dataset.classes == ["hamster", "mouse", "rabbit", "shrew", "squirrel"]
    assert np.bincount(dataset.splits["train"].labels).tolist() == [500] * 5
    assert np.bincount(dataset.splits["test"].labels).tolist() == [100] * 5
    assert dataset.splits["train"].source[0] == "cricetus_cricetus_s_000016.png"
    whole = configuration()["datasets"]["cifar100"] | {"addresses": []}
    assert "train.parquet has too few of its examples" in refused_without_address(whole, SHARED)


def test_the_catalogue_has_each_superclass_of_cifar100(study):
    datasets = study["datasets"]
    superclasses = datasets["cifar100"]["superclasses"]
    classes = sorted(name for names in superclasses.values() for name in names)
    assert len(superclasses) == 20
    assert (classes[0], classes[65], classes[99], len(set(classes))) == ("apple", "rabbit", "worm", 100)
    read = {entry["superclass"] for entry in datasets.values() if entry.get("superclass")}
    assert read == set(superclasses)


class Evil:
    def __reduce__(self):
        return print, ("a pickle ran code",)


def test_a_pickle_is_opened_only_after_its_checksum_and_makes_nothing_but_arrays(cifar10, capsys):
    folder, entry, _ = cifar10
    archive = archived(
        folder / "cifar-10-python.tar.gz", {"cifar-10-batches-py/batches.meta": pickle.dumps(Evil())}
    )
    with pytest.raises(UserError, match=r"no source has cifar-10-python\.tar\.gz with its SHA-256"):
        made(entry, folder)
    text = refused(entry | {"archive": archive}, folder)
    assert "not an archive of CIFAR" in text
    assert "builtins.print" in text
    assert "ran code" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "content",
    [
        b"no archive",
        gzip.compress(b"no tar", mtime=0),
        {"cifar-10-batches-py/batches.meta": pickled({b"label_names": [b"cat", b"dog"]})},
        {"cifar-10-batches-py/batches.meta": b"\x80"},
        {"unlike": b""},
    ],
)
def test_what_is_no_cifar_is_named(cifar10, content):
    folder, entry, _ = cifar10
    path = folder / "cifar-10-python.tar.gz"
    if isinstance(content, dict):
        archived(path, content)
    else:
        path.write_bytes(content)
    archive = {"name": path.name, "sha256": [hashlib.sha256(path.read_bytes()).hexdigest()]}
    assert f"{path}: not an archive of CIFAR" in refused(entry | {"archive": archive}, folder)


# Tiny ImageNet

TINY_WORDS = "n00000003\tcrane\nn00000001\tgoldfish, Carassius auratus\nn00000002\tcrane\nn00000009\tentity\n"


@pytest.fixture
def tiny(tmp_path):
    """A function that makes the zip file, with some of its files changed, and gives its folder and entry."""

    def make(**changed):
        files = {"wnids.txt": b"n00000002\nn00000001\nn00000003\n", "words.txt": TINY_WORDS.encode()}
        for label, wnid in enumerate(("n00000001", "n00000002", "n00000003")):
            files[f"train/{wnid}/{wnid}_boxes.txt"] = b"x"
            for number in (0, 1, 10, 2):
                mode = "L" if number == 10 else "RGB"
                files[f"train/{wnid}/images/{wnid}_{number}.JPEG"] = encoded(label, (64, 64), mode, "JPEG")
        answers = {"val_0.JPEG": 2, "val_1.JPEG": 0, "val_10.JPEG": 1}
        for name, label in answers.items():
            files[f"val/images/{name}"] = encoded(label, (64, 64), kind="JPEG")
        files["val/val_annotations.txt"] = "".join(
            f"{name}\tn0000000{label + 1}\t0\t32\t44\t62\n" for name, label in answers.items()
        ).encode()
        files["test/images/test_0.JPEG"] = encoded(0, (64, 64), kind="JPEG")
        path = tmp_path / "tiny-imagenet-200.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in (files | changed).items():
                if content is not None:
                    archive.writestr(f"tiny-imagenet-200/{name}", content)
        return tmp_path, {
            "reader": "tiny_imagenet",
            "archive": {"name": path.name, "sha256": [hashlib.sha256(path.read_bytes()).hexdigest()]},
            "examples": {"train": 12, "test": 3},
            "shape": [3, 64, 64],
        }

    return make


def test_tiny_imagenet_from_its_zip_file(tiny):
    folder, entry = tiny()
    dataset = made(entry, folder)
    assert dataset.classes == ["goldfish", "crane (n00000002)", "crane (n00000003)"]
    assert dataset.splits["train"].labels.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert dataset.splits["test"].labels.tolist() == [2, 0, 1]
    first = "tiny-imagenet-200/train/n00000001/images/n00000001_{}.JPEG"
    assert dataset.splits["train"].source[:4].tolist() == [first.format(number) for number in (0, 1, 10, 2)]
    shows(dataset, "test")
    grey = dataset.splits["train"].inputs[2]
    assert np.array_equal(grey, np.stack([grey[0]] * 3))
    assert written(folder / "out", dataset).shape == (3, 64, 64)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"words.txt": None}, ["tiny-imagenet-200.zip: not the archive of Tiny ImageNet", "words.txt"]),
        ({"val/val_annotations.txt": b"val_0.JPEG\tn00000009\n"}, ["not the archive", "n00000009"]),
        ({"val/images/val_1.JPEG": encoded()[:30]}, ["val/images/val_1.JPEG: cannot be decoded"]),
        ({"val/images/val_1.JPEG": None}, ["val/images/val_1.JPEG: cannot be decoded"]),
        ({"val/images/val_1.JPEG": encoded(size=(64, 60))}, ["val_1.JPEG: 64×60 pixels, the first", "64×64"]),
    ],
)
def test_what_is_wrong_in_tiny_imagenets_archive_is_named(tiny, changed, words):
    folder, entry = tiny(**changed)
    text = refused(entry, folder)
    assert all(word in text for word in words)


# ImageNet

WNIDS = ["n01440764", "n01443537", "n02123045"]
ANSWERS = [2, 0, 1, 2]  # labels of the validation images 1 to 4


@pytest.fixture
def imagenet(tmp_path):
    """A function that makes the owners' folder below `inside`, and gives its entry."""

    def make(inside: str = "."):
        folder = tmp_path / "imagenet"
        for label, wnid in enumerate(WNIDS):
            for number in (7, 12):
                picture(folder / inside / "train" / wnid / f"{wnid}_{number}.JPEG", label, (30, 20))
        for number, label in enumerate(ANSWERS, start=1):
            picture(folder / inside / "val" / f"ILSVRC2012_val_{number:08d}.JPEG", label, (20, 26))
        return folder, {"reader": "imagenet", "path": str(folder), "size": SIZE}

    return make


def kaggle_list(folder: Path) -> None:
    rows = [
        f"ILSVRC2012_val_{number:08d},{WNIDS[label]} 85 1 499 272 n09999999 1 2 3 4 "
        for number, label in enumerate(ANSWERS, start=1)
    ]
    (folder / "LOC_val_solution.csv").write_text(
        "\n".join(["ImageId,PredictionString", *reversed(rows)]) + "\n", encoding="utf-8"
    )


def development_kit(folder: Path) -> None:
    """`synsets` is a column of records, not in the order of WordNet numbers; inner nodes come after the leaves."""
    folder.mkdir(parents=True, exist_ok=True)
    fields = [
        (name, object)
        for name in (
            "ILSVRC2012_ID",
            "WNID",
            "words",
            "gloss",
            "num_children",
            "children",
            "wordnet_height",
            "num_train_images",
        )
    ]
    synsets = np.empty((4, 1), dtype=fields)
    for row, wnid in enumerate([WNIDS[1], WNIDS[2], WNIDS[0], "n00001740"]):
        children = np.array([1.0, 2.0]) if row == 3 else np.empty((1, 0))
        synsets[row, 0] = (float(row + 1), wnid, "a, b", "a thing", float(row == 3), children, 0.0, 1300.0)
    scipy.io.savemat(folder / "meta.mat", {"synsets": synsets})
    number_of = {1: 1, 2: 2, 0: 3}
    (folder / "ILSVRC2012_validation_ground_truth.txt").write_text(
        "".join(f"{number_of[label]}\n" for label in ANSWERS), encoding="utf-8"
    )


def class_folders(folder: Path) -> None:
    for number, label in enumerate(ANSWERS, start=1):
        image = folder / "val" / f"ILSVRC2012_val_{number:08d}.JPEG"
        (folder / "val" / WNIDS[label]).mkdir(exist_ok=True)
        image.rename(folder / "val" / WNIDS[label] / image.name)


@pytest.mark.parametrize(
    ("inside", "labelled"),
    [
        (".", kaggle_list),
        ("ILSVRC/Data/CLS-LOC", kaggle_list),
        (".", development_kit),
        (".", lambda folder: development_kit(folder / "ILSVRC2012_devkit_t12" / "data")),
        (".", class_folders),
    ],
)
def test_imagenet_with_each_form_of_its_validation_labels(imagenet, inside, labelled):
    folder, entry = imagenet(inside)
    labelled(folder)
    dataset = made(entry)
    assert dataset.classes == WNIDS
    assert dataset.shape == (3, SIZE, SIZE)
    assert dataset.splits["train"].labels.tolist() == [0, 0, 1, 1, 2, 2]
    expected = sorted(ANSWERS) if labelled is class_folders else ANSWERS
    assert dataset.splits["test"].labels.tolist() == expected
    root = "" if inside == "." else f"{inside}/"
    assert dataset.splits["train"].source[0] == f"{root}train/{WNIDS[0]}/{WNIDS[0]}_12.JPEG"
    for split in ("train", "test"):
        shows(dataset, split)


def test_imagenet_stays_encoded_where_its_pixels_would_not_fit(imagenet, tmp_path, monkeypatch):
    folder, entry = imagenet()
    kaggle_list(folder)
    arrays = made(entry)
    pixels = 10 * 3 * SIZE * SIZE
    monkeypatch.setattr(pictures, "LARGEST_ARRAYS", pixels)
    assert isinstance(made(entry).splits["train"].inputs, np.ndarray)
    monkeypatch.setattr(pictures, "LARGEST_ARRAYS", pixels - 1)
    dataset = made(entry)
    assert isinstance(dataset.splits["train"].inputs, EncodedStream)
    read, again = written(tmp_path / "once", dataset), written(tmp_path / "twice", dataset)
    for split in ("train", "test"):
        shows(read, split)
        close = read.splits[split].inputs[:].astype(int) - arrays.splits[split].inputs
        assert np.abs(close).max() <= 3
        with Image.open(io.BytesIO(read.splits[split].inputs.encoded(0))) as image:
            assert (image.format, image.size) == ("JPEG", (SIZE, SIZE))
    assert read.checksum == again.checksum
    assert not (tmp_path / "once" / "train.npy").exists()


def test_where_imagenet_comes_from_and_where_it_goes(imagenet, tmp_path):
    text = refused({"reader": "imagenet", "path": "imagenet", "size": SIZE}, tmp_path / "mirror")
    for words in (
        "dataset mine: no such file or folder",
        f"{tmp_path}/mirror/imagenet",
        "image-net.org",
        "licence",
    ):
        assert words in text
    folder, entry = imagenet()
    assert "no list of validation labels" in refused(entry)
    for image in (folder / "val").iterdir():
        image.unlink()
    (folder / "val").rmdir()
    assert f"{folder}/val: no such folder; ImageNet's licence forbids" in refused(entry)


def test_imagenets_unlike_lists_are_named(imagenet):
    folder, entry = imagenet()
    kaggle_list(folder)
    solution = folder / "LOC_val_solution.csv"
    whole = solution.read_text(encoding="utf-8")
    solution.write_text(whole.replace(WNIDS[0], "n00000000"), encoding="utf-8")
    text = refused(entry)
    for words in ("ILSVRC2012_val_00000002.JPEG", "n00000000", "one of the 3 classes"):
        assert words in text
    solution.write_text(whole.replace("ILSVRC2012_val_00000002,", "ILSVRC2012_val_00000009,"), encoding="utf-8")
    assert "class is not known" in refused(entry)
    solution.write_text("ImageId\nILSVRC2012_val_00000001\n", encoding="utf-8")
    assert "LOC_val_solution.csv: not rows of ImageId,PredictionString" in refused(entry)
    solution.unlink()
    development_kit(folder)
    truth = folder / "ILSVRC2012_validation_ground_truth.txt"
    truth.write_text("1\n3\n", encoding="utf-8")
    assert "ILSVRC2012_val_00000003.JPEG" in refused(entry)
    truth.write_text("1\n3\n2\n77\n", encoding="utf-8")
    assert "cannot be read (KeyError: 77)" in refused(entry)
    class_folders(folder)
    (folder / "val" / "n77777777").mkdir()
    assert "class n77777777 is in one of train and val alone" in refused(entry)


# VGGFace2


@pytest.fixture
def vggface2(tmp_path):
    folder = tmp_path / "vggface2"
    for label in range(4):
        for number in range(5 + label):
            picture(folder / "train" / f"n00000{label + 2}" / f"{number:04d}_01.jpg", label, quality=95)
    picture(folder / "test" / "n000001" / "0001_01.jpg")
    return folder, {"reader": "vggface2", "path": str(folder), "size": SIZE, "identities": 3}


def test_vggface2_with_a_choice_of_identities(vggface2):
    _, entry = vggface2
    dataset = made(entry)
    assert dataset.classes == ["n000002", "n000003", "n000004"]
    assert np.bincount(dataset.splits["test"].labels).tolist() == [1, 1, 1]
    assert np.bincount(dataset.splits["train"].labels).tolist() == [4, 5, 6]
    shows(dataset, "train")
    named = made(entry | {"identities": ["n000005", "n000003"], "test_share": 0.5})
    assert named.classes == ["n000005", "n000003"]
    assert np.bincount(named.splits["test"].labels).tolist() == [4, 3]
    assert all(source.startswith("train/n000005/") for source in named.splits["test"].source[:4])


def test_what_is_wrong_with_vggface2_is_named(vggface2):
    _, entry = vggface2
    assert "no identity 'n000001'; allowed: its 4 folders" in refused(
        entry | {"identities": ["n000002", "n000001"]}
    )
    assert "identities is 5; allowed: at most the 4 folders" in refused(entry | {"identities": 5})
    assert "www.robots.ox.ac.uk/~vgg/data/vgg_face2" in refused(entry | {"path": "nowhere"})


# Indoor 67


@pytest.fixture(params=["tar", "folder"])
def indoor67(request, tmp_path):
    folder = tmp_path / "indoor67"
    folder.mkdir()
    lists = {"TrainImages.txt": [], "TestImages.txt": []}
    files = {}
    for label, name in enumerate(("airport_inside", "bakery")):
        for number in range(4):
            image = f"{name}/{name}_{number}_gif.jpg"
            files[f"Images/{image}"] = encoded(label, (20, 13), kind="GIF" if number == 1 else "JPEG")
            if number < 3:
                lists["TestImages.txt" if number == 2 else "TrainImages.txt"].append(image)
    for name, images in lists.items():
        (folder / name).write_text("\r\n".join(reversed(images)), encoding="utf-8")
    if request.param == "tar":
        archived(folder / "indoorCVPR_09.tar", files, "w")
    else:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    return folder, {"reader": "indoor67", "path": str(folder), "size": SIZE, "examples": {"train": 4, "test": 2}}


def test_indoor67_by_its_owners_lists(indoor67, tmp_path, monkeypatch):
    folder, entry = indoor67
    dataset = made(entry)
    assert dataset.classes == ["airport_inside", "bakery"]
    assert dataset.splits["test"].source.tolist() == [
        f"Images/{name}/{name}_2_gif.jpg" for name in ("airport_inside", "bakery")
    ]
    assert dataset.splits["train"].labels.tolist() == [0, 0, 1, 1]
    for split in ("train", "test"):
        shows(dataset, split, tolerance=30)  # a GIF's colours are few
    monkeypatch.setattr(pictures, "LARGEST_ARRAYS", 1)
    shows(written(tmp_path / "out", made(entry)), "test")
    (folder / "TestImages.txt").write_text("bakery/none.jpg\n", encoding="utf-8")
    assert "Images/bakery/none.jpg: cannot be decoded as an image (FileNotFoundError" in refused(entry)
    (folder / "TestImages.txt").write_text("gym/1.jpg\n", encoding="utf-8")
    assert "TestImages.txt: gym/1.jpg is of no class in TrainImages.txt" in refused(entry)
    (folder / "TestImages.txt").write_text("gym.jpg\n", encoding="utf-8")
    assert "TestImages.txt: has 'gym.jpg'; allowed: class/file" in refused(entry)
    (folder / "TestImages.txt").unlink()
    with pytest.raises(
        UserError, match=r"TestImages\.txt: cannot be read .* web\.mit\.edu/torralba/www/indoor\.html"
    ):
        made(entry)


@pytest.mark.parametrize("indoor67", ["tar"], indirect=True)
def test_indoor67_without_its_archive_says_where_it_is(indoor67):
    folder, entry = indoor67
    (folder / "indoorCVPR_09.tar").write_bytes(b"no tar")
    with pytest.raises(UserError, match=r"indoorCVPR_09\.tar: not a whole tar file .*web\.mit\.edu"):
        made(entry)
    (folder / "indoorCVPR_09.tar").unlink()
    with pytest.raises(UserError, match=r"has neither indoorCVPR_09\.tar nor its folder Images; .*web\.mit\.edu"):
        made(entry)
    assert "web.mit.edu" in refused(entry | {"path": "nowhere"})


# Any folder of images


@pytest.fixture
def birds(tmp_path):
    """A folder of three classes of ten images, in formats and modes of all kinds."""
    folder = tmp_path / "birds"
    kinds = [("png", "RGB"), ("jpg", "RGB"), ("bmp", "RGB"), ("webp", "RGB"), ("png", "RGBA"), ("jpg", "CMYK")]
    for label, name in enumerate(("finch", "owl", "tit")):
        for number in range(10):
            suffix, mode = kinds[number % len(kinds)]
            picture(folder / name / f"{number}.{suffix}", label, (9 + number, 14), mode)
    (folder / ".git").mkdir()
    (folder / "README.txt").write_text("mine", encoding="utf-8")
    (folder / "owl" / ".DS_Store").write_text("hidden", encoding="utf-8")
    return folder, {"reader": "image_folder", "path": str(folder), "size": SIZE}


def test_any_folder_of_class_folders(birds):
    _, entry = birds
    dataset = made(entry)
    assert dataset.classes == ["finch", "owl", "tit"]
    for split, each in (("train", 8), ("test", 2)):
        assert np.bincount(dataset.splits[split].labels).tolist() == [each] * 3
        shows(dataset, split, tolerance=10)
    sources = [*dataset.splits["train"].source, *dataset.splits["test"].source]
    assert len(set(sources)) == 30
    assert "owl/3.webp" in sources
    for data in dataset.splits.values():
        assert data.source.tolist() == sorted(data.source)
    other = made(entry | {"seed": 1, "test_share": 0.5})
    assert np.bincount(other.splits["test"].labels).tolist() == [5] * 3
    assert other.splits["test"].source.tolist() != made(entry | {"test_share": 0.5}).splits["test"].source.tolist()


def test_the_same_folder_gives_the_same_bytes(birds, tmp_path):
    _, entry = birds
    assert written(tmp_path / "once", made(entry)).checksum == written(tmp_path / "twice", made(entry)).checksum


def test_folders_train_and_test_are_the_splits(birds, tmp_path):
    folder, entry = birds
    for label, name in enumerate(("finch", "owl")):
        picture(tmp_path / "both" / "train" / name / "deep" / "1.png", label)
        picture(tmp_path / "both" / "test" / name / "1.png", label)
    dataset = made(entry | {"path": str(tmp_path / "both")})
    assert dataset.splits["train"].source.tolist() == ["train/finch/deep/1.png", "train/owl/deep/1.png"]
    assert dataset.splits["test"].source.tolist() == ["test/finch/1.png", "test/owl/1.png"]
    picture(tmp_path / "both" / "test" / "tit" / "1.png")
    assert "class tit is in test but not in train" in refused(entry | {"path": str(tmp_path / "both")})
    picture(tmp_path / "both" / "train" / "tit" / "1.png")
    picture(tmp_path / "both" / "train" / "emu" / "1.png")
    assert "class emu is in train but not in test" in refused(entry | {"path": str(tmp_path / "both")})
    (folder / "test").mkdir()
    assert "has a folder test alone" in refused(entry)


def test_the_middle_square_is_kept_and_grey_is_one_channel(tmp_path):
    for name in ("a", "b"):
        pixels = np.zeros((10, 30, 3), np.uint8)
        pixels[:, 10:20] = 200
        for number in (1, 2):
            path = tmp_path / "bars" / name / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels if number == 1 else pixels.transpose(1, 0, 2).copy()).save(path)
    dataset = made({"reader": "image_folder", "path": str(tmp_path / "bars"), "size": 10, "channels": 1})
    assert dataset.shape == (1, 10, 10)
    for data in dataset.splits.values():
        assert (data.inputs == 200).all()


@pytest.mark.parametrize("threshold", [pictures.LARGEST_ARRAYS, 0])
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("owl/bad.jpg", b"text", "owl/bad.jpg: cannot be decoded as an image (UnidentifiedImageError); allowed"),
        ("owl/empty.png", b"", "owl/empty.png: cannot be decoded"),
        ("owl/notes.txt", b"notes", "owl/notes.txt: cannot be decoded"),
        ("lone/1.png", encoded(), "lone/1.png: the only image of class lone"),
        ("none/.hidden", b"", "none: an empty class folder"),
    ],
)
def test_what_is_wrong_in_a_folder_is_named(birds, monkeypatch, name, content, words, threshold):
    monkeypatch.setattr(pictures, "LARGEST_ARRAYS", threshold)
    folder, entry = birds
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    assert f"{folder}/{words}" in refused(entry)


def test_what_windows_leaves_in_folders_is_no_image(birds):
    folder, entry = birds
    before = made(entry).splits["train"].labels
    for name in ("owl/Thumbs.db", "desktop.ini"):
        (folder / name).write_bytes(b"text")
    assert (made(entry).splits["train"].labels == before).all()


def test_an_image_that_breaks_off_is_named_and_no_dataset_is_left(birds, tmp_path, monkeypatch):
    folder, entry = birds
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    Image.fromarray(noise).save(folder / "owl" / "half.png")
    whole = (folder / "owl" / "half.png").read_bytes()
    (folder / "owl" / "half.png").write_bytes(whole[: len(whole) // 2])
    assert "owl/half.png: cannot be decoded" in refused(entry)
    monkeypatch.setattr(pictures, "LARGEST_ARRAYS", 0)
    dataset = made(entry)  # only the headers are read
    with pytest.raises(UserError, match=r"owl/half\.png: cannot be decoded"):
        canonical.write(tmp_path / "out", dataset)
    assert not (tmp_path / "out" / "examples.parquet").exists()
    assert not list((tmp_path / "out").glob(".*"))


def test_pixels_of_16_bits_are_refused(birds):
    folder, entry = birds
    Image.fromarray(np.full((9, 9), 40000, np.uint16)).save(folder / "owl" / "deep.png")
    assert "owl/deep.png: pixels of mode I;16; allowed: 8 bits" in refused(entry)


def test_too_few_classes_or_no_folder(tmp_path):
    entry = {"reader": "image_folder", "path": str(tmp_path / "one"), "size": SIZE}
    assert f"no such file or folder: {tmp_path}/one" in refused(entry)
    picture(tmp_path / "one" / "owl" / "1.png")
    assert "one: 1 class folders: owl; allowed: at least 2" in refused(entry)
    assert "1.png: a file; allowed: a folder" in refused(entry | {"path": str(tmp_path / "one" / "owl" / "1.png")})


# Parquet


def table(rows, labels, features=None, plain=False) -> pa.Table:
    if plain:
        images = pa.array(rows, pa.binary())
    else:
        images = pa.array(
            [{"bytes": row, "path": None} for row in rows], pa.struct({"bytes": pa.binary(), "path": pa.string()})
        )
    made = pa.table({"image": images, "label": pa.array(labels, pa.int64())})
    if features:
        made = made.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    return made


@pytest.fixture
def parquet(tmp_path):
    """A function that writes the two files and gives the entry."""

    def make(train=None, test=None, **keys):
        labels = [0, 1, 2, 1, 0]
        whole = table([encoded(label) for label in labels], labels)
        for name, content in (("train", train), ("test", test)):
            pq.write_table(whole if content is None else content, tmp_path / f"{name}.parquet", row_group_size=2)
        return {"reader": "parquet_images", "train": "train.parquet", "test": f"{tmp_path}/test.parquet"} | keys

    return make


NAMES = {"label": {"names": ["finch", "owl", "tit"], "_type": "ClassLabel"}, "image": {"_type": "Image"}}


@pytest.mark.parametrize("plain", [False, True])
def test_images_from_parquet(parquet, tmp_path, plain):
    labels = [2, 1, 0, 1, 2]
    rows = table([encoded(label) for label in labels], labels, plain=plain)
    dataset = made(parquet(train=rows, test=rows), tmp_path)
    assert dataset.classes == ["0", "1", "2"]
    assert dataset.shape == (3, SIZE, SIZE)
    assert dataset.splits["train"].labels.tolist() == labels
    assert dataset.splits["train"].source.tolist() == ["0", "1", "2", "3", "4"]
    shows(dataset, "train", tolerance=0)


def test_an_image_keeps_its_rows_columns_and_channels(parquet, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (2, 6, 9, 3), dtype=np.uint8)
    contents = [io.BytesIO() for _ in pixels]
    for image, content in zip(pixels, contents, strict=True):
        Image.fromarray(image).save(content, "PNG")
    rows = table([content.getvalue() for content in contents], [0, 1])
    inputs = made(parquet(train=rows, test=rows), tmp_path).splits["train"].inputs
    assert np.array_equal(inputs, pixels.transpose(0, 3, 1, 2))


def test_class_names_of_parquet(parquet, tmp_path):
    labels = [0, 1, 2]
    rows = table([encoded(label) for label in labels], labels, NAMES)
    assert made(parquet(train=rows, test=rows), tmp_path).classes == ["finch", "owl", "tit"]
    own = ["a", "b", "c"]
    assert made(parquet(train=rows, test=rows, classes=own), tmp_path).classes == own
    assert made(parquet(train=rows, test=rows, channels=1, size=12), tmp_path).shape == (1, 12, 12)


@pytest.mark.parametrize("size", [None, 12])
def test_parquet_that_stays_encoded(parquet, tmp_path, monkeypatch, size):
    monkeypatch.setattr(pictures, "LARGEST_ARRAYS", 0)
    entry = parquet() | ({"size": size} if size else {})
    read = written(tmp_path / "out", made(entry, tmp_path))
    assert read.shape == (3, size or SIZE, size or SIZE)
    shows(read, "train")
    assert (read.splits["test"].inputs.encoded(1) == encoded(1)) is (size is None)


PARQUETS = {
    "no column": (pa.table({"x": ["x"], "label": [0]}), "no column `image`, it has x, label"),
    "no label": (pa.table({"image": [b"x"], "height": [0.5]}), "no column `label`, it has image, height"),
    "two labels": (
        pa.table({"image": [b"x"], "fine_label": [0], "coarse_label": [0]}),
        "no column `label`, it has image, fine_label, coarse_label; allowed: `label_column`",
    ),
    "numbers": (pa.table({"image": [0.5], "label": [0]}), "column `image` is double"),
    "no bytes": (pa.table({"image": [{"x": b"x"}], "label": [0]}), "column `image` is struct<x: binary>"),
    "no such file": (pa.table({"image": ["x.png"], "label": [0]}), "row 0: cannot be decoded as an image"),
    "label of no kind": (pa.table({"image": [b"x"], "label": [0.5]}), "column `label` is double"),
    "not published": (
        table([encoded()] * 3, [-1, -1, -1]),
        "all labels are -1, as of a split whose labels are not",
    ),
    "no image": (table([encoded(), b"x", encoded()], [0, 1, 0]), "row 1: cannot be decoded as an image"),
    "null image": (table([encoded(), encoded(), None], [0, 1, 0]), "row 2: cannot be decoded as an image"),
    "null label": (table([encoded()] * 3, [0, 1, None]), "row 2: no label"),
    "negative label": (table([encoded()] * 3, [0, 1, -1]), "row 2: label -1; allowed: 0 to 2, one of 3 classes"),
    "large label": (table([encoded()] * 3, [0, 7, 1]), "row 1: label 7; allowed: 0 to 2, one of 3 classes"),
    "two sizes": (table([encoded(), encoded(size=(9, 7))], [0, 1]), "row 1: 9×7 pixels, the first image has 8×8"),
    "no rows": (table([], []), "no images for the train split"),
}


@pytest.mark.parametrize("threshold", [pictures.LARGEST_ARRAYS, 0])
@pytest.mark.parametrize("mistake", PARQUETS)
def test_what_is_wrong_in_parquet_is_named(parquet, tmp_path, monkeypatch, mistake, threshold):
    monkeypatch.setattr(pictures, "LARGEST_ARRAYS", threshold)
    rows, words = PARQUETS[mistake]
    text = refused(parquet(train=rows, classes=["a", "b", "c"]), tmp_path)
    assert f"{tmp_path}/train.parquet" in text
    assert words in text


@pytest.mark.parametrize(
    ("train", "words"),
    [
        ([1, 2, 3], "class 0, label 0; allowed: train examples of each class: labels count from 0: subtract 1"),
        ([0, 2, 5], "class 1, label 1, nor of 2 other classes; allowed: .* number them from 0 without gaps"),
        ([0, 1, 1], "class 2, label 2, nor of 3 other classes; allowed: .* or take out what has none"),
    ],
)
def test_a_class_without_train_examples_is_refused(parquet, tmp_path, train, words):
    rows, test = (table([encoded(label) for label in labels], labels) for labels in (train, [0, 1, 5]))
    if train[0] == 1:
        test = rows
    assert re.search(
        f"dataset mine: no train example is of {words}", refused(parquet(train=rows, test=test), tmp_path)
    )


def test_no_parquet_and_one_class(parquet, tmp_path):
    one = table([encoded()] * 2, [0, 0])
    assert "train.parquet: 1 classes; allowed: at least 2" in refused(parquet(train=one, test=one), tmp_path)
    entry = parquet()
    (tmp_path / "train.parquet").write_bytes(b"no Parquet")
    assert "train.parquet: not a whole Parquet file" in refused(entry, tmp_path)
    (tmp_path / "train.parquet").unlink()
    assert "no such file or folder: train.parquet" in refused(entry, tmp_path)


# The hub's layout


def hub_rows(labels, column="label", images="img", **features) -> pa.Table:
    rows = [{"bytes": encoded(label if isinstance(label, int) else 0), "path": None} for label in labels]
    content = pa.table({images: rows, column: labels})
    about = {"info": {"features": {column: features, images: {"_type": "Image"}}}}
    return content.replace_schema_metadata({"huggingface": json.dumps(about)})


def hub_folder(folder: Path, files: dict[str, pa.Table]) -> dict:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(content, folder / name, row_group_size=2)
    return {"reader": "parquet_images", "path": str(folder)}


LABELS = {"names": ["finch", "owl", "tit"], "_type": "ClassLabel"}
SHARDS = {
    "data/train-00000-of-00002.parquet": hub_rows([2, 0, 1], **LABELS),
    "data/train-00001-of-00002.parquet": hub_rows([1, 2], **LABELS),
    "data/test-00000-of-00001.parquet": hub_rows([0, 1, 2], **LABELS),
}


def test_a_folder_of_the_hub_is_read_by_naming_it(tmp_path):
    entry = hub_folder(tmp_path / "birds", SHARDS)
    (tmp_path / "birds" / "README.md").write_text("---\n", encoding="utf-8")
    dataset = made(entry)
    assert dataset.classes == ["finch", "owl", "tit"]
    assert dataset.splits["train"].labels.tolist() == [2, 0, 1, 1, 2]
    assert dataset.splits["train"].source.tolist() == ["0", "1", "2", "3", "4"]
    assert dataset.splits["test"].labels.tolist() == [0, 1, 2]
    for split in ("train", "test"):
        shows(dataset, split, tolerance=0)


@pytest.mark.parametrize(
    "names",
    [
        ("plain_text/train-00000-of-00001-3f2a91c0.parquet", "plain_text/test-00000-of-00001-8b1e77d2.parquet"),
        ("default/train/0000.parquet", "default/test/0000.parquet"),
        ("Train.parquet", "TEST.parquet"),
        ("train.parquet", "validation.parquet"),
    ],
)
def test_the_hubs_names_of_splits(tmp_path, names):
    train, test = names
    entry = hub_folder(tmp_path / "birds", {train: hub_rows([0, 1]), test: hub_rows([1, 0, 1])})
    dataset = made(entry)
    assert [len(dataset.splits[split].labels) for split in ("train", "test")] == [2, 3]
    assert dataset.remarks == (["its validation split is the test split"] if "validation" in test else [])


def test_a_key_chooses_the_columns(tmp_path):
    rows = hub_rows([0, 1, 2], column="fine_label", **LABELS)
    rows = rows.append_column("coarse_label", pa.array([0, 0, 1])).append_column("mask", rows["img"])
    entry = hub_folder(tmp_path / "birds", {"train.parquet": rows, "test.parquet": rows})
    assert "`label_column` in the dataset's entry, one of fine_label, coarse_label" in refused(entry)
    dataset = made(entry | {"label_column": "fine_label"})
    assert dataset.classes == ["finch", "owl", "tit"]
    assert made(entry | {"label_column": "coarse_label", "image_column": "mask"}).classes == ["0", "1"]
    assert "no column `fine`" in refused(entry | {"label_column": "fine"})


def test_texts_are_labels(tmp_path):
    rows = hub_rows(["wren", "owl", "wren"])
    coded = rows.set_column(1, "label", rows["label"].dictionary_encode())
    entry = hub_folder(tmp_path / "birds", {"train.parquet": rows, "test.parquet": coded})
    assert made(entry).classes == ["owl", "wren"]
    assert made(entry).splits["test"].labels.tolist() == [1, 0, 1]
    assert made(entry | {"classes": ["wren", "owl"]}).splits["train"].labels.tolist() == [0, 1, 0]
    assert "row 1: label 'owl'; allowed: one of the 2" in refused(entry | {"classes": ["wren", "jay"]})
    both = hub_folder(tmp_path / "both", {"train.parquet": rows, "test.parquet": hub_rows([0, 1])})
    assert "integers in one split and texts in the other" in refused(both)


def test_images_by_their_paths(tmp_path):
    for label in range(2):
        picture(tmp_path / "birds" / "images" / f"{label}.png", label, (SIZE, SIZE))
    paths = [f"images/{label}.png" for label in (1, 0)]
    plain = pa.table({"image": paths, "label": [1, 0]})
    struct = pa.table({"image": [{"bytes": None, "path": path} for path in paths], "label": [1, 0]})
    dataset = made(hub_folder(tmp_path / "birds", {"train.parquet": plain, "test.parquet": struct}))
    for split in ("train", "test"):
        shows(dataset, split, tolerance=0)


def test_without_a_test_split_a_share_of_each_class_is_drawn(tmp_path):
    entry = hub_folder(tmp_path / "birds", {"train.parquet": hub_rows([0, 1] * 10)})
    for changed, tested in (({}, 2), ({"test_share": 0.5}, 5)):
        dataset = made(entry | changed)
        assert np.bincount(dataset.splits["test"].labels).tolist() == [tested] * 2
        assert np.bincount(dataset.splits["train"].labels).tolist() == [10 - tested] * 2
        shows(dataset, "test", tolerance=0)
    one, other = (made(entry | {"seed": seed}).splits["test"].source.tolist() for seed in (0, 1))
    assert one != other
    alone = made({"reader": "parquet_images", "train": str(tmp_path / "birds" / "train.parquet")})
    assert alone.splits["test"].source.tolist() == one


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            {"train-00000-of-00003.parquet": hub_rows([0]), "train-00002-of-00003.parquet": hub_rows([1])},
            "2 of 3 shards like train-00000-of-00003.parquet, number 1 is missing",
        ),
        (
            {"train-00000-of-00001.parquet": hub_rows([0]), "train.parquet": hub_rows([1])},
            "are more than one set of shards",
        ),
        (
            {"a/train.parquet": hub_rows([0]), "b/train.parquet": hub_rows([1])},
            "2 datasets in it: a, b; allowed: one",
        ),
        (
            {"birds.parquet": hub_rows([0, 1])},
            "no train split among birds.parquet; allowed: train.parquet, or shards",
        ),
        ({}, "no train split among no Parquet file"),
        (
            {"train.parquet": hub_rows([0, 1]), "test.parquet": hub_rows([-1, -1])},
            "test.parquet: all labels are -1, as of a split whose labels are not published",
        ),
        (
            {"train.parquet": hub_rows([0, 1]), "test.parquet": hub_rows([0, 1], column="y")},
            "test.parquet: no column `label`, it has img, y",
        ),
    ],
)
def test_what_is_wrong_in_a_folder_of_the_hub_is_named(tmp_path, files, words):
    (tmp_path / "birds").mkdir()
    assert words in refused(hub_folder(tmp_path / "birds", files))


def test_a_dataset_of_parquet_has_a_folder_or_files(tmp_path):
    for given, words in (
        ({}, "has no file"),
        ({"path": "x", "train": "y"}, "has path and train"),
        ({"test": "x"}, "has test"),
    ):
        assert words in refused({"reader": "parquet_images", **given})


@pytest.mark.skipif(not (SHARED / "cifar100").is_dir(), reason="shared/data/cifar100 is not there")
def test_half_of_cifar100_by_the_name_of_its_folder():
    entry = {"reader": "parquet_images", "path": "cifar100"}
    assert "one of fine_label, coarse_label" in refused(entry, SHARED)


@pytest.mark.skipif(not (SHARED / "cifar10-jpeg").is_dir(), reason="shared/data/cifar10-jpeg is not there")
def test_cifar10_jpeg_of_the_catalogue():
    entry = configuration()["datasets"]["cifar10_jpeg"]
    small = made(entry | {"train": entry["test"], "examples": {"train": 10000, "test": 10000}}, SHARED)
    assert small.shape == (3, 32, 32)
    test = small.splits["test"]
    assert np.bincount(test.labels).tolist() == [1000] * 10
    assert (small.classes[0], small.classes[9]) == ("airplane", "truck")
    first = pq.read_table(SHARED / entry["test"])["image"][7].as_py()["bytes"]
    with Image.open(io.BytesIO(first)) as image:
        assert np.array_equal(np.asarray(image), test.inputs[7].transpose(1, 2, 0))


def test_the_catalogues_image_datasets_fit_the_schema(study):
    names = {"mnist", "cifar10", "cifar100", "cifar10_jpeg", "tiny_imagenet", "imagenet", "vggface2", "indoor67"}
    assert names <= set(study["datasets"])
