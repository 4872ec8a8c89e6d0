"""Torch: any term on any device, and losses by automatic differentiation."""

from __future__ import annotations

import importlib
from typing import Any

from ..arrays import Values, is_tensor
from ..dynamics import START, Origin
from ..grid import Grid
from ..methods import Method
from ..terms import Term, parts
from .base import Kernel, Run, loop


def kernel(
    term: Term, method: Method, grid: Grid, values: Values, device: str
) -> Kernel | None:
    """Know every case on a torch device, and on the CPU the terms that need torch."""
    needs = any(getattr(part, "needs_torch", False) for part in parts(term))
    if device == "cpu" and not needs:
        return None
    torch = library(device)
    place = torch.device(device.removeprefix("torch:"))

    def bring(array: Any) -> Any:
        # A copy on the way in, so that nothing outside is ever written to.
        if is_tensor(array):
            return array.to(place)
        return torch.as_tensor(array).to(place, copy=True)

    ready: list[Run] = []  # the loop, once there are tensors to prepare it for

    def run(values: Values, steps: range, origin: Origin = START) -> Values:
        values = {name: bring(array) for name, array in values.items()}
        if not ready:
            ready.append(loop(method.make_step(term, grid, values), grid, method.dt))
        return ready[0](values, steps, origin)

    return Kernel(f"tensor ({place})", run)


def library(device: str) -> Any:
    """Torch, if it is installed and has the device.

    Raises:
        ImportError: If torch is missing.
        ValueError: If the device is unknown or not there.
    """
    try:
        torch = importlib.import_module("torch")
    except ImportError:
        raise ImportError(
            f"Device {device!r} needs torch: pip install 'rdkit_nn[neural]'."
        ) from None
    try:
        place = torch.device(device.removeprefix("torch:"))
    except RuntimeError:
        raise ValueError(
            f"Unknown device {device!r}: use cpu, cuda, cuda:1 or torch:cpu."
        ) from None
    if place.type == "cuda" and not torch.cuda.is_available():
        raise ValueError(
            f"Device {device!r} was asked for, but torch sees no CUDA device here. "
            "Use device='cpu'."
        )
    return torch
