"""Receptive fields as pictures, and what a hidden neuron would most like to see."""

from __future__ import annotations

import numpy as np
import xarray as xr

NORMS = ("1", "2", "max")


def preferred(state: xr.Dataset, radius: float = 1.0, norm: str = "2") -> xr.Dataset:
    """Change of an input, within a ball, that excites each neuron most.

        δ_j = argmax u_j·(x + δ) over ‖δ‖ ≤ radius, whatever x:

        2      δ = radius u_j / ‖u_j‖₂            gain radius ‖u_j‖₂
        max    δ = radius sign(u_j)               gain radius ‖u_j‖₁
        1      δ = radius sign(u_jk) e_k          gain radius ‖u_j‖_∞,  k = argmax |u_jk|

    In the 2-norm it *is* the receptive field, drawn with unit length. A neuron without
    weights prefers nothing: 0.

    Args:
        state: Weights `U` (hidden, …); a frame or a whole run.
        radius: Of the ball.
        norm: `1`, `2` or `max`. The paper names neither norm nor radius.

    Returns:
        `preferred`, shaped like U, and `gain`, one for each neuron.

    Source:
        Rout (2021), section on feature visualisation; the norms and closed forms are ours.
    """
    if norm not in NORMS or not radius >= 0:
        raise ValueError(
            f"`norm` is one of {', '.join(NORMS)} and `radius` not negative, but got "
            f"{norm!r} and {radius!r}."
        )
    U = state["U"].astype(float)
    pixels = [d for d in U.dims if d not in ("time", "hidden")]
    size, sign = abs(U), xr.zeros_like(U) + np.sign(U.values)
    if norm == "2":
        length = (U**2).sum(pixels) ** 0.5
        told = radius * U / length.where(length > 0, 1)
        gain = radius * length
    elif norm == "max":
        told, gain = radius * sign, radius * size.sum(pixels)
    else:
        flat = size.stack(pixel=pixels)
        first = flat.argmax("pixel")
        chosen = xr.DataArray(np.arange(flat.sizes["pixel"]), dims="pixel") == first
        chosen = chosen.assign_coords(flat.pixel.coords).unstack("pixel")
        told = (radius * sign).where(chosen.transpose(*U.dims), 0.0)
        gain = radius * size.max(pixels)
    told.attrs = {"long_name": f"preferred change of input, {norm}-norm"}
    gain.attrs = {"long_name": "gain of excitation", "units": "1"}
    return xr.Dataset({"preferred": told.transpose(*U.dims), "gain": gain})


def montage(bank: xr.DataArray, count: int = 36) -> np.ndarray:
    """Receptive fields side by side in a square, one blank pixel between them.

    Args:
        bank: (hidden, y, x): `state.U` of one frame.
        count: How many, from the first. Their order means nothing.

    Returns:
        One picture, NaN where it is blank: for `imshow`.

    Raises:
        ValueError: If receptive fields are not images.
    """
    if bank.dims[-2:] != ("y", "x") or bank.ndim != 3:
        raise ValueError(
            f"A montage needs receptive fields (hidden, y, x), but these are {bank.dims}."
            " Give the task images (sample, y, x), and take one frame."
        )
    some = bank.values[:count]
    side = int(np.ceil(np.sqrt(len(some))))
    height, width = bank.shape[1:]
    sheet = np.full((side * (height + 1) - 1, side * (width + 1) - 1), np.nan)
    for j, field in enumerate(some):
        row, column = divmod(j, side)
        y, x = row * (height + 1), column * (width + 1)
        sheet[y : y + height, x : x + width] = field
    return sheet
