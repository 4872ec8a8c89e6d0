"""CPU time to reach an error, all methods, beside exponax (ETDRK) and py-pde (adaptive).

The error is the one of time: each program against its own fine solution, on its own
Laplacian, largest difference over largest value. One thread, float64.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterable

import numpy as np
from measure import header, seconds

import rdkit_nn as rd
from rdkit_nn import models, presets

GOALS = (1e-3, 1e-5, 1e-7)
LONGEST = 4.0  # seconds of a run, after which no shorter step is tried
N = 128

Advance = Callable[[float], Callable[[], np.ndarray]]


def gray_scott(k: float):
    """A flower that has opened: Pearson's grid, a quarter of his square."""
    grid = rd.Grid((N, N), spacing=2.5 / 256)
    state = presets.pearson_start(0, grid=grid)
    told = dict(F=0.025, k=k, Du=2e-5, Dv=1e-5)
    flow = rd.Flow(models.gray_scott(**told), rd.Euler(1.0))
    start = rd.simulate(flow, state, 1000).isel(time=-1)
    values = {n: start[n].values for n in ("u", "v")}
    return grid, models.gray_scott(**told), values, "v", 200.0, told


def swift_hohenberg():
    """Stripes that grow out of noise; the fastest mode decays at a rate of 5,000."""
    grid = rd.Grid((N, N), spacing=16 * np.pi / N)
    told = dict(r=0.3)
    term = rd.law(u="-u**3")() + rd.Linear(u=(told["r"] - 1, -2.0, -1.0))
    noise = 0.1 * np.random.default_rng(0).standard_normal(grid.shape)
    first = rd.Flow(term, rd.ETDRK4(0.02)).advance({"u": noise}, grid, range(500))
    return grid, term, {"u": first["u"]}, "u", 20.0, told


def ours(method, grid, term, values, name, time) -> Advance:
    """The public API."""

    def made(dt):
        steps = round(time / dt)
        flow = rd.Flow(term, method(time / steps))
        return lambda: flow.advance(values, grid, range(steps))[name]

    return made


def adaptive(grid, term, values, name, time) -> Advance:
    """The public API, by tolerance."""

    def made(tol):
        flow = rd.Flow(term, rd.Adaptive(time, rtol=tol, atol=tol))
        return lambda: flow.advance(values, grid, range(1))[name]

    return made


def exponax(grid, term, values, name, time, told) -> Advance:
    """ETDRK of order 4, a jitted loop."""
    import equinox as eqx
    import exponax as ex
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    length = N * grid.spacing[0]
    if "F" in told:
        kind, more = ex.stepper.reaction.GrayScott, dict(
            diffusivity_1=told["Du"], diffusivity_2=told["Dv"],
            feed_rate=told["F"], kill_rate=told["k"],
        )  # fmt: skip
        start = jnp.asarray(np.stack([values["u"], values["v"]]))
    else:
        kind, more = (
            ex.stepper.reaction.SwiftHohenberg,
            dict(reactivity=told["r"], polynomial_coefficients=(0.0, 0.0, 0.0, -1.0)),
        )
        start = jnp.asarray(values["u"])[None]

    def made(dt):
        steps = round(time / dt)
        step = kind(2, length, N, time / steps, order=4, **more)
        many = eqx.filter_jit(ex.repeat(step, steps))
        many(start).block_until_ready()  # compiled before the clock starts
        return lambda: np.asarray(many(start))[-1]

    return made


