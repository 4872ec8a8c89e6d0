"""Images and labels, from good files and from bad ones."""

import functools
import gzip
import hashlib
import struct
import threading
import tracemalloc
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from rdkit_nn import neural
from rdkit_nn.neural import data
from rdkit_nn.neural.data import fetching

rng = np.random.default_rng(0)
IMAGES = rng.integers(0, 256, (5, 4, 3), dtype=np.uint8)
LABELS = np.array([0, 1, 2, 1, 0], dtype=np.uint8)


def packed(array, magic):
    head = struct.pack(f">{1 + array.ndim}I", magic, *array.shape)
    return head + array.tobytes()


def write(folder, images=None, labels=None, zipped=False, part="train"):
    images = packed(IMAGES, 2051) if images is None else images
    labels = packed(LABELS, 2049) if labels is None else labels
    names = (f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte")
    for name, raw in zip(names, (images, labels)):
        if zipped:
            (folder / f"{name}.gz").write_bytes(gzip.compress(raw))
        else:
            (folder / name).write_bytes(raw)
    return folder


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("part", ["train", "t10k"])
def test_idx_files_are_read_plain_or_zipped(tmp_path, zipped, part):
    told = data.idx(write(tmp_path, zipped=zipped, part=part), part)
    np.testing.assert_array_equal(told.images, IMAGES / 255)
    np.testing.assert_array_equal(told.labels, LABELS)
    task = neural.Task(told.images, told.labels)
    assert task.sizes == {"sample": 5, "input": 12, "output": 3}


BAD = {
    "wrong magic": (struct.pack(">4I", 2050, 5, 4, 3) + bytes(60), "magic number 2050"),
    "no header": (b"\x00\x00", "no complete header"),
    "cut short": (packed(IMAGES, 2051)[:-1], "59 of 60 bytes"),
    "too long": (packed(IMAGES, 2051) + b"!", "longer than the 60 bytes"),
    "empty": (struct.pack(">4I", 2051, 0, 4, 3), "0x4x3 bytes"),
    "absurd": (struct.pack(">4I", 2051, *(2**31,) * 3), "are read"),
    "promise": (struct.pack(">4I", 2051, 1000, 1000, 1000), "cut short"),
}


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("kind", BAD)
def test_bad_files_are_refused(tmp_path, kind, zipped):
    raw, said = BAD[kind]
    with pytest.raises(ValueError, match=said):
        data.idx(write(tmp_path, images=raw, zipped=zipped))


def test_files_that_do_not_belong_together_are_refused(tmp_path):
    with pytest.raises(ValueError, match="5 images but 4 labels"):
        data.idx(write(tmp_path, labels=packed(LABELS[:4], 2049)))
    with pytest.raises(FileNotFoundError, match="has no file t10k-images"):
        data.idx(tmp_path, "t10k")


@pytest.mark.parametrize(
    "raw", [b"no gzip at all", gzip.compress(b"x" * 99, mtime=0)[:-9]]
)
def test_broken_archives_are_refused(tmp_path, raw):
    folder = write(tmp_path, zipped=True)
    (folder / "train-images-idx3-ubyte.gz").write_bytes(raw)
    with pytest.raises(ValueError, match="cannot be read|cut short|magic"):
        data.idx(folder)


def test_a_compression_bomb_is_refused_in_bounded_memory(tmp_path):
    # 60 bytes are announced; 300 million follow.
    with gzip.open(tmp_path / "train-images-idx3-ubyte.gz", "wb", 9) as file:
        file.write(packed(IMAGES, 2051))
        for _ in range(300):
            file.write(bytes(10**6))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(packed(LABELS, 2049))
    tracemalloc.start()
    with pytest.raises(ValueError, match="longer than the 60 bytes"):
        data.idx(tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20e6


def test_the_bundled_digits():
    told = data.digits()
    assert told.images.shape == (1797, 8, 8) and told.images.max() == 1.0
    some = told.take(200, seed=0)
    assert len(some.labels) == 200 and len(np.unique(some.labels)) == 10
    assert (some.images == told.take(200, seed=0).images).all()
    assert (some.labels != told.take(200, seed=1).labels).any()
    with pytest.raises(ValueError, match="has 1797"):
        told.take(2000, seed=0)


def test_a_task_says_what_it_did():
    told = data.digits().take(50, seed=0)
    task = neural.Task(told.images, told.labels)
    x = task.inputs
    assert x.dims == ("sample", "y", "x")
    np.testing.assert_allclose((x**2).sum(("y", "x")), 1, rtol=1e-14)
    assert task.prepared == "mean subtracted, unit length"
    assert task.targets.sum("output").values.tolist() == [1.0] * 50
    raw = neural.Task(told.images, told.labels, centre=False, unit=False)
    np.testing.assert_array_equal(raw.inputs, told.images)
    assert raw.prepared == "as given" and raw != task
    assert neural.Task(told.images, told.labels) == task
    assert task.digest in repr(task)
    flat = neural.Task(told.images.reshape(50, 64), told.labels.astype(float))
    assert flat.inputs.dims == ("sample", "input") and flat.sizes["output"] == 1
    doubled = task.relabelled(2 * task.targets.values)
    np.testing.assert_array_equal(doubled.inputs, task.inputs)
    np.testing.assert_array_equal(doubled.targets, 2 * task.targets)


def test_weights_depend_on_seed_and_name_alone():
    task = neural.Task(np.eye(6), np.arange(6) % 2)
    with_critic = neural.weights(task, hidden=5, critic=3, seed=1)
    alone = neural.weights(task, hidden=5, seed=1)
    assert set(alone) == {"U", "V"} and set(with_critic) == {"U", "V", "W", "a"}
    for name in ("U", "V"):
        np.testing.assert_array_equal(alone[name], with_critic[name])
    assert set(np.unique(with_critic.V)) == {-1.0, 1.0}
    assert (neural.weights(task, hidden=5, seed=2).U != alone.U).all()
    assert neural.weights(task, hidden=5, seed=1, dtype="float32").U.dtype == "float32"


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A server with the tests' own files, and their digests in the register."""
    here = tmp_path / "server"
    here.mkdir()
    write(here, zipped=True)
    digests = {
        f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in here.iterdir()
    }

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *told):
            pass

    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=here)
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setitem(
        fetching.SOURCES, "mnist", f"http://127.0.0.1:{server.server_port}/"
    )
    monkeypatch.setitem(fetching.DIGESTS, "mnist", digests)
    yield here
    server.shutdown()
    server.server_close()


