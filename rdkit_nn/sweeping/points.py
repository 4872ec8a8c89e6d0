"""Where a sweep goes: a grid of parameters, a list, or a sample that fills a box."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

RUN = "run"  # dim of a sweep that is no grid

Over = Mapping[str, Sequence] | Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Points:
    """Parameters of every run, in order, and the dims they make.

    Args:
        sizes: Lengths of the dims, in order.
        coords: Values along them, by name: (dim, values).
        points: Parameters of each run, by name; the last dim runs fastest.
    """

    sizes: dict[str, int]
    coords: dict[str, tuple[str, np.ndarray]]
    points: tuple[dict[str, Any], ...]

    def __len__(self) -> int:
        return len(self.points)

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the dims."""
        return tuple(self.sizes.values())

    def place(self, index: int) -> tuple[int, ...]:
        """Indices along the dims of one run."""
        return tuple(int(i) for i in np.unravel_index(index, self.shape))

    @classmethod
    def of(cls, over: Over) -> Points:
        """Read what is swept.

        Raises:
            ValueError: If nothing is swept, a value stands twice, or the points of a list
                name different parameters.
        """
        return cls._grid(over) if isinstance(over, Mapping) else cls._list(over)

    @classmethod
    def _grid(cls, over: Mapping[str, Sequence]) -> Points:
        axes = {name: np.asarray(values) for name, values in over.items()}
        if not axes:
            raise ValueError('Nothing is swept: over={"F": [0.02, 0.03]}.')
        for name, values in axes.items():
            if values.ndim != 1 or len(values) == 0:
                raise ValueError(
                    f"`over` needs a list of values for `{name}`: {values!r:.80}."
                )
            if len(set(values.tolist())) < len(values):
                raise ValueError(f"`over` lists a value of `{name}` twice.")
        points = tuple(
            dict(zip(axes, (_plain(v) for v in point)))
            for point in itertools.product(*axes.values())
        )
        sizes = {name: len(values) for name, values in axes.items()}
        return cls(sizes, {n: (n, v) for n, v in axes.items()}, points)

    @classmethod
    def _list(cls, over: Sequence[Mapping[str, Any]]) -> Points:
        points = tuple({n: _plain(v) for n, v in point.items()} for point in over)
        if not points or not points[0]:
            raise ValueError('Nothing is swept: over=[{"F": 0.02, "k": 0.05}, …].')
        if any(set(point) != set(points[0]) for point in points):
            raise ValueError("All points of `over` must name the same parameters.")
        if RUN in points[0]:
            raise ValueError(
                f"A parameter of a list of points may not be called {RUN!r}."
            )
        coords = {
            name: (RUN, np.array([point[name] for point in points]))
            for name in points[0]
        }
        return cls({RUN: len(points)}, coords, points)


def latin_hypercube(
    ranges: Mapping[str, tuple[float, float]], n: int, seed: int
) -> list[dict[str, float]]:
    """Points of a box, one in each of n slices along every axis.

    Args:
        ranges: Lowest and highest value of each parameter.
        n: How many points.
        seed: Where chance begins.

    Returns:
        A list of points for `sweep(over=…)`.

    Source:
        McKay, Beckman & Conover, Technometrics 21 (1979) 239, doi:10.2307/1268522.

    Example:
        >>> len(latin_hypercube({"F": (0.02, 0.06), "k": (0.05, 0.065)}, n=8, seed=0))
        8
    """
    from scipy.stats import qmc

    return _scaled(qmc.LatinHypercube(len(_checked(ranges, n)), rng=seed), ranges, n)


def sobol(
    ranges: Mapping[str, tuple[float, float]], n: int, seed: int
) -> list[dict[str, float]]:
    """Points that fill a box evenly, scrambled; n is best a power of two.

    Args:
        ranges: Lowest and highest value of each parameter.
        n: How many points.
        seed: Where chance begins.

    Returns:
        A list of points for `sweep(over=…)`.

    Source:
        Sobol', USSR Comput. Math. Math. Phys. 7 (1967) 86,
        doi:10.1016/0041-5553(67)90144-9; Owen, J. Complexity 14 (1998) 466,
        doi:10.1006/jcom.1998.0487.
    """
    from scipy.stats import qmc

    return _scaled(qmc.Sobol(len(_checked(ranges, n)), rng=seed), ranges, n)


def _checked(ranges: Mapping[str, tuple[float, float]], n: int) -> Mapping:
    if not ranges or n < 1:
        raise ValueError("A sample needs ranges and at least one point.")
    for name, (low, high) in ranges.items():
        if not low < high:
            raise ValueError(
                f"The range of `{name}` must rise, but is {low} to {high}."
            )
    return ranges


def _scaled(sampler: Any, ranges: Mapping, n: int) -> list[dict[str, float]]:
    lows, highs = zip(*ranges.values())
    cube = np.asarray(sampler.random(n))
    box = np.array(lows) + cube * (np.array(highs) - np.array(lows))
    return [dict(zip(ranges, map(float, row))) for row in box]


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
