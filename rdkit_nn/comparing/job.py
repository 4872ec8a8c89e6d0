"""The whole comparison: run, measure, write, draw, tell."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

import numpy as np
import xarray as xr

from .. import neural, store
from .measures import last, measured
from .report import report
from .runs import LEARNING, Settings, chemical, learning, shaken

FILES = ("compare.zarr", "compare.png", "compare.txt")


def compare(
    out: str | PathLike,
    *,
    data: str | PathLike | None = None,
    seeds: int = 1,
    settings: Settings | None = None,
    device: str = "cpu",
    overwrite: bool = False,
    progress: bool | None = None,
) -> xr.DataTree:
    """Set chemistry and learning side by side on real input.

    Trains a two-layer network from the same weights supervised, against a moving critic,
    and supervised to the same displacement; grows Gray-Scott at the two settings of Rout
    (2021); measures all of them with the same functions; and writes into `out`

    * `compare.zarr`: a DataTree, one node a run (`seed0/adversarial`, …) with its
      provenance, and `measures/<run>` along `seed`;
    * `compare.png`: the figure;
    * `compare.txt`: the table of measures, and each claimed difference beside its null.

    Args:
        out: Folder to write into.
        data: Folder of IDX files (MNIST, Fashion-MNIST). Default: the handwritten digits
            bundled with scikit-learn.
        seeds: How many times all runs are repeated, for paired effects.
        settings: Sizes and rates.
        device: As in `Flow`.
        overwrite: Whether an earlier comparison in `out` may be replaced.
        progress: Show bars: True, False, or None for terminals only.

    Returns:
        What `compare.zarr` holds; the table stands in its attribute `table`.

    Raises:
        FileExistsError: If `out` exists and may not be replaced.
        ValueError: If there are fewer samples than the settings ask for.
    """
    from .figure import draw  # matplotlib and zarr are asked for before the work begins

    store.library()
    folder = _claim(Path(out), overwrite)
    settings = settings or Settings()
    if seeds < 1:
        raise ValueError(f"`seeds` must be at least 1, but is {seeds}.")
    images = neural.data.idx(data) if data is not None else neural.data.digits()
    some = images.take(settings.samples, seed=0)
    task = neural.Task(some.images, some.labels)
    nodes: dict[str, xr.Dataset] = {}
    noise: list[dict[str, float]] = []
    for seed in range(seeds):
        _say(f"seed {seed}: Gray-Scott, then the network three times", progress)
        runs = chemical(seed, settings, device, progress)
        runs |= learning(task, seed, settings, device, progress)
        noise.append(shaken(seed, settings, device))
        nodes |= {f"seed{seed}/{name}": run for name, run in runs.items()}
    _say("measuring", progress)
    measures = _measures(nodes, noise, seeds)
    told = report(nodes, measures, task, some.name)
    tree = xr.DataTree.from_dict(
        {
            "/": xr.Dataset(attrs={"title": "chemistry and learning", "table": told}),
            **{f"/{name}": run for name, run in nodes.items()},
            **{f"/measures/{name}": found for name, found in measures.items()},
        }
    )
    _write(folder, tree, told, lambda path: draw(nodes, measures, path))
    return tree


def _measures(
    nodes: Mapping[str, xr.Dataset], noise: list[dict[str, float]], seeds: int
) -> dict[str, xr.Dataset]:
    names = dict.fromkeys(name.split("/")[1] for name in nodes)
    found = {}
    for name in names:
        each = [measured(nodes[f"seed{seed}/{name}"]) for seed in range(seeds)]
        whole = xr.concat(each, xr.Variable("seed", np.arange(seeds)), join="override")
        ends = xr.concat([last(m) for m in each], "seed")
        whole = whole.assign({f"{key}_end": ends[key] for key in ends})
        if name not in LEARNING:
            left = [told[name] for told in noise]
            about = "share of contrast left of noise about (1, 0)"
            whole["noise_left"] = ("seed", left, {"long_name": about, "units": "1"})
        found[name] = whole
    return found


def _claim(folder: Path, overwrite: bool) -> Path:
    if not folder.exists():
        return folder
    if not folder.is_dir():
        raise FileExistsError(f"{folder} exists and is no folder.")
    there = sorted(path.name for path in folder.iterdir())
    if there and not overwrite:
        raise FileExistsError(
            f"{folder} exists already. Choose another folder with --out, or say "
            "--overwrite to replace the comparison in it."
        )
    return folder


def _write(folder: Path, tree: xr.DataTree, told: str, draw) -> None:
    """Make everything beside its place, then move it in: nothing is lost half-way."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as made:
        new = Path(made)
        ready = xr.DataTree.from_dict(
            {node.path: store.plain(node.to_dataset()) for node in tree.subtree}
        )
        encoding = {
            node.path: {name: store.encoding() for name in node.data_vars}
            for node in ready.subtree
            if node.data_vars
        }
        ready.to_zarr(new / FILES[0], encoding=encoding, consolidated=False)
        draw(new / FILES[1])
        (new / FILES[2]).write_text(told + "\n", encoding="utf-8")
        for name in FILES:
            old = folder / name
            if old.is_dir():
                shutil.rmtree(old)
            os.replace(new / name, old)


def _say(words: str, progress: bool | None) -> None:
    if progress is not False:
        print(words, file=sys.stderr, flush=True)
