"""A network trained from the same weights in many ways, and what is measured of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.stats
import xarray as xr

from .. import analysis, neural, presets
from ..comparing.runs import travelled
from ..core.random import generator
from ..flow import Flow
from ..grid import Grid
from ..methods import Euler
from ..neural.data import Images
from ..neural.generator import rows, slope
from ..simulation import simulate
from ..terms import rates


class School:
    """One task, one start, and the runs that begin there.

    Args:
        images: Pictures and labels, all of them used.
        seed: Of weights and of the critic's interpolation.
        told: Sizes and rates, as in `Settings.network`, and the rate `dt`.
        shuffled: Whether pixels are put anywhere: one permutation for all pictures and
            for the receptive fields they meet.
        dtype: Single precision, as networks are trained, or double.
    """

    def __init__(
        self,
        images: Images,
        seed: int,
        told: dict[str, Any],
        shuffled: bool = False,
        dtype: str = "float32",
    ):
        self.seed, self.told, self.dt = seed, told, told["dt"]
        self.dtype = dtype
        pictures = images.images
        self.order = None
        if shuffled:
            pixels = int(np.prod(pictures.shape[1:]))
            self.order = generator(seed, "pixels").permutation(pixels)
            flat = pictures.reshape(len(pictures), -1)[:, self.order]
            pictures = flat.reshape(pictures.shape)
        self.task = neural.Task(pictures, images.labels)
        self.steps = round(told["time"] / self.dt)

    def weights(self) -> xr.Dataset:
        """The start, the same for every way of training."""
        found = neural.weights(
            self.task,
            hidden=self.told["hidden"],
            critic=self.told["critic"],
            seed=self.seed,
            dtype=self.dtype,
        )
        if self.order is not None:
            flat = rows(found.U.values)[:, self.order]
            found["U"] = found.U.copy(data=flat.reshape(found.U.shape))
        return found

    def alone(self, scale: float = 1.0) -> xr.Dataset:
        """Supervised, on labels `scale` times as large."""
        task = self.task.relabelled(scale * self.task.targets.values)
        return self.follow(Flow(neural.Supervised(task), Euler(self.dt)))

    def game(
        self, initial: xr.Dataset | None = None, *, frozen: bool = False
    ) -> xr.Dataset:
        """Against a critic, moving or frozen."""
        flow = presets.pseudo_reaction_diffusion(
            self.task,
            dt=self.dt,
            seed=self.seed,
            critic_steps=0 if frozen else self.told["critic_steps"],
            penalty=self.told["penalty"],
        )
        return self.follow(flow, initial)

    def pushed(self, force: float, hold: float) -> xr.Dataset:
        """Supervised, and pushed by random vectors of length `force`, one a sample.

        A force on the predictions is a shift of the labels; it is held for a while and
        then drawn anew.
        """
        held = round(hold / self.dt)
        rng = generator(self.seed, "force")
        state, frames = self.weights(), []
        every = max(1, self.steps // held // self.told["frames"])
        frames.append(state.assign_coords(time=0.0, step=0))
        for piece in range(self.steps // held):
            push = rng.standard_normal(self.task.targets.shape)
            push *= force / np.linalg.norm(push, axis=1, keepdims=True)
            task = self.task.relabelled(self.task.targets.values + push)
            flow = Flow(neural.Supervised(task), Euler(self.dt))
            state = simulate(flow, state, held, progress=False).isel(time=-1)
            if (piece + 1) % every == 0:
                frames.append(state)
        return xr.concat(
            frames,
            "time",
            coords="minimal",
            compat="override",
            join="override",
            combine_attrs="override",
        )

    def follow(self, flow: Flow, initial: xr.Dataset | None = None) -> xr.Dataset:
        """Run for the time that was told."""
        initial = self.weights() if initial is None else initial
        kept = np.linspace(0, self.steps, self.told["frames"] + 1).round().astype(int)
        return simulate(flow, initial, self.steps, sorted(set(kept)), progress=False)


def measured(run: xr.Dataset, task: neural.Task) -> dict[str, Any]:
    """All that the claims ask of one run."""
    gone = travelled(run)
    start, end = run.isel(time=0), run.isel(time=-1)
    late = slice(3 * (run.sizes["time"] - 1) // 4, None)
    t, d = run.time.values, gone.values
    fit = (t >= t[-1] / 4) & (d > 0)
    exponent = np.nan
    if fit.sum() > 1:
        exponent = np.polyfit(np.log(t[fit]), np.log(d[fit]), 1)[0]
    drift = abs(neural.balance(end) - neural.balance(start)).mean()
    U = end.U.astype(float)
    misfit = np.linalg.norm(neural.predict(end, task) - task.targets)
    begun = np.linalg.norm(neural.predict(start, task) - task.targets)
    told = {
        "displacement": d[-1],
        "late_growth": (d[-1] - d[late][0]) / d[-1] if d[-1] > 0 else np.nan,
        "exponent": exponent,
        "drift": drift,
        "misfit": misfit,
        "misfit_share": misfit / begun,
        "moran": analysis.moran(U).mean(),
        "moran_start": analysis.moran(start.U).mean(),
        "rank": analysis.effective_rank(U - start.U.astype(float)),
        "asymmetry": scipy.stats.ks_2samp(
            U.values.ravel(), -U.values.ravel()
        ).statistic,
        "order_U": _neighbours(rows(U.values)),
        "order_V": _neighbours(end.V.values.T.astype(float)),
        "dead": neural.dead(end, task).sum(),
    }
    path = {"time": t.tolist(), "path": d.tolist()}
    return {name: float(value) for name, value in told.items()} | path


def forces(run: xr.Dataset, task: neural.Task) -> dict[str, float]:
    """How hard the critic pushes, and whether its push smooths receptive fields."""
    _, Y = task.arrays(run.U.values)
    length = [
        np.linalg.norm(
            slope(at.W.values, at.a.values, neural.predict(at, task).values), axis=1
        )
        for at in (run.isel(time=i) for i in range(1, run.sizes["time"]))
    ]
    end = run.isel(time=-1)
    parts = rates(neural.Supervised(task) + neural.Adversarial(task), end)
    D = parts.U.isel(term=1).values.astype(float)
    U, laplacian = end.U.values.astype(float), Grid.of(end).laplacian
    order = generator(0, "pixels").permutation(U[0].size)
    mixed = laplacian(rows(U)[:, order].reshape(U.shape))
    null = rows(mixed)[:, np.argsort(order)].reshape(U.shape)
    told = {
        "force": np.sqrt(np.mean(np.square(length))),
        "force_end": np.mean(length[-1]),
        "smoothing": _cosine(D, laplacian(U)),
        "smoothing_shuffled": _cosine(D, null),
    }
    return {name: float(value) for name, value in told.items()}


def _neighbours(bank: np.ndarray) -> float:
    """Likeness of rows that stand beside each other: lag-one correlation, mean row out."""
    z = bank - bank.mean(axis=0)
    return float((z[:-1] * z[1:]).sum() / (z * z).sum())


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))
