"""The one door to matplotlib; and the plainest picture of a run."""

from __future__ import annotations

from typing import Any

try:
    import matplotlib
    from matplotlib.figure import Figure
except ImportError:
    raise ImportError(
        "Drawing needs matplotlib: pip install 'rdkit_nn[plot]'."
    ) from None

import numpy as np
import xarray as xr

__all__ = ["Figure", "filmstrip", "matplotlib"]

MOST = 8  # frames of a filmstrip


def filmstrip(run: xr.Dataset, variable: str | None, path: str) -> None:
    """Frames of a run, evenly chosen, side by side on one scale.

    Args:
        run: On a line or a plane; of a sweep, take one run first.
        variable: Which; default the last that is a picture (of a line: its space-time).
        path: PNG file to write.

    Raises:
        ValueError: If there is nothing to draw.
    """
    planes = [
        n for n, f in run.items() if f.dims in (("time", "y", "x"), ("time", "x"))
    ]
    if variable is None and planes:
        variable = str(planes[-1])
    if variable not in planes:
        raise ValueError(
            f"`{variable}` is no picture in time; there are {', '.join(map(str, planes))}."
            if planes
            else "There is no picture in time in it; of a sweep, take one run first."
        )
    field = run[variable]
    low, high = field.attrs.get("actual_range") or (
        float(field.min()),
        float(field.max()),
    )
    if field.ndim == 2:
        figure = Figure(figsize=(6, 5), layout="constrained")
        many = [figure.subplots()]
        told: Any = many[0].pcolormesh(field.x, field.time, field, vmin=low, vmax=high)
        many[0].set(xlabel="x", ylabel="time")
    else:
        count = min(MOST, field.sizes["time"])
        chosen = np.unique(
            np.linspace(0, field.sizes["time"] - 1, count).round().astype(int)
        )
        figure = Figure(figsize=(2.2 * len(chosen) + 0.8, 2.6), layout="constrained")
        many = list(np.atleast_1d(figure.subplots(1, len(chosen))))
        box: Any = [float(field[d][k]) for d in ("x", "y") for k in (0, -1)]
        for axes, k in zip(many, chosen):
            told = axes.imshow(
                field[k],
                vmin=low,
                vmax=high,
                origin="lower",
                extent=box,
                cmap="viridis",
            )
            axes.set_title(f"time {float(field.time[k]):g}", fontsize=9)
            axes.set_axis_off()
    figure.colorbar(told, ax=many, label=variable, shrink=0.8)
    figure.savefig(path, dpi=120)
