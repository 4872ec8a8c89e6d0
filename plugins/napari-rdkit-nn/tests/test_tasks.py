"""Tasks are found again by their digest, or not at all."""

import numpy as np
import pytest
import xarray as xr

from napari_rdkit_nn import neurons, offer, tasks
from rdkit_nn import neural


def test_a_task_that_was_offered_is_found_by_its_digest(neuronal, task):
    run = neuronal.assign_attrs(task="another")
    with pytest.raises(ValueError, match="digest: another. Name their folder"):
        neurons.pulls(run, 0)
    offer(task)
    assert tasks.task_of(neuronal) == task
    assert set(neurons.pulls(neuronal, 0)) == {"R_u", "R_v", "D_u", "D_v"}


def test_bundled_digits_need_not_be_offered():
    some = neural.data.digits().take(30, seed=0)
    for centre in (True, False):
        task = neural.Task(some.images, some.labels, centre=centre)
        assert tasks.task_of(xr.Dataset(attrs={"task": repr(task)})) == task
    larger = task.relabelled(2.5 * task.targets.values)
    told = {"task": repr(larger), "label_scale": 2.5}
    assert tasks.task_of(xr.Dataset(attrs=told)) == larger
    assert tasks.task_of(xr.Dataset()) is None


def written(folder, images, labels):
    """Images and labels as IDX files."""
    for name, array, magic in (
        ("images-idx3", images, 2051),
        ("labels-idx1", labels, 2049),
    ):
        head = np.array([magic, *array.shape], ">i4").tobytes()
        file = folder / f"train-{name}-ubyte"
        file.write_bytes(head + array.astype(np.uint8).tobytes())
    return neural.data.idx(folder)


@pytest.mark.parametrize("count", [12, 40])
def test_images_of_a_folder_are_tried(tmp_path, count):
    rng = np.random.default_rng(count)
    images = written(tmp_path, rng.integers(0, 256, (40, 5, 6)), rng.integers(0, 3, 40))
    some = images.take(count, seed=0) if count < 40 else images
    task = neural.Task(some.images, some.labels)
    run = xr.Dataset(attrs={"task": repr(task)})
    assert tasks.task_of(run) is None
    assert tasks.task_in(tmp_path, run) == task == tasks.task_of(run)
    larger = task.relabelled(3.0 * task.targets.values)
    run = xr.Dataset(attrs={"task": repr(larger), "label_scale": 3.0})
    assert tasks.task_in(tmp_path, run) == larger


def test_other_images_are_refused(tmp_path):
    rng = np.random.default_rng(7)
    written(tmp_path, rng.integers(0, 256, (10, 5, 6)), rng.integers(0, 3, 10))
    for told in (
        "Task(8 samples, 5x6 inputs, 3 outputs, as given, 0)",
        "",
        "Task(11 s",
    ):
        with pytest.raises(ValueError, match="are not what the network learned"):
            tasks.task_in(tmp_path, xr.Dataset(attrs={"task": told}))
    with pytest.raises(FileNotFoundError, match="has no file train-images"):
        tasks.task_in(tmp_path / "none", xr.Dataset())