def py_pde(grid, term, values, name, time, told) -> Advance:
    """Explicit, adaptive, numba."""
    import pde

    h = grid.spacing[0]
    place = pde.CartesianGrid([[0, N * h]] * 2, [N, N], periodic=True)
    fields = {n: pde.ScalarField(place, x, label=n) for n, x in values.items()}
    if "F" in told:
        equations = pde.PDE(
            {
                "u": f"{told['Du']}*laplace(u) - u*v**2 + {told['F']}*(1 - u)",
                "v": f"{told['Dv']}*laplace(v) + u*v**2 - {told['F'] + told['k']}*v",
            }
        )
        state = pde.FieldCollection([fields["u"], fields["v"]])
    else:
        equations = pde.PDE(
            {"u": f"{told['r'] - 1}*u - 2*laplace(u) - laplace(laplace(u)) - u**3"}
        )
        state = fields["u"]

    def made(tol):
        solver = pde.ExplicitSolver(
            equations, scheme="rk", adaptive=True, tolerance=tol, backend="numba"
        )
        stepper = solver.make_stepper(state=state, dt=1e-3)

        def run():
            end = state.copy()
            with contextlib.redirect_stdout(io.StringIO()):
                stepper(end, 0.0, time)
            return np.asarray(end.data)[-1] if "F" in told else np.asarray(end.data)

        return run  # `curve` runs it once before the clock starts

    return made


def curve(made: Advance, exact: np.ndarray, tries: Iterable[float]) -> list[tuple]:
    """(error, seconds) of each try, until the last goal is met or a run takes too long."""
    found = []
    for knob in tries:
        run, out = made(knob), {}

        def work(run=run, out=out):
            out["end"] = run()

        work()  # whatever is prepared once
        spent = seconds(work)
        gap = np.abs(out["end"] - exact).max() / np.abs(exact).max()
        if np.isfinite(gap):
            found.append((gap, spent))
        if spent > LONGEST or (np.isfinite(gap) and gap < GOALS[-1] / 3):
            break
    return found


def reached(found: list[tuple], goal: float) -> float:
    """Seconds to an error, between the tries on logarithmic axes."""
    fit = sorted(found)
    errors, spent = np.log([e for e, _ in fit]), np.log([s for _, s in fit])
    if not len(fit) or goal < fit[0][0]:
        return np.nan
    if goal >= fit[-1][0]:
        return float(np.exp(spent[-1]))
    return float(np.exp(np.interp(np.log(goal), errors, spent)))


def main() -> None:
    """A table for each case."""
    for title, case in (
        ("Gray-Scott, k = 0.055", gray_scott(0.055)),
        ("Gray-Scott, k = 0.060", gray_scott(0.060)),
        ("Swift-Hohenberg, r = 0.3", swift_hohenberg()),
    ):
        *about, told = case
        stiff = "r" in told
        longest = 0.5 if stiff else 4.0
        dts = [longest / 2**i for i in range(16)]
        explicit = [dt for dt in dts if dt < (4e-4 if stiff else 1.18)]
        tols = [10.0**-i for i in range(2, 11)]
        # All of ours solve the same equations on the grid; the peers' Laplacians differ.
        fine = rd.ETDRK4 if stiff else rd.RK4
        exact = ours(fine, *about)(1 / 128 if stiff else 1 / 8)()
        rows = {
            name: curve(ours(method, *about), exact, steps)
            for name, method, steps in (
                ("ETDRK4", rd.ETDRK4, dts),
                ("Strang", rd.Strang, dts),
                ("IMEX", rd.IMEX, dts),
                ("RK4", rd.RK4, explicit),
                ("Euler", rd.Euler, explicit),
            )
            if not (stiff and name in ("RK4", "Euler"))  # Linear is not compiled
        }
        rows["Adaptive"] = curve(adaptive(*about), exact, tols)
        peer = exponax(*about, told)
        rows["exponax ETDRK4"] = curve(peer, peer(1 / 64)(), dts)
        peer = py_pde(*about, told)
        # Its Laplacian of Gray-Scott is ours, of five points; it compiles at each try.
        rows["py-pde adaptive"] = curve(
            peer, peer(1e-8)() if stiff else exact, tols[::2][:4]
        )
        print(f"\n{title}, {N}², time {about[-1]:g}: CPU seconds to an error")
        for name, found in rows.items():
            each = (reached(found, goal) for goal in GOALS)
            cells = "  ".join(f"{goal:.0e}: {t:8.3f}" for goal, t in zip(GOALS, each))
            print(f"  {name:16s} {cells}", flush=True)


if __name__ == "__main__":
    header()
    main()
