"""Ready-made: a flow, a grid, a start and a length of run for published patterns.

A table to read from, not a registry to write to: a preset of one's own is a `Flow`, a
`Grid` and a start.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from . import _gray_scott, _turing, _waves
from ._gray_scott import PEARSON, pearson_start, scattered_start
from ._learning import pseudo_reaction_diffusion
from .base import Preset
from .known import atlas

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "PEARSON",
    "Preset",
    "atlas",
    "get",
    "names",
    "pearson_start",
    "pseudo_reaction_diffusion",
    "scattered_start",
    "table",
]


@cache
def _all() -> dict[str, Preset]:
    made = (make() for make in (*_gray_scott.MADE, *_turing.MADE, *_waves.MADE))
    return {preset.name: preset for preset in made}


def names() -> tuple[str, ...]:
    """Names of all presets."""
    return tuple(_all())


def get(name: str) -> Preset:
    """Preset of a name.

    Raises:
        KeyError: If there is none; the sentence lists those there are.

    Example:
        >>> get("gray-scott-k0.055").flow.dt
        1.0
    """
    if name not in _all():
        raise KeyError(f"There is no preset {name!r}; there are {', '.join(names())}.")
    return _all()[name]


def table() -> pd.DataFrame:
    """All presets, a row each.

    Returns:
        By name: `says`, `kind` (what linear theory says), `model` (its sum of terms with
        all parameters), `equations` (of what happens inside a cell), `grid`, `steps`, `dt`,
        `source`.

    Example:
        >>> str(table().kind["schnakenberg-spots"])
        'Turing'
    """
    import pandas as pd

    rows = [
        {
            "name": preset.name,
            "says": preset.says,
            "kind": preset.kind,
            "model": repr(preset.flow.term),
            "equations": preset.flow.equations,
            "grid": " x ".join(map(str, preset.grid.shape)),
            "steps": preset.steps,
            "dt": preset.flow.dt,
            "source": preset.source,
        }
        for preset in _all().values()
    ]
    return pd.DataFrame(rows).set_index("name")
