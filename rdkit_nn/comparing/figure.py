"""The figure of the comparison."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from ..analysis import permuted, power_spectrum
from ..neural import montage
from .drawing import Figure, matplotlib
from .runs import LEARNING

CHEMISTRY = {"gray_scott_k055": "k = 0.055", "gray_scott_k060": "k = 0.060"}
COLOURS = {
    "gray_scott_k055": "tab:blue",
    "gray_scott_k060": "tab:orange",
    "supervised": "tab:green",
    "adversarial": "tab:red",
    "matched": "tab:purple",
}
BANK = 6  # receptive fields along each side of a montage


def draw(
    nodes: Mapping[str, xr.Dataset], measures: Mapping[str, xr.Dataset], path: Path
) -> None:
    """Draw seed 0 into a file.

    Fields and receptive fields at start and end; radial spectra; homogeneity and
    displacement against each system's own clock.

    Args:
        nodes: Runs by `seed<n>/<name>`.
        measures: Measures of each run, along `seed`.
        path: Where the picture goes; `.png`.
    """
    runs = {name: nodes[f"seed0/{name}"] for name in (*CHEMISTRY, *LEARNING)}
    found = {name: told.isel(seed=0) for name, told in measures.items()}
    with matplotlib.rc_context({"font.size": 9, "axes.titlesize": 10}):
        figure = Figure(figsize=(14, 15.5), layout="constrained")
        figure.suptitle(
            "Chemistry and learning, measured alike (seed 0)",
            fontsize=14,
            weight="bold",
        )
        rows: Any = figure.subfigures(4, 1, height_ratios=(1.0, 1.05, 0.95, 0.95))
        _chemistry(rows[0], runs)
        _learning(rows[1], runs)
        _spectra(rows[2], runs)
        _clocks(rows[3], found)
        figure.savefig(path, dpi=110)


def _chemistry(place: Any, runs: Mapping[str, xr.Dataset]) -> None:
    place.suptitle(
        "Gray-Scott, F = 0.025: from one seed (no uniform state here is Turing-unstable)"
    )
    axes = place.subplots(1, 4)
    high = max(float(runs[name].v.max()) for name in CHEMISTRY)
    for i, (name, title) in enumerate(CHEMISTRY.items()):
        v = runs[name].v
        for ax, frame in zip(axes[2 * i : 2 * i + 2], (v[0], v[-1])):
            picture = ax.imshow(
                frame,
                origin="lower",
                extent=_extent(frame),
                vmin=0,
                vmax=high,
                cmap="viridis",
            )
            ax.set(title=f"{title},  t = {float(frame.time):g}", xlabel="x", ylabel="y")
    place.colorbar(picture, ax=axes, label="v", shrink=0.8)


def _learning(place: Any, runs: Mapping[str, xr.Dataset]) -> None:
    place.suptitle(
        f"Receptive fields u_j, the first {BANK**2} neurons (their order means nothing)"
    )
    axes = place.subplots(1, 4)
    banks = {"start (all three)": runs["supervised"].U[0]}
    banks |= {f"{name}, end": runs[name].U[-1] for name in LEARNING}
    high = max(float(np.quantile(abs(bank), 0.995)) for bank in banks.values())
    for ax, (title, bank) in zip(axes, banks.items()):
        picture = ax.imshow(
            montage(bank, BANK**2), vmin=-high, vmax=high, cmap="RdBu_r"
        )
        ax.set(title=title, xticks=[], yticks=[], facecolor="0.55")
    place.colorbar(picture, ax=axes, label="weight", shrink=0.8)


def _spectra(place: Any, runs: Mapping[str, xr.Dataset]) -> None:
    left, right = place.subplots(1, 2)
    seed = power_spectrum(next(runs[name].v[0] for name in CHEMISTRY))
    left.loglog(seed.wavenumber, seed, ":", color="black", label="start (both)")
    for name, title in CHEMISTRY.items():
        spectrum = power_spectrum(runs[name].v[-1])
        k = spectrum.wavenumber
        left.loglog(k, spectrum, color=COLOURS[name], label=f"{title}, end")
    left.set(
        title="Radial power of v",
        xlabel="wavenumber  [rad / length]",
        ylabel="power",
        ylim=(1e-9, None),
    )
    left.legend()
    start = power_spectrum(runs["supervised"].U[0]).mean("hidden")
    k = start.wavenumber
    right.plot(k, start, ":", color="black", label="start")
    for name in LEARNING:
        end = runs[name].U[-1]
        spectrum = power_spectrum(end).mean("hidden")
        shuffled = power_spectrum(permuted(end, seed=0)).mean("hidden")
        right.plot(k, spectrum, "o-", ms=4, color=COLOURS[name], label=f"{name}, end")
        right.plot(k, shuffled, "--", lw=0.8, color=COLOURS[name])
    right.plot([], [], "k--", lw=0.8, label="the same, pixels shuffled")
    right.set(
        title="Radial power of receptive fields, mean over neurons",
        xlabel="wavenumber  [rad / pixel]",
        ylabel="power",
        ylim=(0, None),
    )
    right.legend()


def _clocks(place: Any, found: Mapping[str, xr.Dataset]) -> None:
    axes = place.subplots(1, 4)
    for name, title in CHEMISTRY.items():
        told = found[name]
        axes[0].plot(told.time, told.contrast, color=COLOURS[name], label=title)
        axes[1].plot(told.time, told.displacement, color=COLOURS[name], label=title)
    for name in LEARNING:
        told = found[name]
        axes[2].plot(told.time, told.contrast, color=COLOURS[name], label=name)
        axes[3].plot(told.time, told.displacement, color=COLOURS[name], label=name)
    for ax, title, clock in zip(
        axes,
        ("contrast of v", "‖v(t) - v(0)‖", "contrast of u_j", "‖U(t) - U(0)‖"),
        ("time", "time", "time = steps x rate", "time = steps x rate"),
    ):
        ax.set(title=title, xlabel=clock, ylim=(0, None))
        ax.legend()


def _extent(frame: xr.DataArray) -> tuple[float, float, float, float]:
    sides = []
    for dim in ("x", "y"):
        centres = frame[dim].values
        half = (centres[1] - centres[0]) / 2
        sides += [centres[0] - half, centres[-1] + half]
    return tuple(sides)
