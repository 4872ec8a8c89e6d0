"""From a picture to the parameters of a chemistry that grows it, or to none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import numpy as np
import xarray as xr

from .analysis.alike import fitted
from .analysis.portraits import portrait
from .analysis.space import space_of
from .flow import Flow
from .sweeping import sweep

FAINT = 1e-3  # contrast, as a share of the liveliest cell's, below which nothing lives
RESOLVED = 4.0  # cells a wavelength, below which a picture is noise to a chemistry
CANDIDATES = 6  # cells of the atlas about which it is refined


def atlas(
    build: Callable[..., Flow],
    initial: Callable[[int], xr.Dataset],
    over: Mapping[str, Any],
    steps: int,
    *,
    seeds: int = 3,
    variable: str | None = None,
    progress: bool | None = None,
) -> xr.DataArray:
    """Portraits of the patterns that a chemistry grows, over its parameters.

    Args:
        build: From parameters by name to the flow.
        initial: From a seed to the initial state.
        over: Values by parameter, evenly or unevenly spaced.
        steps: Length of every run.
        seeds: How many starts.
        variable: What is looked at. Default: the last.
        progress: Show bars, as `sweep`.

    Returns:
        Along `seed`, the parameters and `measure`; see `analysis.portrait`. NaN where
        nothing lives: a contrast below a thousandth of the liveliest.
    """
    made = _portraits(build, initial, over, steps, seeds, variable, progress)
    contrast = made.sel(measure="contrast", drop=True)
    return made.where(contrast > FAINT * float(contrast.max()))


def explain(
    picture: xr.DataArray,
    build: Callable[..., Flow],
    initial: Callable[[int], xr.Dataset],
    over: Mapping[str, Any],
    steps: int,
    *,
    known: xr.DataArray | None = None,
    refine: bool = True,
    scaled: bool = False,
    seeds: int = 3,
    variable: str | None = None,
    limit: float | None = None,
    progress: bool | None = None,
) -> xr.Dataset:
    """Parameters of a chemistry that grows a pattern like a given one; or that none fits.

    An atlas of portraits over the parameters; the cells most likely to have grown the
    picture; about each of these runs at half the spacing; and of all runs the one nearest.
    A picture of fewer than four cells a wavelength, such as shuffled pixels, fits none.
    What grows alike cannot be told apart: a line of parameters may do as well, and the
    answer is one of them.

    Args:
        picture: One pattern on a plane.
        build: From parameters by name to the flow.
        initial: From a seed to the initial state.
        over: Values by parameter.
        steps: Length of every run.
        known: An atlas made before, by `atlas` with the same arguments.
        refine: Whether to look between the cells.
        scaled: Whether the picture has the units of the chemistry, so that its mean,
            contrast and wavelength count.
        seeds: Starts of the atlas and of the refinement.
        variable: What is looked at. Default: the last.
        limit: Of the distance, in typical spreads; default what 95 % of the atlas's own
            portraits keep when left out.
        progress: Show bars, as `sweep`.

    Returns:
        The parameters (NaN where none fits), `closest_<parameter>` in any case, `distance`,
        and `fits`; the attribute `answer` says it in words.

    Raises:
        ValueError: If the picture is not one plane, or nothing lives in the atlas.
    """
    seen = portrait(picture)
    if seen.dims != ("measure",):
        raise ValueError(f"One picture is explained at a time, not {picture.dims}.")
    grown = dict(seeds=seeds, variable=variable, progress=progress)
    many = atlas(build, initial, over, steps, **grown) if known is None else known  # type: ignore[arg-type]
    names, values = list(over), [np.asarray(over[n], dtype=float) for n in over]
    points = np.array(list(product(*values)))
    for name, told_values in zip(names, values):
        if name not in many.coords or not np.array_equal(many[name], told_values):
            raise ValueError(
                f"The atlas was not made over these values of `{name}`: hand in the `over` "
                "that it was made with."
            )
    flat = many.transpose("seed", *names, "measure")
    flat = flat.stack(point=names).reset_index("point", drop=True)
    flat = flat.drop_vars(names, errors="ignore")
    marks = [f"{i:06d}" for i in range(len(points))]
    flat = flat.assign_coords(label=("point", marks)).transpose(
        "seed", "point", "measure"
    )
    fit = fitted(flat, scaled, None, alike=True)
    row = fit.columns(seen)[None]
    order = np.argsort(fit.costs(row)[0])[:CANDIDATES]
    nearby = points[[int(fit.labels[i]) for i in order]]
    best, far = nearby[0], float(fit.distances(row)[0, order[0]])
    if refine and np.isfinite(row).all():
        finer = _between(nearby, values)
        listed = [dict(zip(names, map(float, point))) for point in finer]
        closer = _portraits(build, initial, listed, steps, **grown)  # type: ignore[arg-type]
        least = FAINT * float(many.sel(measure="contrast").max())
        closer = closer.where(closer.sel(measure="contrast", drop=True) > least)
        gaps = fit.distances_to(fit.columns(closer).mean(axis=0), row[0])
        if np.isfinite(gaps).any():
            at = int(np.nanargmin(gaps))
            best, far = finer[at], float(gaps[at])
    bound = fit.limit if limit is None else limit
    spacing = max(space_of(picture, None).values())
    per_wave = float(seen.sel(measure="wavelength")) / spacing
    resolved = per_wave >= RESOLVED
    fits = bool(far <= bound and resolved)
    told = {n: float(v) if fits else np.nan for n, v in zip(names, best)}
    told |= {f"closest_{n}": float(v) for n, v in zip(names, best)}
    words = ", ".join(f"{n} = {v:.5g}" for n, v in zip(names, best))
    answer = words if fits else f"none fits (the closest, {words}, is {far:.3g} away)"
    if not resolved:
        answer += f"; a wavelength of {per_wave:.2g} cells is not resolved"
    return xr.Dataset(
        told | {"distance": far, "fits": fits},
        attrs={"answer": answer, "limit": float(bound)},
    )


def _between(cells: np.ndarray, values: list[np.ndarray]) -> np.ndarray:
    """Points at half the spacing about some cells."""
    steps = [np.diff(v).mean() / 2 if len(v) > 1 else 0.0 for v in values]
    found = {
        tuple(np.round(cell + np.multiply(shift, steps), 12))
        for cell in cells
        for shift in product((-1, 0, 1), repeat=len(values))
    }
    return np.array(sorted(found))


def _portraits(
    build: Callable[..., Flow],
    initial: Callable[[int], xr.Dataset],
    over: Any,
    steps: int,
    seeds: int,
    variable: str | None,
    progress: bool | None,
) -> xr.DataArray:
    """Portraits of last frames, `seed` first, over what a sweep goes over."""
    told = []
    for seed in range(seeds):
        runs = sweep(build, initial(seed), over, steps, every=steps, progress=progress)
        field = runs[variable or list(runs)[-1]].isel(time=-1)
        told.append(portrait(field.drop_vars(["time", "step"], errors="ignore")))
    return xr.concat(told, "seed").transpose("seed", ..., "measure")
