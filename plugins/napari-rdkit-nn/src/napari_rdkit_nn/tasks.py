"""What networks were asked to learn, found again by the digest that a run keeps of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from os import PathLike

import xarray as xr

from rdkit_nn import neural
from rdkit_nn.neural.data import Images

_offered: dict[str, neural.Task] = {}


def offer(task: neural.Task) -> None:
    """Make known what networks were asked to learn.

    A store keeps the weights of a network and the digest of its task, not the inputs
    themselves. R_j and D_j need them: what is offered here is found by its digest.
    """
    _offered[repr(task)] = task


def task_of(run: xr.Dataset) -> neural.Task | None:
    """Task of a run: one that was offered, or one of the bundled handwritten digits.

    Returns:
        The very task that the run was trained on, by its digest, or None.
    """
    told = str(run.attrs.get("task", ""))
    if told not in _offered and re.match(r"Task\(\d+ samples, 8x8 inputs", told):
        try:
            _look_in(neural.data.digits(), run)
        except ImportError:
            return None
    return _offered.get(told)


def task_in(folder: str | PathLike, run: xr.Dataset) -> neural.Task:
    """Task of a run among the images of a folder, as `data.idx` reads them; offers it.

    Args:
        folder: With the files of MNIST, Fashion-MNIST or the like.
        run: Trained on all of them, or on as many as `take(count, seed=0)` draws.

    Raises:
        FileNotFoundError: If there are no such files.
        ValueError: If they are damaged, or the run was trained on something else.
    """
    told = str(run.attrs.get("task", ""))
    _look_in(neural.data.idx(folder), run)
    if told not in _offered:
        raise ValueError(
            f"The images in {folder} are not what the network learned, which is "
            f"{told or 'unknown'}. Others are handed in with napari_rdkit_nn.offer(task)."
        )
    return _offered[told]


def _look_in(images: Images, run: xr.Dataset) -> None:
    """Offer the task of a run if it can be made of these images."""
    told = str(run.attrs.get("task", ""))
    for task in _made_of(images, told):
        for scale in {1.0, float(run.attrs.get("label_scale", 1.0))}:
            other = task.relabelled(scale * task.targets.values)
            if repr(other) == told:
                offer(other)
                return


def _made_of(images: Images, told: str) -> Iterator[neural.Task]:
    """Tasks of as many of the images, prepared alike."""
    found = re.match(r"Task\((\d+) samples", told)
    count = int(found[1]) if found else 0
    if not 0 < count <= len(images.labels):
        return
    some = images.take(count, seed=0) if count < len(images.labels) else images
    centre, unit = "mean subtracted" in told, "unit length" in told
    try:
        yield neural.Task(some.images, some.labels, centre=centre, unit=unit)
    except ValueError:  # these cannot be a task, so they are not the one that is sought
        return
