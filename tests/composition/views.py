"""One combination seen in other ways: mirrored, renamed, in other units, a part of it.

A view maps arrays over the cells of the combination to arrays over its own cells, and
the places and times of its own to those of the combination. Everything that is built -
state, parameters, conditions, domain - goes through it, so that a relation is a view and
the comparison of two runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SPACE = ("z", "y", "x")


@dataclass(frozen=True)
class View:
    """How a combination is looked at.

    Args:
        names: New names of variables, as pairs.
        crop: (axis, first, after last) of the cells kept, axis by axis.
        roll: (axis, cells) along which the ring is turned.
        tile: (axis, times) side by side.
        mirror: Axis that runs the other way.
        swap: Whether x and y change places.
        extrude: Cells of a new axis, along which all is alike; 0 for none.
        length: Number of new units of length in an old one; likewise `time` and `unit`.
        later: Time that is added to that of functions.
        member: The only member that is run, as a run of its own.
        constants: What plain numbers are told as: `field`, `function`, `text`.
        tensor: (part, slot) whose number is a tensor of torch.
        factor: (part, slot, factor) on one number.
    """

    names: tuple[tuple[str, str], ...] = ()
    crop: tuple[tuple[str, int, int], ...] = ()
    roll: tuple[str, int] | None = None
    tile: tuple[str, int] | None = None
    mirror: str = ""
    swap: bool = False
    extrude: int = 0
    length: float = 1.0
    time: float = 1.0
    unit: float = 1.0
    later: float = 0.0
    member: int | None = None
    constants: str = ""
    tensor: tuple[int, str] | None = None
    factor: tuple[int, str, float] | None = None

    def name(self, old: str) -> str:
        """Name of a variable."""
        return dict(self.names).get(old, old)

    def axis(self, old: str) -> str:
        """Name of an axis."""
        return {"x": "y", "y": "x"}.get(old, old) if self.swap else old

    def array(self, values: np.ndarray, dims: tuple[str, ...]) -> np.ndarray:
        """Values over the cells of the combination, axes last, over those of the view."""
        at = {d: k - len(dims) for k, d in enumerate(dims)}
        for d, low, high in self.crop:
            values = np.take(values, np.arange(low, high), axis=at[d])
        if self.roll:
            values = np.roll(values, self.roll[1], axis=at[self.roll[0]])
        if self.tile:
            values = np.concatenate([values] * self.tile[1], axis=at[self.tile[0]])
        if self.mirror:
            values = np.flip(values, axis=at[self.mirror])
        if self.swap:
            values = np.swapaxes(values, at["x"], at["y"])
        if self.extrude:
            values = np.expand_dims(values, -1 - len(dims))
            values = np.repeat(values, self.extrude, axis=-1 - len(dims))
        return np.ascontiguousarray(values)

    def shape(self, shape: tuple[int, ...], dims: tuple[str, ...]) -> tuple[int, ...]:
        """Cells of the view."""
        return self.array(np.empty(shape, bool), dims).shape

    def dims(self, dims: tuple[str, ...]) -> tuple[str, ...]:
        """Axes of the view."""
        return SPACE[2 - len(dims) :] if self.extrude else dims

    def spacing(self, spacing: tuple[float, ...], dims: tuple[str, ...]) -> tuple:
        """Spacings of the view."""
        by = dict(zip(dims, spacing))
        if self.swap:
            by["x"], by["y"] = by["y"], by["x"]
        new = [by.get(d, spacing[0]) * self.length for d in self.dims(dims)]
        return tuple(new)

    def place(self, axis: str, n: int, h: float) -> tuple[float, float]:
        """s and b of `old place = s · new place + b` along an old axis of n cells."""
        low = next((k for d, k, _ in self.crop if d == axis), 0)
        cells = next((high - k for d, k, high in self.crop if d == axis), n)
        if self.tile and self.tile[0] == axis:
            cells *= self.tile[1]
        s, b = 1 / self.length, 0.0
        if self.mirror == axis:
            s, b = -s, cells * h
        if self.roll and self.roll[0] == axis:
            b -= self.roll[1] * h
        return s, b + low * h

    def condition(self, axis: str, pair: tuple, n: int) -> tuple:
        """Names of the conditions on both sides of an old axis."""
        for d, low, high in self.crop:
            if d == axis and (low, high) != (0, n):
                pair = (
                    "no-flux" if low > 0 or pair[0] == "periodic" else pair[0],
                    "no-flux" if high < n or pair[1] == "periodic" else pair[1],
                )
        return pair[::-1] if self.mirror == axis else pair
