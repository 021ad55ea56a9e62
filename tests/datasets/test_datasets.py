import gzip
import hashlib
import http.server
import os
import struct
import threading
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from conftest import SHARED

from learnorder.datasets import canonical, files, idx
from learnorder.datasets.build import build
from learnorder.errors import UserError

DEBIAN = Path("/usr/share/datasets/fashion-mnist")
PARTS = {
    "train_images": "train-images-idx3-ubyte.gz",
    "train_labels": "train-labels-idx1-ubyte.gz",
    "test_images": "t10k-images-idx3-ubyte.gz",
    "test_labels": "t10k-labels-idx1-ubyte.gz",
}


def idx_bytes(array: np.ndarray) -> bytes:
    """MNIST's published layout: two zero bytes, type 8, the number of dimensions, big-endian sizes, bytes."""
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(np.uint8).tobytes()


@pytest.fixture
def published(tmp_path):
    """A folder with the four files of a small dataset, and its entry in the catalogue."""
    random = np.random.default_rng(0)
    arrays = {
        "train_images": random.integers(0, 256, (30, 5, 4)),
        "train_labels": np.arange(30) % 3,
        "test_images": random.integers(0, 256, (12, 5, 4)),
        "test_labels": np.arange(12) % 3,
    }
    folder = tmp_path / "published"
    folder.mkdir()
    entry = {
        "reader": "idx",
        "examples": {"train": 30, "test": 12},
        "shape": [1, 5, 4],
        "classes": ["a", "b", "c"],
        "addresses": [],
        "files": {},
    }
    for part, array in arrays.items():
        content = gzip.compress(idx_bytes(array), mtime=0)
        (folder / PARTS[part]).write_bytes(content)
        entry["files"][part] = {"name": PARTS[part], "sha256": [hashlib.sha256(content).hexdigest()]}
    return folder, entry, arrays