def test_a_data_set_is_downloaded_once_and_checked(published, tmp_path):
    told = data.fetch("mnist", folder=tmp_path / "kept")
    np.testing.assert_array_equal(told.images, IMAGES / 255.0)
    np.testing.assert_array_equal(told.labels, LABELS)
    assert told.name == "mnist"
    for file in published.iterdir():
        file.unlink()
    again = data.fetch("mnist", folder=tmp_path / "kept")
    np.testing.assert_array_equal(again.labels, LABELS)


def test_a_file_that_is_not_the_published_one_is_refused(published, tmp_path):
    (published / "train-labels-idx1-ubyte.gz").write_bytes(b"something else")
    with pytest.raises(ValueError, match="is not the published file"):
        data.fetch("mnist", folder=tmp_path / "kept")
    assert not (tmp_path / "kept" / "train-labels-idx1-ubyte.gz").exists()


def test_what_cannot_be_downloaded_is_told_with_a_way_out(published, tmp_path):
    (published / "train-images-idx3-ubyte.gz").unlink()
    with pytest.raises(ConnectionError, match=r"data.idx\(folder\)"):
        data.fetch("mnist", folder=tmp_path / "kept")
    with pytest.raises(ValueError, match="There is mnist and fashion-mnist"):
        data.fetch("cifar")


def test_the_register_names_four_files_a_set_over_secure_lines():
    for name, source in fetching.SOURCES.items():
        assert source.startswith("https://")
        assert len(fetching.DIGESTS[name]) == 4
        assert all(len(told) == 64 for told in fetching.DIGESTS[name].values())


def test_synthetic_pictures_have_the_length_that_they_are_asked_for():
    told = data.synthetic(4000, seed=0, side=16, classes=1, length=2.0, noise=1.0)
    fields = told.images - told.images.mean(axis=0)  # without the class's template
    variance = (fields**2).mean()
    for r in (1, 2, 3):
        found = (fields * np.roll(fields, r, axis=2)).mean() / variance
        # 4,000 pictures of some 256/(2π 2²) = 10 independent places: 0.5 % of spread.
        assert found == pytest.approx(np.exp(-(r**2) / 8), abs=0.02)
    assert told.images.min() == 0 and told.images.max() == 1
    flat = data.synthetic(2000, seed=0, classes=1, length=0.0, noise=1.0).images
    flat = flat - flat.mean(axis=0)
    assert abs((flat * np.roll(flat, 1, axis=1)).mean() / (flat**2).mean()) < 0.01


def test_synthetic_pictures_depend_on_the_seed_alone():
    one, same, other = (data.synthetic(20, seed=s, classes=3) for s in (0, 0, 1))
    assert (one.images == same.images).all() and (one.labels == same.labels).all()
    assert (one.images != other.images).any() and set(one.labels) <= {0, 1, 2}
    with pytest.raises(ValueError, match="at least one picture"):
        data.synthetic(0, seed=0)
