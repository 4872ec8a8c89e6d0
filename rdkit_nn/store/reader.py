"""Open a store lazily, and check all that is in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from .finished import Finished
from .layout import library
from .lock import held
from .places import joined, records
from .seals import Damaged, Told, check, opened


def open_run(path: str | PathLike) -> xr.Dataset:
    """Open a stored run lazily; of one that is still growing, what is complete.

    Every chunk is checked when it is first read: what is missing, cut, changed or from
    elsewhere is an error, never a NaN and never another number.

    Args:
        path: Folder that `simulate(store=…)` or `sweep(store=…)` wrote.

    Returns:
        The run, on dask arrays: nothing is read until it is asked for.

    Raises:
        FileNotFoundError: If there is nothing at the path.
        ValueError: If it is no run of ours, or damaged.
        ImportError: If zarr is missing.
    """
    folder, finished = _found(path)
    seals, runs = _seals(folder, finished)
    if missing := [key for key in seals if not (folder / key).exists()]:
        names = sorted({key.split("/")[0] for key in missing})
        raise Damaged(
            f"{folder} is damaged: {len(missing)} of {len(seals)} files are missing, of "
            f"{', '.join(names)}; the first is {folder / missing[0]}."
        )
    store = opened(folder, seals, read_only=True, fresh=partial(_fresh, folder))
    run = xr.open_zarr(store, chunks={}, consolidated=False, zarr_format=3)  # type: ignore[arg-type]
    # A folder keeps no order; the run's own is written in its attributes.
    order = [n for n in run.attrs.pop("variables", []) if n in run]
    run = run[order + [n for n in run if n not in order]]
    run = run.assign_coords({k: c.compute() for k, c in run.coords.items()})
    ranges = joined([r["ranges"] for r in runs.values()])
    for name, told in {**ranges, **finished.told.get("ranges", {})}.items():
        run[name].attrs["actual_range"] = told
    if finished.plan.get("kind") == "sweep":
        return run.assign_coords(_of_runs(finished, runs))
    return run.isel(time=slice(0, finished.frames)) if "time" in run.dims else run


def _fresh(folder: Path) -> Told:
    """Digests as they are now: a block that grows is written again."""
    return _seals(folder, Finished.read(folder))[0]


def _seals(folder: Path, finished: Finished) -> tuple[Told, dict[int, dict]]:
    """Digests by key of all that is finished, and the records of single runs."""
    runs = records(folder) if finished.plan.get("kind") == "sweep" else {}
    own = {k: seals for record in runs.values() for k, seals in record["keys"].items()}
    return {**finished.seals(), **own}, runs


def _of_runs(finished: Finished, runs: dict[int, dict]) -> dict[str, tuple]:
    """Coordinates of a sweep: which runs are missing, and why some failed."""
    sizes = finished.plan["sizes"]
    told: dict[str, tuple] = {}
    if finished.blocks:
        return told
    done = np.zeros(tuple(sizes.values()), bool)
    done.flat[list(runs)] = True
    if not done.all():
        told["finished"] = (tuple(sizes), done)
    if any(record["failure"] for record in runs.values()):
        words = np.full(done.shape, "", dtype=object)
        for index, record in runs.items():
            words.flat[index] = record["failure"]
        told["failure"] = (tuple(sizes), words.astype(str))
    return told


def status(path: str | PathLike) -> dict[str, Any]:
    """What the ledger of a store says: `status`, `frames` of how many, `dynamics`, ….

    Raises:
        FileNotFoundError: If there is nothing at the path.
        ValueError: If it is no run of ours, or its ledger is damaged.
    """
    folder, finished = _found(path)
    told = {**finished.plan, **finished.told, "reserved": finished.plan["frames"]}
    if told["status"] == "growing" and not held(folder):
        told["status"] = "interrupted"  # its writer is gone without a word
    if finished.plan.get("kind") == "sweep":
        count = int(np.prod(list(finished.plan["sizes"].values())))
        runs = records(folder)
        failed = sum(bool(record["failure"]) for record in runs.values())
        done = count if finished.blocks else len(runs)
        told |= {"runs": count, "done": done, "failed": failed}
    return told


def verify(
    path: str | PathLike, look: Callable[[int, int], None] | None = None
) -> list[str]:
    """Read all that a store holds, and compare it with what was written.

    Args:
        path: Folder of a run or a sweep.
        look: Told after each file how many of how many are done.

    Returns:
        A sentence for each thing that is damaged; none when all is as it was written.

    Raises:
        FileNotFoundError: If there is nothing at the path.
        ValueError: If it is no run of ours.
    """
    try:
        folder, finished = _found(path)
    except Damaged as error:
        return [str(error)]
    try:
        seals, _ = _seals(folder, finished)
    except Damaged as error:
        return [str(error)]
    found = []
    for done, key in enumerate(seals, 1):
        file = folder / key
        try:
            check(folder, seals, key, file.read_bytes() if file.exists() else None)
        except (Damaged, OSError) as error:
            found.append(str(error))
        if look is not None:
            look(done, len(seals))
    return found


def checkpoint(path: str | PathLike) -> xr.Dataset:
    """Whole state from which an interrupted run goes on, read and checked.

    Raises:
        ValueError: If it is damaged, or the run has none.
    """
    folder, finished = _found(path)
    slot = finished.told.get("checkpoint")
    if slot is None:
        raise Damaged(f"{folder} has no checkpoint: it was never begun.")
    for key in [key for key in finished.loose if key.startswith(slot + "/")]:
        file = folder / key
        check(
            folder,
            finished.loose,
            key,
            file.read_bytes() if file.exists() else None,
        )
    return xr.open_zarr(folder, group=slot, chunks=None, consolidated=False).load()


def _found(path: str | PathLike) -> tuple[Path, Finished]:
    """Folder and ledger of a run of ours.

    Raises:
        FileNotFoundError: If there is nothing at the path.
        Damaged: If the ledger or the metadata are not what was written.
        ValueError: If it is something else.
    """
    library()
    folder = Path(path)
    if not folder.exists():
        raise FileNotFoundError(f"There is no run at {folder}.")
    try:
        return folder, Finished.read(folder)
    except FileNotFoundError:
        pass
    head = folder / "zarr.json"
    if not head.exists():
        raise ValueError(f"{folder} is no Zarr store of format 3: it has no zarr.json.")
    try:
        attrs = json.loads(head.read_bytes()).get("attributes", {})
    except ValueError:
        raise Damaged(f"{folder} is damaged: {head} cannot be read.") from None
    if "rdkit_nn" in attrs:
        raise Damaged(
            f"{folder} is damaged: its ledger is missing, so nothing says what of it is "
            "finished."
        )
    if any(child.is_dir() and _group(child) for child in folder.iterdir()):
        raise ValueError(
            f"{folder} holds several runs: open it with "
            f"xarray.open_datatree({str(folder)!r}, engine='zarr')."
        )
    raise ValueError(
        f"{folder} is a Zarr store, but no run of rdkit_nn: its attributes lack "
        "`rdkit_nn`."
    )


def _group(folder: Path) -> bool:
    try:
        told = json.loads((folder / "zarr.json").read_bytes())
    except (OSError, ValueError):
        return False
    return told.get("node_type") == "group"
