"""Ready-made: a flow, a grid, a start and a length of run for published patterns.

A table to read from, not a registry to write to: a preset of one's own is a `Flow`, a
`Grid` and a start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import xarray as xr

from . import models, neural, start
from .flow import Flow
from .grid import Grid
from .methods import Alternating, Euler


@dataclass(frozen=True)
class Preset:
    """All that a published pattern needs to be grown again.

    Args:
        name: Short name, as it is asked for.
        says: What it shows, in a sentence.
        flow: Term and method.
        grid: Where it is grown.
        begin: From a seed (and a dtype) to the state that it starts from.
        steps: Length of run that shows the pattern.
        source: Where it stands in print.
    """

    name: str
    says: str
    flow: Flow
    grid: Grid
    begin: Callable[..., xr.Dataset]
    steps: int
    source: str


PEARSON = Grid((256, 256), spacing=2.5 / 256)


def pearson_start(
    seed: int, *, grid: Grid = PEARSON, dtype: str = "float64"
) -> xr.Dataset:
    """Pearson's start: (1, 0) around a 20 x 20 square of (1/2, 1/4), shaken by 1 %.

    Args:
        seed: Where chance begins.
        grid: Where; default 256 x 256 cells of a periodic square of side 2.5.
        dtype: `float64` or `float32`.

    Source:
        Pearson, Science 261 (1993) 189, doi:10.1126/science.261.5118.189.
    """
    around, inside = dict(u=1.0, v=0.0), dict(u=0.5, v=0.25)
    return start.patch(
        grid, around=around, inside=inside, size=20, seed=seed, dtype=dtype
    )


def _rout(k: float, says: str) -> Preset:
    return Preset(
        name=f"gray-scott-k{k:.3f}",
        says=says,
        flow=Flow(models.gray_scott(F=0.025, k=k, Du=2e-5, Dv=1e-5), Euler(dt=1.0)),
        grid=PEARSON,
        begin=pearson_start,
        steps=20_000,
        source="Rout (2021), arXiv:2010.00521, on the grid and start of Pearson (1993)",
    )


_TABLE = (
    _rout(
        0.055,
        "One seed that opens like a flower and fills the square with a labyrinth.",
    ),
    _rout(
        0.060, "One seed that divides again and again and fills the square with spots."
    ),
)


def names() -> tuple[str, ...]:
    """Names of all presets."""
    return tuple(preset.name for preset in _TABLE)


def get(name: str) -> Preset:
    """Preset of a name.

    Raises:
        KeyError: If there is none; the sentence lists those there are.

    Example:
        >>> get("gray-scott-k0.055").flow.dt
        1.0
    """
    for preset in _TABLE:
        if preset.name == name:
            return preset
    raise KeyError(f"There is no preset {name!r}; there are {', '.join(names())}.")


def pseudo_reaction_diffusion(
    task: neural.Task,
    *,
    dt: float,
    seed: int,
    critic_steps: int = 2,
    penalty: float = 10.0,
    weight: float = 1.0,
    descends: Sequence[str] = ("U", "V"),
    device: str = "cpu",
) -> Flow:
    """The game of Rout (2021): supervised descent against a moving critic.

    Each step the critic (W and a) descends `critic_steps` times on its Wasserstein loss
    with gradient penalty; then the generator descends once on L_sup - weight · L_adv with
    the new critic. The sources leave the rates, λ and the number of critic steps open;
    the defaults are ours, and dt · penalty up to 0.5 was seen to stay stable.

    Args:
        task: Inputs and targets.
        dt: Learning rate of both players.
        seed: Where the critic's interpolation begins.
        critic_steps: Critic steps a generator step; 0 keeps the critic frozen, which
            merely shifts the labels.
        penalty: λ of the gradient penalty.
        weight: Strength of the adversary; 0 is supervision, bit for bit.
        descends: Layers of the generator that are trained.
        device: As in `Flow`.

    Source:
        Rout (2021), eq. (1)-(5), arXiv:2010.00521.
    """
    if critic_steps < 0:
        raise ValueError(f"`critic_steps` must not be negative, but is {critic_steps}.")
    players = tuple(descends)
    term = neural.Supervised(task, players) + neural.Adversarial(task, weight, players)
    if critic_steps == 0:
        return Flow(term, Euler(dt), device)
    turns = [("W", "a")] * critic_steps + [players]
    critic = neural.Critic(task, penalty, seed=seed)
    return Flow(term + critic, Alternating(dt, turns), device)
