"""Images and labels, from good files and from bad ones."""

import gzip
import struct
import tracemalloc

import numpy as np
import pytest

from rdkit_nn import neural
from rdkit_nn.neural import data

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


@pytest.mark.parametrize("raw", [b"no gzip at all", gzip.compress(b"x" * 99)[:-9]])
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