@pytest.fixture
def server():
    """Serve a folder on the loopback; `.requests` counts what was asked for, `.broken` fails so many times."""
    started = []

    def serve(folder, broken=0):
        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_GET(self):
                started[0].requests += 1
                if started[0].broken:
                    started[0].broken -= 1
                    self.close_connection = True
                    self.send_response(200)
                    self.send_header("Content-Length", "1000000")
                    self.end_headers()
                    self.wfile.write(b"half a file")
                    return
                super().do_GET()

            def log_message(self, *_):
                pass

        http_server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        http_server.requests, http_server.broken = 0, broken
        started.append(http_server)
        threading.Thread(target=http_server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{http_server.server_port}", http_server

    yield serve
    for http_server in started:
        http_server.shutdown()
        http_server.server_close()


def same_arrays(dataset, arrays):
    for split in ("train", "test"):
        assert np.array_equal(dataset.splits[split].inputs[:, 0], arrays[f"{split}_images"])
        assert np.array_equal(dataset.splits[split].labels, arrays[f"{split}_labels"])


def test_idx_files_from_a_directory(published, tmp_path):
    folder, entry, arrays = published
    same_arrays(build("small", entry, tmp_path, tmp_path / "downloads", [str(folder)]), arrays)
    assert not (tmp_path / "downloads").exists()  # a mirror's directory is read in place


@pytest.mark.parametrize("form", ["packed again", "unpacked", "Kaggle's names"])
def test_idx_files_are_known_by_their_content(published, tmp_path, form):
    folder, entry, arrays = published
    entry["contents"] = {}
    for part, name in PARTS.items():
        packed = folder / name
        content = gzip.decompress(packed.read_bytes())
        entry["contents"][part] = f"sha256:{hashlib.sha256(content).hexdigest()}"
        if form == "packed again":
            packed.write_bytes(gzip.compress(content, compresslevel=1, mtime=7))
            continue
        packed.unlink()
        unpacked = name.removesuffix(".gz")
        (folder / (unpacked if form == "unpacked" else unpacked.replace("-idx", ".idx"))).write_bytes(content)
    same_arrays(build("small", entry, tmp_path, tmp_path / "downloads", [str(folder)]), arrays)
    without = {key: value for key, value in entry.items() if key != "contents"}
    with pytest.raises(UserError, match=r"no source has train-images-idx3-ubyte\.gz"):
        build("small", without, tmp_path, tmp_path / "downloads", [str(folder)])
    entry["contents"]["test_labels"] = entry["contents"]["train_labels"]
    with pytest.raises(UserError, match=r"no source has t10k-labels-idx1-ubyte\.gz .* wrong SHA-256"):
        build("small", entry, tmp_path, tmp_path / "downloads", [str(folder)])


@pytest.mark.skipif(not (SHARED / "mnist").is_dir(), reason="shared/data/mnist is not there")
def test_mnist_of_the_catalogue_from_its_original_bytes(study, tmp_path):
    entry = study["datasets"]["mnist"]
    dataset = build("mnist", entry | {"addresses": []}, tmp_path, tmp_path / "downloads", [str(SHARED)])
    assert dataset.splits["train"].inputs.shape == (60000, 1, 28, 28)
    # Of the published files: 5,923 zeros, 6,742 ones; the first test image is a seven.
    assert np.bincount(dataset.splits["train"].labels)[:2].tolist() == [5923, 6742]
    assert np.bincount(dataset.splits["test"].labels)[:2].tolist() == [980, 1135]
    assert dataset.splits["test"].labels[0] == 7


def test_a_mirror_may_have_a_folder_per_dataset(published, tmp_path):
    folder, entry, arrays = published
    (tmp_path / "mirror").mkdir()
    folder.rename(tmp_path / "mirror" / "small")
    same_arrays(build("small", entry, tmp_path, tmp_path / "downloads", [str(tmp_path / "mirror")]), arrays)


def test_files_are_downloaded_once_whole_and_verified(published, tmp_path, server, capsys):
    folder, entry, arrays = published
    url, http_server = server(folder)
    downloads = tmp_path / "downloads"
    entry["addresses"] = [url]
    same_arrays(build("small", entry, tmp_path, downloads, []), arrays)
    assert sorted(path.name for path in downloads.iterdir()) == sorted(PARTS.values())
    assert "100%" in capsys.readouterr().err
    asked = http_server.requests
    same_arrays(build("small", entry, tmp_path, downloads, []), arrays)
    assert http_server.requests == asked


def test_a_broken_connection_is_tried_again(published, tmp_path, server):
    folder, entry, arrays = published
    url, _ = server(folder, broken=1)
    same_arrays(build("small", entry, tmp_path, tmp_path / "downloads", [url]), arrays)


def test_sources_are_tried_in_order_until_a_checksum_holds(published, tmp_path, server):
    folder, entry, arrays = published
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    for name in PARTS.values():
        (wrong / name).write_bytes(b"something else")
    url, _ = server(folder)
    entry["addresses"] = [url]
    same_arrays(
        build("small", entry, tmp_path, tmp_path / "downloads", [str(wrong), str(tmp_path / "none")]), arrays
    )


def test_without_a_good_source_one_line_says_what_was_tried(published, tmp_path, server):
    folder, entry, _ = published
    (folder / PARTS["train_images"]).write_bytes(b"something else")
    url, http_server = server(folder)
    port = http_server.server_port
    http_server.RequestHandlerClass = http_server.RequestHandlerClass
    entry["addresses"] = [url, f"{url}/missing", f"http://127.0.0.1:{port + 1 if port < 65535 else port - 1}"]
    with pytest.raises(UserError) as told:
        build("small", entry, tmp_path, tmp_path / "downloads", [str(folder), str(tmp_path / "none")])
    text = str(told.value)
    wrong = hashlib.sha256(b"something else").hexdigest()
    assert "\n" not in text
    for words in (
        "dataset small: no source has train-images-idx3-ubyte.gz",
        f"{folder}/train-images-idx3-ubyte.gz: wrong SHA-256 {wrong}",
        f"{tmp_path}/none/train-images-idx3-ubyte.gz: no such file",
        f"{url}/train-images-idx3-ubyte.gz: wrong SHA-256 {wrong}",
        f"{url}/missing/train-images-idx3-ubyte.gz: HTTP status 404",
        "ConnectionError",
        "put the file into a directory and name that in `data.mirrors` or LEARNORDER_MIRRORS",
    ):
        assert words in text
    assert list((tmp_path / "downloads").iterdir()) == []


def test_mirrors_come_from_the_environment(monkeypatch):
    monkeypatch.setenv(files.MIRRORS_VARIABLE, " /a , http://b/,, /a")
    assert files.mirrors() == ["/a", "http://b/"]


@pytest.mark.parametrize(
    "content",
    [
        b"not gzip",
        gzip.compress(b""),
        gzip.compress(b"\0\0\x08"),
        gzip.compress(idx_bytes(np.zeros((2, 3)))[:-1]),
        gzip.compress(b"\0\0\x0d\1" + struct.pack(">I", 1) + b"\0"),
        gzip.compress(idx_bytes(np.zeros(5)))[:-9],
    ],
    # The bytes hold the time: as names they would differ between the processes that run the tests.
    ids=["no gzip", "empty", "short magic", "short data", "unknown type", "short gzip"],
)
def test_a_file_that_is_no_idx_is_named(tmp_path, content):
    path = tmp_path / "labels.gz"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"labels\.gz: not "):
        idx.read_array(path)


