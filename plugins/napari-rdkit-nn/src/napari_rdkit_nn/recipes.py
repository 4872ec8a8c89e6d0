"""What a live run is made of: a flow, a grid and a start, with numbers that can be turned.

No Qt and no napari.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import initial, presets, rebuilding
from rdkit_nn.terms import Diffusion, Reaction, Term


@dataclass(frozen=True)
class Recipe:
    """All that a live run needs.

    Args:
        name: As it is shown and written into the run.
        says: What it shows, in a sentence.
        kind: What linear theory says of its uniform states.
        flow: Term and method.
        grid: Where it lives.
        initial: From a seed to the state that it starts from.
    """

    name: str
    says: str
    kind: str
    flow: rd.Flow
    grid: rd.Grid
    initial: Callable[[int], xr.Dataset]


def of_preset(
    name: str, *, cells: int | None = None, dt: float | None = None, **how: str
) -> Recipe:
    """Recipe of a preset, on as many cells along each side as are asked for.

    Args:
        name: One of `rdkit_nn.presets.names()`.
        cells: Along each side, of the preset's own spacing: more cells are more room.
        dt: Time that one step spans. Default: the preset's.
        how: `dtype`, float32 unless told; `boundary`, the preset's unless told.
    """
    told = presets.get(name)
    shape = told.grid.shape if cells is None else (int(cells),) * len(told.grid.shape)
    boundary: Any = how.get("boundary") or told.grid.boundary
    if not isinstance(boundary, str):
        boundary = dict(zip(told.grid.dims, boundary))
    grid = rd.Grid(shape, told.grid.spacing, boundary, told.grid.units)
    dtype = how.get("dtype", "float32")
    return Recipe(
        name=told.name,
        says=told.says,
        kind=told.kind,
        flow=told.flow if dt is None else turned(told.flow, {}, dt=dt),
        grid=grid,
        initial=partial(told.initial, grid=grid, dtype=dtype),
    )


def of_law(
    formulas: Mapping[str, str],
    *,
    diffusivity: Mapping[str, float],
    around: Mapping[str, float],
    parameters: Mapping[str, float] | None = None,
    amplitude: float = 0.01,
    dt: float = 0.1,
    cells: int = 128,
    spacing: float = 1.0,
    boundary: str = "periodic",
    dtype: str = "float32",
) -> Recipe:
    """Recipe of a law given as text, read by the core's whitelist, never executed.

    Args:
        formulas: Formula of d(species)/dt, by species.
        diffusivity: By species; those that are not named stay where they are.
        around: Value of each species at the start.
        parameters: Names in the formulas that are no species. Default: 1 each.
        amplitude: Of the noise about `around`.
        dt: Time that one step spans.
        cells: Along each side.
        spacing: Of the cells.
        boundary: `periodic` or `no-flux`.
        dtype: `float32` or `float64`.

    Raises:
        ValueError: If a formula is not plain arithmetic, or a diffusivity negative.
        TypeError: If a species has no value to start from.
    """
    made = rd.law(**formulas)
    told = dict(parameters or {})
    wanted = {name: told.get(name, 1.0) for name in made.law.parameters}  # type: ignore[attr-defined]
    term: Term = made(**wanted)
    spread = {n: d for n, d in diffusivity.items() if d != 0 and n in formulas}
    if spread:
        term = term + rd.Diffusion(**spread)
    if missing := [n for n in formulas if n not in around]:
        raise TypeError(f"The initial state needs a value of {', '.join(missing)}.")
    grid = rd.Grid((int(cells),) * 2, spacing, boundary)
    fields = {name: float(around[name]) for name in formulas}
    return Recipe(
        name="law",
        says="A law of one's own.",
        kind="",
        flow=rd.Flow(term, rd.Euler(dt=dt)),
        grid=grid,
        initial=partial(_noise, grid, fields, amplitude, dtype),
    )


def of_frame(run: xr.Dataset, index: int = -1) -> Recipe:
    """Recipe that goes on from a frame of a run, by what the run says of its dynamics.

    Raises:
        ValueError: If the run is no single one in time, or its description names what
            cannot be made again.
    """
    if "time" not in run.dims or "dynamics" not in run.attrs:
        raise ValueError(
            "A live run goes on from a single run that says what moved it."
        )
    flow = rebuilding.rebuilt(run.attrs["dynamics"])
    if not isinstance(flow, rd.Flow):
        raise ValueError(f"Only flows can be run live, not {flow!r:.80}.")
    state = run.isel(time=index).load()
    moved = list(dict.fromkeys((*flow.term.inputs, *flow.term.variables)))
    if missing := [n for n in moved if n not in state]:
        raise ValueError(
            f"The run did not keep {', '.join(missing)}: no state to go on."
        )
    name = str(run.attrs.get("title", "run"))
    return Recipe(
        name=name,
        says=f"Goes on from step {int(state.step)} of a stored run.",
        kind="",
        flow=flow,
        grid=rd.Grid.of(state),
        initial=lambda seed: state,
    )


def _noise(
    grid: rd.Grid, fields: Mapping[str, float], amplitude: float, dtype: str, seed: int
) -> xr.Dataset:
    return initial.noise(grid, **fields, amplitude=amplitude, seed=seed, dtype=dtype)


def dials(flow: rd.Flow) -> dict[str, float]:
    """Every number of a flow's term that can be turned, by a short name.

    Parameters of laws bear their own names, diffusivities `D_species`, coefficients of
    the Laplacian's powers `c0_species`, `c1_species`, …; where two would be called alike
    they are counted.

    Example:
        >>> dials(presets.get("gray-scott-k0.055").flow)
        {'F': 0.025, 'k': 0.055, 'D_u': 2e-05, 'D_v': 1e-05}
    """
    return {name: value for name, (_, value) in _named(flow.term).items()}


def turned(
    flow: rd.Flow, values: Mapping[str, float], *, dt: float | None = None
) -> rd.Flow:
    """Flow with some of its numbers changed.

    Args:
        flow: As it was.
        values: New values by the names of `dials`.
        dt: New time that one step spans.

    Raises:
        ValueError: If a value is not finite, or one that the term refuses.
        KeyError: If there is no such number.
    """
    term, there = flow.term, _named(flow.term)
    for name, value in values.items():
        if name not in there:
            raise KeyError(
                f"There is no parameter {name!r}; there are {', '.join(there)}."
            )
        if not np.isfinite(value):
            raise ValueError(f"`{name}` must be finite, but is {value}.")
        term = term.replace(there[name][0], float(value))
    method: Any = flow.method if dt is None else replace(flow.method, dt=dt)  # type: ignore[type-var]
    made = rd.Flow(term, method, flow.device)
    try:  # by way of its description, so that the constructors see the new numbers
        return rebuilding.rebuilt(repr(made))  # type: ignore[return-value]
    except rebuilding.NotOurs:
        return made


def _named(term: Term) -> dict[str, tuple[str, float]]:
    """Path and value of each number of a term, by its short name."""
    found = [
        (_label(term, path), path, value)
        for path, value in term.parameters()
        if isinstance(value, float)
    ]
    count = Counter(name for name, _, _ in found)
    seen: Counter[str] = Counter()
    named = {}
    for name, path, value in found:
        seen[name] += 1
        whole = f"{name}_{seen[name]}" if count[name] > 1 else name
        named[whole] = path, value
    return named


def _label(term: Any, path: str) -> str:
    """Short name of a parameter: `F` of a law, `D_u`, `c1_u`, `velocity_u_x`."""
    for name, inner in term._named_terms():
        if path.startswith(f"{name}."):
            return _label(inner, path.removeprefix(f"{name}."))
    words = path.split(".")
    if isinstance(term, Reaction):
        return words[-1]
    if isinstance(term, Diffusion):
        return "_".join(("D", *words))
    if isinstance(term, rd.Linear):
        return "_".join(reversed(words))
    by_keyword = [n for n, field in term.declared.items() if field.catches]
    own = [] if words[0] in term.declared else by_keyword
    return "_".join((*own, *words))
