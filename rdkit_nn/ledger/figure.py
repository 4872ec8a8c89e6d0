"""The ledger as a picture: distance, balance and structure, each beside its nulls."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..comparing.drawing import Figure, matplotlib
from .cells import Numbers
from .rows import Found, interval
from .settings import Settings

_SUPERVISED, _ADVERSARIAL = "tab:green", "tab:red"


def draw(
    numbers: Mapping[int, Mapping[str, Numbers]], settings: Settings, path: Path
) -> None:
    """Draw means over seeds with their 95 % intervals into a file."""
    found = Found(numbers)
    with matplotlib.rc_context({"font.size": 9, "axes.titlesize": 10}):
        figure = Figure(figsize=(14, 4.6), layout="constrained")
        figure.suptitle(
            f"Learning with and without an adversary, {settings.seeds} paired seeds"
        )
        left, middle, right = figure.subplots(1, 3)
        _distance(left, numbers, settings)
        _balance(middle, found, numbers, settings)
        _structure(right, found, settings)
        figure.savefig(path, dpi=110)


def _distance(
    ax: Any, numbers: Mapping[int, Mapping[str, Numbers]], settings: Settings
) -> None:
    shades = matplotlib.colormaps["Reds"](np.linspace(0.4, 1, len(settings.rates)))
    lines = [
        (f"adversarial {dt:g}", dict(color=c)) for dt, c in zip(settings.rates, shades)
    ]
    lines.append((f"supervised {settings.rate:g}", dict(color=_SUPERVISED)))
    for name, style in lines:
        runs = [each[name] for each in numbers.values() if "path" in each[name]]
        if runs:
            mean = np.mean([run["path"] for run in runs], axis=0)
            ax.plot(runs[0]["time"], mean, label=name, **style)
    ax.set(
        title="Distance from the start, by learning rate",
        xlabel="time = steps x rate",
        ylabel="‖U - U(0)‖",
        ylim=(0, None),
    )
    ax.legend()


def _balance(
    ax: Any,
    found: Found,
    numbers: Mapping[int, Mapping[str, Numbers]],
    settings: Settings,
) -> None:
    for player, colour in (("adversarial", _ADVERSARIAL), ("supervised", _SUPERVISED)):
        told = [interval(found(f"{player} {dt:g}", "drift")) for dt in settings.rates]
        mean = np.array([t["effect"] for t in told])
        wide = np.array([t["high"] for t in told]) - mean
        ax.errorbar(settings.rates, mean, wide, fmt="o-", color=colour, label=player)
    exact = [each["balance"] for each in numbers.values()]
    drifts = [told["drifts"] for told in exact if "drifts" in told]
    if drifts:
        coarse, name = sorted(settings.rates)[-3:], "supervised, double precision"
        ax.plot(coarse, np.mean(drifts, axis=0), "s:", color=_SUPERVISED, label=name)
    ax.loglog()
    ax.set(
        title="Drift of ‖u_j‖² - ‖v_j‖², which the flow conserves",
        xlabel="learning rate",
        ylabel="mean drift at the end",
    )
    ax.legend()


def _structure(ax: Any, found: Found, settings: Settings) -> None:
    game = f"adversarial {settings.rate:g}"
    told = {
        "adversarial": (game, "moran", _ADVERSARIAL),
        "supervised": (f"supervised {settings.rate:g}", "moran", _SUPERVISED),
        "larger labels": ("labels", "moran", "tab:purple"),
        **{
            f"random force, held {hold:g}": (f"pushed {hold:g}", "moran", "tab:blue")
            for hold in settings.holds
        },
        "frozen critic": ("frozen", "moran", "tab:orange"),
        "adversarial, pixels shuffled": ("shuffled game", "moran", "0.4"),
        "start": (game, "moran_start", "black"),
    }
    for place, (name, key, colour) in enumerate(told.values()):
        at = interval(found(name, key))
        ax.errorbar(
            at["effect"], -place, xerr=at["high"] - at["effect"], fmt="o", color=colour
        )
    ax.axvline(0, color="0.8", lw=0.8, zorder=0)
    ax.set(title="Structure of receptive fields", xlabel="Moran's I, mean over neurons")
    ax.locator_params(axis="x", nbins=5)
    ax.set_yticks([-i for i in range(len(told))], list(told))
