"""The runs that are compared: two chemistries, and a network trained three ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from .. import analysis, initial, neural, presets
from ..flow import Flow
from ..methods import Euler
from ..simulation import simulate


@dataclass(frozen=True)
class Settings:
    """How large the comparison is. The defaults are ours: the paper gives none.

    Args:
        samples: Inputs of the task.
        hidden: Neurons of the generator.
        critic: Neurons of the critic.
        dt: Learning rate of both players.
        steps: Steps of training.
        critic_steps: Critic steps a generator step.
        penalty: λ of the gradient penalty.
        chemistry: Steps of each chemical run.
        frames: Frames that each run keeps after the first.
    """

    samples: int = 200
    hidden: int = 128
    critic: int = 64
    dt: float = 0.05
    steps: int = 12_000
    critic_steps: int = 2
    penalty: float = 10.0
    chemistry: int = 20_000
    frames: int = 40

    @classmethod
    def full(cls) -> Settings:
        """The larger network, trained for longer."""
        return cls(hidden=256, critic=128, steps=20_000)


CHEMICAL = {
    "gray_scott_k055": "gray-scott-k0.055",
    "gray_scott_k060": "gray-scott-k0.060",
}
LEARNING = ("supervised", "adversarial", "matched")


def preset_of(name: str) -> presets.Preset:
    """Preset that a chemical run was grown by."""
    return presets.get(CHEMICAL[name])


def chemical(
    seed: int, settings: Settings, device: str, progress: bool | None
) -> dict[str, xr.Dataset]:
    """Gray-Scott at the paper's two settings, from one seed of Pearson's kind."""
    runs = {}
    for name in CHEMICAL:
        told = preset_of(name)
        flow = Flow(told.flow.term, told.flow.method, device)
        run = simulate(
            flow,
            told.initial(seed, dtype="float32"),
            settings.chemistry,
            settings.chemistry // settings.frames,
            progress=progress,
        )
        runs[name] = run.assign_attrs(title=told.says)
    return runs


def shaken(seed: int, settings: Settings, device: str) -> dict[str, float]:
    """Contrast of v about the uniform state (1, 0): share that is left of noise.

    Where no uniform state is unstable, small noise dies out: the null of the chemical
    patterns, which grow from a finite seed.
    """
    left = {}
    for name in CHEMICAL:
        told = preset_of(name)
        state = initial.noise(
            told.grid, u=1.0, v=0.0, amplitude=0.01, seed=seed, dtype="float32"
        )
        flow = Flow(told.flow.term, told.flow.method, device)
        run = simulate(flow, state, settings.chemistry // 10, progress=False)
        contrast = analysis.contrast(run.v)
        left[name] = float(contrast[-1] / contrast[0])
    return left


def learning(
    task: neural.Task, seed: int, settings: Settings, device: str, progress: bool | None
) -> dict[str, xr.Dataset]:
    """One network from the same weights: supervised, adversarial, and matched.

    `matched` is supervised training on labels so much larger that the displacement of U
    ends where the adversarial one does: what distance alone does to receptive fields.
    """
    state = neural.weights(
        task,
        hidden=settings.hidden,
        critic=settings.critic,
        seed=seed,
        dtype="float32",
    )
    game = presets.pseudo_reaction_diffusion(
        task,
        dt=settings.dt,
        seed=seed,
        critic_steps=settings.critic_steps,
        penalty=settings.penalty,
        device=device,
    )

    def run(flow: Flow) -> xr.Dataset:
        every = settings.steps // settings.frames
        return simulate(flow, state, settings.steps, every, progress=progress)

    def alone(scale: float) -> xr.Dataset:
        larger = task.relabelled(scale * task.targets.values)
        flow = Flow(neural.Supervised(larger), Euler(settings.dt), device)
        return run(flow).assign_attrs(label_scale=scale)

    runs = {"supervised": alone(1.0), "adversarial": run(game)}
    target = float(travelled(runs["adversarial"])[-1])
    runs["matched"] = matched(alone, runs["supervised"], target)
    for name in LEARNING:
        runs[name].attrs["title"] = f"{name} training of one network"
    return runs


def travelled(run: xr.Dataset) -> xr.DataArray:
    """‖U(t) - U(0)‖ of a whole bank."""
    return analysis.displacement(run.U, dim=[d for d in run.U.dims if d != "time"])


def matched(
    alone: Callable[[float], xr.Dataset], first: xr.Dataset, target: float
) -> xr.Dataset:
    """Scale the labels until the displacement fits, by the secant rule on logarithms.

    Args:
        alone: Supervised training on labels so many times as large.
        first: Its run at scale 1.
        target: Displacement of U at the end that is wanted; met to one per cent.
    """
    scales, gone = [1.0], [float(travelled(first)[-1])]
    best, slope = first, 0.7
    for _ in range(5):
        if abs(np.log(gone[-1] / target)) < 0.01:
            break
        scales.append(scales[-1] * (target / gone[-1]) ** (1 / slope))
        best = alone(scales[-1])
        gone.append(float(travelled(best)[-1]))
        rise = np.log(gone[-1] / gone[-2]) / np.log(scales[-1] / scales[-2])
        slope = float(np.clip(rise, 0.2, 2.0)) if np.isfinite(rise) else slope
    return best
