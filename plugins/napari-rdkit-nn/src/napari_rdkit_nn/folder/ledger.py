"""Stores in a folder as rows of a table: what each is, and how far it went.

Rows are made of ledgers and attributes alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xarray as xr

from rdkit_nn import store

from ..errands import Stop
from ..kinds import attributes_of, kind_of, length_of, runs_inside
from .descriptions import described


@dataclass(frozen=True)
class Row:
    """What a table says of one store.

    Args:
        path: Where it lies.
        name: Its path below the folder.
        kind: `run`, `sweep`, `tree` (several runs), `foreign` or `damaged`.
        model: Model, or what a sweep goes over.
        method: How time is cut.
        parameters: Numbers of the model by name.
        kernel: What computed it.
        group: Its class, where it was given one.
        frames: Count of frames that are there.
        reserved: Count of frames that it was to have.
        status: `complete`, `growing`, `interrupted`, or why it failed.
        says: What is wrong with it, in a sentence; else empty.
        measures: Numbers of its last frame, once they were asked for.
    """

    path: Path
    name: str
    kind: str
    model: str = ""
    method: str = ""
    parameters: Mapping[str, float] = field(default_factory=dict)
    kernel: str = ""
    group: str = ""
    frames: int = 0
    reserved: int = 0
    status: str = ""
    says: str = ""
    measures: Mapping[str, float] = field(default_factory=dict)


def stores(folder: str | os.PathLike) -> Iterator[Path]:
    """Stores below a folder, in order of their names; never looks into one.

    Raises:
        FileNotFoundError: If there is no such folder.
    """
    top = Path(folder)
    if not top.is_dir():
        raise FileNotFoundError(f"There is no folder {top}.")
    if (top / "zarr.json").exists():
        yield top
        return
    for here, folders, files in os.walk(top):
        folders.sort()
        inside = [name for name in folders if name.endswith(".zarr")]
        folders[:] = [n for n in folders if n not in inside and not n.startswith(".")]
        for name in sorted([*inside, *(f for f in files if f.endswith(".nc"))]):
            yield Path(here) / name


def rows(folder: str | os.PathLike, stop: Stop = lambda: False) -> Iterator[Row]:
    """A row for each store below a folder, until told to stop.

    What is not ours, or damaged, is a row as well, with its sentence. After a store of
    several runs comes a row for each of them.

    Raises:
        FileNotFoundError: If there is no such folder.
    """
    for path in stores(folder):
        if stop():
            return
        told = row(path, folder)
        yield told
        if told.kind == "tree":
            yield from _inside(path, told.name)


def row(path: str | os.PathLike, folder: str | os.PathLike | None = None) -> Row:
    """What one store says of itself."""
    path = Path(path)
    try:
        name = str(path.relative_to(folder)) if folder is not None else path.name
    except ValueError:
        name = path.name
    name = path.name if name == "." else name
    try:
        if path.suffix == ".nc":
            return _of_netcdf(path, name)
        told = store.status(path)
        return _of_status(path, name, told, attributes_of(path))
    except store.Damaged as error:
        return Row(path, name, "damaged", status="damaged", says=_words(error))
    except Exception as error:  # whatever lies about in a folder is a row
        if isinstance(error, ValueError) and kind_of(path) == "tree":
            return Row(path, name, "tree", "several runs", status="complete")
        return Row(path, name, "foreign", status="not a run", says=_words(error))


def _of_status(path: Path, name: str, told: Mapping[str, Any], attrs: Mapping) -> Row:
    measures, group = _measures(path)
    group = str(attrs.get("class", group))
    common: dict[str, Any] = dict(
        kernel=str(attrs.get("kernel", "")),
        group=group,
        frames=int(told.get("frames", 0)),
        reserved=int(told["reserved"]),
        status=str(told.get("status", "")),
        measures=measures,
    )
    if told.get("kind") == "sweep":
        over = " x ".join(f"{n} {k}" for n, k in told["sizes"].items())
        if told["done"] < told["runs"]:
            common["status"] = f"{told['done']} of {told['runs']} runs"
        says = f"{told['failed']} runs failed." if told.get("failed") else ""
        return Row(path, name, "sweep", f"sweep of {over}", says=says, **common)
    model, method, parameters = described(str(told["dynamics"]))
    common |= dict(method=method, parameters=parameters)
    return Row(path, name, "run", model, **common)


def _inside(tree: Path, name: str) -> Iterator[Row]:
    """A row for each run of a store of several; they keep no ledgers of their own."""
    for path in runs_inside(tree):
        attrs = attributes_of(path)
        model, method, parameters = described(str(attrs.get("dynamics", "")))
        frames = length_of(path / "time")
        yield Row(
            path,
            f"{name}/{path.relative_to(tree)}",
            "run",
            model,
            method,
            parameters,
            kernel=str(attrs.get("kernel", "")),
            group=str(attrs.get("class", "")),
            frames=frames,
            reserved=frames,
            status="complete",
        )


def _of_netcdf(path: Path, name: str) -> Row:
    with xr.open_dataset(path, engine="h5netcdf") as run:
        if "rdkit_nn" not in run.attrs:
            raise ValueError(f"{path} holds no run of rdkit_nn.")
        model, method, parameters = described(str(run.attrs.get("dynamics", "")))
        return Row(
            path,
            name,
            "run",
            model,
            method,
            parameters,
            kernel=str(run.attrs.get("kernel", "")),
            group=str(run.attrs.get("class", "")),
            frames=run.sizes.get("time", 1),
            reserved=run.sizes.get("time", 1),
            status="complete",
        )


def _words(error: BaseException) -> str:
    return str(error.args[0] if error.args else error).splitlines()[0][:300]


def _measures(folder: Path) -> tuple[dict[str, float], str]:
    """Numbers and class in the attributes of a group `measures`, if there is one."""
    told = attributes_of(folder / "measures")
    numbers = {
        name: float(value)
        for name, value in told.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    }
    return numbers, str(told.get("class", ""))
