"""One hidden neuron of a trained network, looked at closely: no Qt, no viewer."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

import numpy as np
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis, neural

from .tasks import task_of


@dataclass(frozen=True)
class Neuron:
    """A neuron in one frame.

    Args:
        number: Which, from 0.
        field: Its receptive field u_j.
        spectrum: `analysis.power_spectrum` of it; None where inputs are no images.
        displacement: `analysis.displacement` of it, along `time`; None for a state.
    """

    number: int
    field: xr.DataArray
    spectrum: xr.DataArray | None
    displacement: xr.DataArray | None


def neuron(run: xr.Dataset, number: int, frame: int = -1) -> Neuron:
    """Look at a neuron.

    Args:
        run: Of a network, or a state.
        number: Which, from 0.
        frame: Which frame.

    Raises:
        IndexError: If there is no such neuron.
    """
    count = run["U"].sizes["hidden"]
    if not 0 <= number < count:
        raise IndexError(f"The network has neurons 0 to {count - 1}, but not {number}.")
    alone = run["U"].isel(hidden=number).load()
    moves = "time" in alone.dims
    field = alone.isel(time=frame) if moves else alone
    image = {"y", "x"} <= set(field.dims)
    return Neuron(
        number,
        field,
        analysis.power_spectrum(field) if image else None,
        analysis.displacement(alone) if moves else None,
    )


def pulls(
    run: xr.Dataset, number: int, frame: int = -1, task: neural.Task | None = None
) -> xr.Dataset:
    """What pulls at a neuron: its reaction R_j and its diffusion D_j.

        du_j/dt = R_j^u + D_j^u,    dv_j/dt = R_j^v + D_j^v

    The descent of the supervised and of the adversarial loss: `rates` of the sum that
    moves the run. Without an adversary there is no D_j.

    Args:
        run: Of a network, with what its dynamics say in its attributes.
        number: Which neuron.
        frame: Which frame.
        task: What it learned. Default: `task_of(run)`.

    Returns:
        `R_u` and `D_u`, shaped like u_j; `R_v` and `D_v`, along `output`.

    Raises:
        ValueError: If the task is not known, or the run says nothing of its losses.

    Source:
        Rout (2021), eq. (5), (19), (22), arXiv:2010.00521.
    """
    task = task_of(run) if task is None else task
    if task is None:
        raise ValueError(
            "R and D need the inputs that the network learned from, and a store keeps only "
            f"their digest: {run.attrs.get('task', 'none is told')}. Name their folder "
            "(MNIST and its like), or hand them in with napari_rdkit_nn.offer(task)."
        )
    losses = losses_of(str(run.attrs.get("dynamics", "")), task)
    if missing := [n for loss in losses.values() for n in loss.uses if n not in run]:
        raise ValueError(
            f"R and D need the weights {', '.join(dict.fromkeys(missing))}."
        )
    state = run.isel(time=frame) if "time" in run.dims else run
    told = {}
    for letter, loss in losses.items():
        rate = rd.rates(loss, state.load()).isel(term=0, drop=True)
        for name in ("U", "V"):
            if name in rate:
                told[f"{letter}_{name.lower()}"] = rate[name].isel(hidden=number)
    return xr.Dataset(told)


def losses_of(dynamics: str, task: neural.Task) -> dict[str, neural.Loss]:
    """Reaction `R` and diffusion `D` of a description, as losses of a task.

    Raises:
        ValueError: If it names no supervised loss that can be read.
    """
    makers = {"Supervised": "R", "Adversarial": "D"}
    plain = re.sub(r"Task\([^()]*\)", "None", dynamics)
    found: dict[str, neural.Loss] = {}
    try:
        for node in ast.walk(ast.parse(plain, mode="eval")):
            match node:
                case ast.Call(ast.Name(name), _, keywords) if name in makers:
                    told = {
                        str(k.arg): ast.literal_eval(k.value)
                        for k in keywords
                        if k.arg in ("weight", "descends")
                    }
                    found.setdefault(makers[name], getattr(neural, name)(task, **told))
    except (SyntaxError, ValueError):
        found = {}
    if "R" not in found:
        raise ValueError(
            "R and D are parts of a supervised and an adversarial loss, but the run says "
            f"that it was moved by: {dynamics or 'nothing'}."
        )
    return dict(sorted(found.items(), reverse=True))


def largest(*pictures: xr.DataArray | None) -> float:
    """Largest size of any value, so that pictures can share one scale about zero."""
    sizes = [float(np.nanmax(abs(p.values))) for p in pictures if p is not None]
    return max(sizes, default=0.0)
