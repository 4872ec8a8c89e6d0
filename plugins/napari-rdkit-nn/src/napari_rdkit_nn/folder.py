"""A folder of runs as rows: what each is, how far it went, what it looks like in the end.

Rows are made of ledgers and attributes alone; frames are read only for a picture or a
measure, one at a time. No Qt and no napari.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis, store

SIDE = 48  # pixels along a side of a thumbnail
Stop = Callable[[], bool]


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

    What is not ours, or damaged, is a row as well, with its sentence.

    Raises:
        FileNotFoundError: If there is no such folder.
    """
    for path in stores(folder):
        if stop():
            return
        yield row(path, folder)


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
        return _of_status(path, name, told, _attributes(path))
    except store.Damaged as error:
        return Row(path, name, "damaged", status="damaged", says=_words(error))
    except Exception as error:  # whatever lies about in a folder is a row
        if isinstance(error, ValueError) and _tree(path):
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


def described(text: str) -> tuple[str, str, dict[str, float]]:
    """Model, method and numbers in the description of a dynamics.

    Example:
        >>> described("Flow(gray_scott_kinetics(F=0.03) + Diffusion(u=1.0), Euler(dt=1.0))")
        ('gray_scott', 'Euler', {'F': 0.03, 'D_u': 1.0, 'dt': 1.0})
    """
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return text.split("(")[0][:40], "", {}
    numbers: dict[str, float] = {}
    term, method = tree, None
    if isinstance(tree, ast.Call) and _name(tree) == "Flow" and len(tree.args) == 2:
        term, method = tree.args
    names = []
    parts = term
    while isinstance(parts, ast.BinOp):
        names.append(_called(parts.right))
        parts = parts.left
    names = [_called(parts), *reversed(names)]
    own = [n for n in names if n not in ("Diffusion", "Linear", "Noise", "")]
    model = " + ".join(own or names).replace("_kinetics", "")
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        prefix = {"Diffusion": "D_"}.get(_name(call), "")
        for keyword in call.keywords:
            value = _number(keyword.value)
            if keyword.arg is not None and value is not None:
                numbers.setdefault(prefix + keyword.arg, value)
    return model, _called(method) if method is not None else "", numbers


def _name(call: ast.expr) -> str:
    match call:
        case ast.Call(ast.Name(name)):
            return name
        case ast.Call(ast.Call(ast.Name(name))):
            return name
    return ""


def _called(node: ast.expr) -> str:
    match node:
        case ast.Call(ast.Attribute(inner)):
            return _called(inner)
    return _name(node) or ast.unparse(node)[:40]


def _number(node: ast.expr) -> float | None:
    match node:
        case ast.Constant(int() | float() as value) if not isinstance(value, bool):
            return float(value)
        case ast.UnaryOp(ast.USub(), operand):
            value = _number(operand)
            return None if value is None else -value
    return None


def _words(error: BaseException) -> str:
    return str(error.args[0] if error.args else error).splitlines()[0][:300]


