"""From a field to its modes and back: Fourier, cosine and sine, axis by axis.

Modes of a cell-centred box are those that its walls let through, j = 0 … n-1 cells:

    periodic              exp(2πi k j / n)                   FFT
    even, even            cos(π k (j + 1/2) / n)             DCT-II     (no-flux, Neumann)
    odd, odd              sin(π (k + 1) (j + 1/2) / n)       DST-II     (Dirichlet)
    even, odd             cos(π (k + 1/2) (j + 1/2) / n)     DCT-IV
    odd, even             sin(π (k + 1/2) (j + 1/2) / n)     DST-IV

On torch, which has no cosine transforms, a walled axis is continued by its mirror images
until it is periodic.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..arrays import cut, is_tensor, namespace
from ..machine import threads
from .boundary import Dirichlet, Neumann, NoFlux, Periodic, Sides

SMALL = 2**15  # cells below which a second thread does not pay


def parities(boundary: Sequence[Sides]) -> tuple[str, ...]:
    """`periodic`, or `even`/`odd` about the low and the high wall, for each axis.

    Values held at the walls do not matter here, only what is held.

    Raises:
        ValueError: If a wall has no plain modes.
    """
    told = []
    for low, high in boundary:
        if isinstance(low, Periodic):
            told.append("periodic")
            continue
        sides = []
        for wall in (low, high):
            if not isinstance(wall, (NoFlux, Neumann, Dirichlet)):
                raise ValueError(
                    f"Walls {low!r}, {high!r} have no plain modes: periodic, no-flux, "
                    "Neumann and Dirichlet walls have. Take an explicit method here."
                )
            sides.append("odd" if isinstance(wall, Dirichlet) else "even")
        told.append(" ".join(sides))
    return tuple(told)


def angles(parity: str, n: int) -> np.ndarray:
    """Half the phase from cell to cell of each mode, q h / 2, in the order of the modes."""
    k = np.arange(n)
    if parity == "periodic":
        return np.pi * np.fft.fftfreq(n)
    shift = {"even even": 0.0, "odd odd": 1.0}.get(parity, 0.5)
    return np.pi * (k + shift) / (2 * n)


class Transform:
    """Transform of the last axes of arrays.

    Args:
        shape: Cells of each axis.
        boundary: One pair for each axis.
        mirrored: Whether walled axes are continued by mirror images, as tensors need.

    Raises:
        ValueError: If a wall has no plain modes.
    """

    def __init__(
        self, shape: Sequence[int], boundary: Sequence[Sides], mirrored: bool = False
    ):
        self.shape, self.parities = tuple(shape), parities(boundary)
        self.mirrored = mirrored
        axes = range(-len(self.shape), 0)
        walled = [a for a, p in zip(axes, self.parities) if p != "periodic"]
        self._real = [] if mirrored else walled
        self._complex = [a for a in axes if a not in self._real]

    @property
    def complex(self) -> bool:
        """Whether modes are complex numbers."""
        return bool(self._complex)

    @property
    def periods(self) -> tuple[int, ...]:
        """Cells of each axis after mirroring."""
        if not self.mirrored:
            return self.shape
        images = {"periodic": 1, "even even": 2, "odd odd": 2}
        return tuple(n * images.get(p, 4) for n, p in zip(self.shape, self.parities))

    def halves(self, line: str, n: int) -> np.ndarray:
        """Angles of one axis in the order of `forward`, before the last is cut."""
        return angles("periodic" if self.mirrored else line, n)

    def cut(self, modes: np.ndarray) -> np.ndarray:
        """What is kept of an array over all modes: real fields need half of them."""
        if not self._complex:
            return modes
        axis = self._complex[-1]
        return cut(modes, axis, 0, self.periods[axis] // 2 + 1)

    def forward(self, field: Any) -> Any:
        """Modes of a real field; complex where an axis is periodic."""
        if is_tensor(field):
            return namespace(field).fft.rfftn(self._mirror(field), dim=self._complex)
        import scipy.fft

        workers = threads() if field.size > SMALL else 1
        for axis in self._real:
            function, kind = self._kind(axis)
            field = getattr(scipy.fft, f"d{function}t")(
                field, kind, axis=axis, norm="ortho", workers=workers
            )
        if self._complex:
            field = scipy.fft.rfftn(field, axes=self._complex, workers=workers)
        return field

    def back(self, modes: Any) -> Any:
        """The real field of some modes."""
        sizes = [self.periods[a] for a in self._complex]
        if is_tensor(modes):
            whole = namespace(modes).fft.irfftn(modes, s=sizes, dim=self._complex)
            for axis, n in zip(range(-len(self.shape), 0), self.shape):
                whole = cut(whole, axis, 0, n)
            return whole
        import scipy.fft

        workers = threads() if modes.size > SMALL else 1
        if self._complex:
            modes = scipy.fft.irfftn(
                modes, s=sizes, axes=self._complex, workers=workers
            )
        for axis in reversed(self._real):
            function, kind = self._kind(axis)
            modes = getattr(scipy.fft, f"id{function}t")(
                modes, kind, axis=axis, norm="ortho", workers=workers
            )
        return modes

    def _kind(self, axis: int) -> tuple[str, int]:
        """Cosine or sine, and of which type."""
        low, high = self.parities[axis].split()
        return ("c" if low == "even" else "s"), (2 if low == high else 4)

    def _mirror(self, field: Any) -> Any:
        xp = namespace(field)
        for axis, parity in zip(range(-len(self.shape), 0), self.parities):
            if parity == "periodic":
                continue
            low, high = (-1 if side == "odd" else 1 for side in parity.split())
            # Beyond the high wall its image, and beyond that the image of both.
            field = xp.concatenate((field, high * xp.flip(field, (axis,))), axis)
            if low != high:
                field = xp.concatenate((field, -field), axis)
        return field