def test_a_dataset_unlike_its_entry_is_refused(published, tmp_path):
    folder, entry, _ = published
    entry["shape"] = [1, 5, 5]
    with pytest.raises(
        UserError, match=r"dataset small: its train split has shape \[1, 5, 4\]; the catalogue says \[1, 5, 5\]"
    ):
        build("small", entry, tmp_path, tmp_path, [str(folder)])
    entry["shape"] = [1, 5, 4]
    entry["classes"] = ["a", "b"]
    with pytest.raises(UserError, match="labels from 0 to 2; allowed: 0 to 1"):
        build("small", entry, tmp_path, tmp_path, [str(folder)])


def test_digits_are_split_alike_every_time_and_in_proportion(study, tmp_path):
    entry = study["datasets"]["digits"]
    first, second = (build("digits", entry, tmp_path, tmp_path, []) for _ in range(2))
    for split in ("train", "test"):
        assert np.array_equal(first.splits[split].source, second.splits[split].source)
        shares = np.bincount(first.splits[split].labels) / len(first.splits[split].labels)
        assert np.all(np.abs(shares - 0.1) < 0.01)
    sources = np.concatenate([data.source for data in first.splits.values()])
    assert sorted(sources) == list(range(1797))
    assert first.splits["train"].inputs.max() == 255


def test_what_is_written_is_read_and_the_same_data_give_the_same_bytes(published, tmp_path):
    folder, entry, arrays = published
    dataset = build("small", entry, tmp_path, tmp_path, [str(folder)])
    for name in ("once", "twice"):
        canonical.write(tmp_path / name, dataset)
    same_arrays(canonical.read(tmp_path / "once"), arrays)
    assert canonical.read(tmp_path / "once").classes == ["a", "b", "c"]
    for name in ("train.npy", "test.npy", "examples.parquet"):
        assert (tmp_path / "once" / name).read_bytes() == (tmp_path / "twice" / name).read_bytes()


def test_a_damaged_folder_is_named_with_the_way_to_remake_it(published, tmp_path):
    folder, entry, _ = published
    canonical.write(tmp_path / "whole", build("small", entry, tmp_path, tmp_path, [str(folder)]))
    array = tmp_path / "whole" / "train.npy"
    content = bytearray(array.read_bytes())
    content[-1] ^= 1
    array.write_bytes(content)
    with pytest.raises(UserError, match=r"train\.npy: not the array .*; remake it: snakemake --force"):
        canonical.read(tmp_path / "whole")
    os.truncate(tmp_path / "whole" / "examples.parquet", 100)
    with pytest.raises(UserError, match=r"not a whole dataset .*; remake it: snakemake --force"):
        canonical.read(tmp_path / "whole")
    with pytest.raises(UserError, match=r"not a whole dataset"):
        canonical.read(tmp_path / "nowhere")


@pytest.mark.skipif(not DEBIAN.is_dir(), reason="Debian's dataset-fashion-mnist is not installed")
def test_fashion_mnist_from_debians_package(study, tmp_path):
    dataset = build("fashion_mnist", study["datasets"]["fashion_mnist"], tmp_path, tmp_path, [str(DEBIAN)])
    assert dataset.splits["train"].inputs.shape == (60000, 1, 28, 28)
    assert np.bincount(dataset.splits["train"].labels).tolist() == [6000] * 10
    assert np.bincount(dataset.splits["test"].labels).tolist() == [1000] * 10