def _attributes(folder: Path) -> dict[str, Any]:
    try:
        told = json.loads((folder / "zarr.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    attributes = told.get("attributes") if isinstance(told, dict) else None
    return attributes if isinstance(attributes, dict) else {}


def _measures(folder: Path) -> tuple[dict[str, float], str]:
    """Numbers and class in the attributes of a group `measures`, if there is one."""
    told = _attributes(folder / "measures")
    numbers = {
        name: float(value)
        for name, value in told.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    }
    return numbers, str(told.get("class", ""))


def _tree(folder: Path) -> bool:
    found = (f for p in ("*/zarr.json", "*/*/zarr.json") for f in folder.glob(p))
    return any("rdkit_nn" in _attributes(f.parent) for f in found)


def opened(path: str | os.PathLike) -> xr.Dataset:
    """A run or a sweep, lazily.

    Raises:
        ValueError: If it is neither, or damaged.
    """
    path = Path(path)
    if path.suffix == ".nc":
        return xr.open_dataset(path, engine="h5netcdf", chunks={})
    return rd.open_run(path)


def shown(run: xr.Dataset) -> str:
    """Name of the variable that is looked at: the last one in a plane, `v` if there is.

    Raises:
        ValueError: If nothing in the run is a picture.
    """
    names = [str(n) for n, f in run.items() if {"y", "x"} <= set(f.dims)]
    if not names:
        raise ValueError("Nothing in this run is a picture in y and x.")
    return "v" if "v" in names else names[-1]


def last(run: xr.Dataset) -> xr.DataArray:
    """Picture of the last frame: of the first run of a sweep, the middle plane in space."""
    picture = run[shown(run)]
    if "time" in picture.dims:
        picture = picture.isel(time=-1)
    if "z" in picture.dims:
        picture = picture.isel(z=picture.sizes["z"] // 2)
    return picture.isel({d: 0 for d in picture.dims if d not in ("y", "x")}).load()


def thumbnail(path: str | os.PathLike, side: int = SIDE) -> np.ndarray:
    """Last frame as a small grey picture, dark for low and bright for high.

    Returns:
        uint8, at most (side, side).

    Raises:
        ValueError: If there is no picture in it, or it is damaged.
    """
    picture = np.asarray(last(opened(path)).values, float)
    for axis in (0, 1):
        many = -(-picture.shape[axis] // side)
        edges = np.arange(0, picture.shape[axis], many)
        counts = np.diff([*edges, picture.shape[axis]])
        picture = np.add.reduceat(picture, edges, axis=axis)
        picture = picture / counts.reshape((-1, 1) if axis == 0 else (1, -1))
    low, high = float(np.nanmin(picture)), float(np.nanmax(picture))
    span = high - low if high > low else 1.0
    return (255 * np.nan_to_num((picture - low) / span)).astype(np.uint8)


MEASURES: dict[str, Callable[[xr.DataArray], Any]] = {
    "contrast": analysis.contrast,
    "wavelength": analysis.wavelength,
    "euler": analysis.euler_number,
}


def measured(picture: xr.DataArray, names: Any = tuple(MEASURES)) -> dict[str, float]:
    """Measures of one picture, by `rdkit_nn.analysis`."""
    return {name: float(MEASURES[name](picture)) for name in names}


def measures_of(path: str | os.PathLike) -> dict[str, float]:
    """Contrast, wavelength and Euler number of the last frame of a run.

    Raises:
        ValueError: If there is no picture in it, or it is damaged.
    """
    return measured(last(opened(path)))


@dataclass(frozen=True)
class Diagram:
    """A sweep as a plane of two of its parameters.

    Args:
        path: Of the store.
        dims: The two parameters, rows and columns; rows may be none.
        values: Values along each.
        others: Other parameters, at the first of their values.
        failures: Why single runs failed, by (row, column).
    """

    path: Path
    dims: tuple[str, str]
    values: tuple[tuple[str, ...], tuple[str, ...]]
    others: Mapping[str, str]
    failures: Mapping[tuple[int, int], str]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.values[0]), len(self.values[1])


def over(run: xr.Dataset) -> tuple[str, ...]:
    """Dims that a sweep goes over."""
    first = run[shown(run)]
    return tuple(str(d) for d in first.dims if d not in ("time", "z", "y", "x"))


def diagram(path: str | os.PathLike, dims: tuple[str, str] | None = None) -> Diagram:
    """Plane of a sweep; reads coordinates only.

    Args:
        path: Of the store.
        dims: Rows and columns; default the first two. One dim alone makes one row.

    Raises:
        ValueError: If it is no sweep, or has no such dims.
    """
    run = opened(path)
    there = over(run)
    if not there:
        raise ValueError(f"{path} is one run, no sweep: there is no plane to show.")
    if dims is None:
        dims = (there[0], there[1]) if len(there) > 1 else ("", there[0])
    if wrong := [d for d in dims if d and d not in there]:
        raise ValueError(
            f"The sweep goes over {', '.join(there)}, not {', '.join(wrong)}."
        )
    values = (_labels(run, dims[0]) if dims[0] else ("",), _labels(run, dims[1]))
    others = {d: _labels(run, d)[0] for d in there if d not in dims}
    failures = {}
    if "failure" in run.coords:
        for r, c in np.ndindex(len(values[0]), len(values[1])):
            why = str(cell(run, dims, r, c).coords["failure"].values)
            if why:
                failures[r, c] = why
    return Diagram(Path(path), dims, values, others, failures)


def _labels(run: xr.Dataset, dim: str) -> tuple[str, ...]:
    """What to write at each place along a dim; of points, all their numbers."""
    if dim in run.coords:
        return tuple(_short(x) for x in run[dim].values.tolist())
    names = [
        n for n, c in run.coords.items() if c.dims == (dim,) and n not in NO_PARAMETER
    ]
    return tuple(
        ", ".join(f"{n}={_short(run[n].values[i].item())}" for n in names) or str(i)
        for i in range(run.sizes[dim])
    )


NO_PARAMETER = ("failure", "finished")


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def cell(
    run: xr.Dataset, dims: tuple[str, str], row: int, column: int, **others: int
) -> xr.Dataset:
    """One run of a sweep."""
    where = {d: others.get(d, 0) for d in over(run)}
    where |= {d: i for d, i in zip(dims, (row, column)) if d}
    return run.isel(where)


def measured_cells(
    told: Diagram, measure: str, stop: Stop = lambda: False
) -> Iterator[tuple[int, int, float]]:
    """Row, column and measure of the last frame of each run, one by one.

    NaN where a run failed or is not there yet.
    """
    run = opened(told.path)
    done = run.coords.get("finished")
    rows, columns = told.shape
    for r, c in product(range(rows), range(columns)):
        if stop():
            return
        one = cell(run, told.dims, r, c)
        there = done is None or bool(one.coords["finished"])
        value = np.nan
        if there and (r, c) not in told.failures:
            value = measured(last(one), (measure,))[measure]
        yield r, c, value
