"""What a network is asked to learn: inputs and targets."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import xarray as xr

from ..arrays import aslike
from ..grid import Grid


class Task:
    """Inputs and the targets that belong to them, prepared as the theory asks.

    The mean input is taken out (`centre`) and every input is scaled to unit length
    (`unit`), in this order; `prepared` says what was done.

    Args:
        inputs: (sample, input), or images (sample, y, x), which keep their pixel dims.
            Array or DataArray; any real numbers.
        targets: (sample, output) or (sample,) real numbers; or (sample,) whole numbers
            0, 1, …, K-1: classes, which become K one-hot outputs.
        centre: Subtract the mean of all inputs.
        unit: Scale each input to ‖x‖₂ = 1.

    Raises:
        ValueError: If shapes do not match, a value is not finite, or an input has no
            length to be scaled to one.

    Example:
        >>> task = Task(np.eye(3), np.array([0, 1, 1]), centre=False)
        >>> task.targets.values
        array([[1., 0.],
               [0., 1.],
               [0., 1.]])
    """

    def __init__(
        self, inputs: Any, targets: Any, *, centre: bool = True, unit: bool = True
    ):
        x = np.array(getattr(inputs, "values", inputs), dtype=float)
        if x.ndim not in (2, 3) or 0 in x.shape:
            raise ValueError(
                "`inputs` must be (sample, input) or images (sample, y, x), but have "
                f"shape {x.shape}."
            )
        y = _targets(getattr(targets, "values", targets))
        if len(x) != len(y):
            raise ValueError(f"There are {len(x)} inputs but {len(y)} targets.")
        for name, array in (("inputs", x), ("targets", y)):
            if not np.isfinite(array).all():
                bad = int(np.argwhere(~np.isfinite(array))[0][0])
                raise ValueError(f"`{name}` are not finite in sample {bad}.")
        if centre:
            x = x - x.mean(axis=0)
        if unit:
            length = np.sqrt((x * x).reshape(len(x), -1).sum(axis=1))
            if (length == 0).any():
                bad = int(np.flatnonzero(length == 0)[0])
                raise ValueError(
                    f"Sample {bad} is zero{' after centring' if centre else ''}, so it "
                    "cannot be scaled to unit length. Leave it out, or say unit=False."
                )
            x = x / length.reshape(-1, *(1,) * (x.ndim - 1))
        self.centre, self.unit = bool(centre), bool(unit)
        self._x, self._y = x.reshape(len(x), -1), y
        self._pixels = x.shape[1:] if x.ndim == 3 else None
        self._cast: dict[Any, tuple] = {}

    @property
    def prepared(self) -> str:
        """What was done to the inputs."""
        told = ["mean subtracted"] * self.centre + ["unit length"] * self.unit
        return ", ".join(told) or "as given"

    @property
    def sizes(self) -> dict[str, int]:
        """Number of samples, inputs and outputs."""
        n, d = self._x.shape
        return {"sample": n, "input": d, "output": self._y.shape[1]}

    @property
    def grid(self) -> Grid | None:
        """Pixels of the inputs, no-flux at the edges; None for plain vectors."""
        if self._pixels is None:
            return None
        return pixels(self._pixels)

    @property
    def inputs(self) -> xr.DataArray:
        """(sample, y, x) or (sample, input), as prepared."""
        return self.picture(self._x, "sample").rename("inputs")

    @property
    def targets(self) -> xr.DataArray:
        """(sample, output)."""
        return xr.DataArray(self._y, dims=("sample", "output"), name="targets")

    def picture(self, rows: np.ndarray, dim: str) -> xr.DataArray:
        """Label rows of input weights, (…, input), with pixels where inputs are images."""
        grid = self.grid
        if grid is None:
            return xr.DataArray(rows, dims=(dim, "input"))
        shaped = rows.reshape(len(rows), *grid.shape)
        return xr.DataArray(shaped, dims=(dim, *grid.dims), coords=grid.coords)

    def arrays(self, like: Any) -> tuple[Any, Any]:
        """Inputs (sample, input) and targets (sample, output) as arrays like `like`."""
        key = (type(like).__module__, str(like.dtype), str(getattr(like, "device", "")))
        if key not in self._cast:
            self._cast[key] = aslike(self._x, like), aslike(self._y, like)
        return self._cast[key]

    def relabelled(self, targets: Any) -> Task:
        """The same prepared inputs with other targets, (sample, output)."""
        other = object.__new__(Task)
        y = _targets(np.asarray(targets, dtype=float))
        if y.shape[0] != len(self._x) or not np.isfinite(y).all():
            raise ValueError(
                f"Targets must be finite, one row for each of {len(self._x)} samples."
            )
        other.__dict__ |= self.__dict__ | {"_y": y, "_cast": {}}
        return other

    @property
    def digest(self) -> str:
        """First digits of the SHA-256 of inputs and targets."""
        told = hashlib.sha256(self._x.tobytes())
        told.update(self._y.tobytes())
        return told.hexdigest()[:12]

    def __repr__(self) -> str:
        n = self.sizes
        shape = "x".join(map(str, self._pixels)) if self._pixels else str(n["input"])
        return (
            f"Task({n['sample']} samples, {shape} inputs, {n['output']} outputs, "
            f"{self.prepared}, {self.digest})"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Task) and (
            self._pixels == other._pixels
            and np.array_equal(self._x, other._x)
            and np.array_equal(self._y, other._y)
        )

    def __hash__(self) -> int:
        return hash(self.digest)


def pixels(shape: tuple[int, ...]) -> Grid:
    """Grid of the pixels of an image: one apart, no-flux at the edges."""
    return Grid(shape, spacing=1.0, boundary="no-flux", units="pixel")


def _targets(given: Any) -> np.ndarray:
    y = np.asarray(given)
    if y.ndim == 1 and y.dtype.kind in "iu":
        classes = np.unique(y)
        if not np.array_equal(classes, np.arange(len(classes))):
            raise ValueError(
                f"Whole-number targets are classes and must be 0, 1, …, K-1, but are "
                f"{classes.tolist()!r:.60}. For regression give floating point."
            )
        return np.eye(len(classes))[y]
    if y.ndim not in (1, 2) or 0 in y.shape or y.dtype.kind not in "fiub":
        raise ValueError(
            f"`targets` must be (sample, output) or (sample,), but have shape {y.shape}."
        )
    return y.reshape(len(y), -1).astype(float)
