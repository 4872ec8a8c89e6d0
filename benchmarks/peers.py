"""Gray-Scott by peers, each at its best settings, one thread.

Each function takes (u, v) and returns `advance(steps)`, which goes on from where it stopped
and returns (u, v). Forward Euler, periodic, five-point stencil (seven in a box), spacing 1.
"""

from __future__ import annotations

import numpy as np

F, K, DT = 0.025, 0.055, 1.0
DU, DV = 0.16, 0.08  # stable in a box, too


def initial(shape: tuple[int, ...], dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """A field that is busy everywhere: nothing dies, nothing is denormal."""
    rng = np.random.default_rng(0)
    u = 1 - 0.5 * rng.random(shape)
    v = 0.25 * (rng.random(shape) < 0.5)
    return u.astype(dtype), v.astype(dtype)


def ours(u, v):
    """The public API: a flow, advanced."""
    import rdkit_nn as rd
    from rdkit_nn import models

    flow = rd.Flow(models.gray_scott(F=F, k=K, Du=DU, Dv=DV), rd.Euler(DT))
    grid, state = rd.Grid(u.shape), {"values": {"u": u, "v": v}}

    def advance(steps):
        state["values"] = flow.advance(state["values"], grid, range(steps))
        return state["values"]["u"], state["values"]["v"]

    return advance


def numpy(u, v):
    """Slices of padded arrays, the way a careful user writes it."""
    a, b = np.pad(u, 1), np.pad(v, 1)
    dim, inner = u.ndim, (slice(1, -1),) * u.ndim

    def wrap(x):
        for axis in range(dim):
            x = x.swapaxes(0, axis)
            x[0], x[-1] = x[-2], x[1]
            x = x.swapaxes(0, axis)

    def laplacian(x):
        near = 0
        for axis in range(dim):
            for side in (slice(None, -2), slice(2, None)):
                near = near + x[(*inner[:axis], side, *inner[axis + 1 :])]
        return near - 2 * dim * x[inner]

    def advance(steps):
        for _ in range(steps):
            wrap(a)
            wrap(b)
            u, v = a[inner], b[inner]
            uvv = u * v * v
            du = DU * laplacian(a) - uvv + F * (1 - u)
            dv = DV * laplacian(b) + uvv - (F + K) * v
            u += DT * du
            v += DT * dv
        return a[inner].copy(), b[inner].copy()

    return advance


def jax(u, v):
    """One jitted loop; rolling and padding are equally fast."""
    import jax as library
    import jax.numpy as jnp

    library.config.update("jax_enable_x64", u.dtype == np.float64)

    def laplacian(a):
        near = sum(jnp.roll(a, k, axis) for axis in range(a.ndim) for k in (1, -1))
        return near - 2 * a.ndim * a

    def step(_, state):
        u, v = state
        uvv = u * v * v
        du = DU * laplacian(u) - uvv + F * (1 - u)
        dv = DV * laplacian(v) + uvv - (F + K) * v
        return u + DT * du, v + DT * dv

    loop = library.jit(
        lambda u, v, steps: library.lax.fori_loop(0, steps, step, (u, v))
    )
    state = [jnp.asarray(u), jnp.asarray(v)]

    def advance(steps):
        state[:] = loop(*state, steps)
        return tuple(np.asarray(x) for x in state)

    return advance


def torch_rolled(u, v):
    """torch.compile of a step that rolls: its fastest in cache."""
    import torch

    torch.set_num_threads(1)

    def laplacian(a):
        near = sum(torch.roll(a, k, axis) for axis in range(a.ndim) for k in (1, -1))
        return near - 2 * a.ndim * a

    torch._dynamo.reset()  # what was compiled for other shapes

    @torch.compile(dynamic=False)
    def step(u, v):
        uvv = u * v * v
        du = DU * laplacian(u) - uvv + F * (1 - u)
        dv = DV * laplacian(v) + uvv - (F + K) * v
        return u + DT * du, v + DT * dv

    with torch.inference_mode():
        state = [torch.tensor(u), torch.tensor(v)]

    def advance(steps):
        with torch.inference_mode():
            for _ in range(steps):
                state[:] = step(*state)
        return tuple(x.numpy() for x in state)

    return advance


def torch_padded(u, v):
    """torch.compile of a step on padded arrays: its fastest beyond the cache."""
    import torch

    torch.set_num_threads(1)
    inner = (slice(1, -1),) * u.ndim

    def laplacian(x):
        near = 0
        for axis in range(x.ndim):
            for side in (slice(None, -2), slice(2, None)):
                near = near + x[(*inner[:axis], side, *inner[axis + 1 :])]
        return near - 2 * x.ndim * x[inner]

    torch._dynamo.reset()  # what was compiled for other shapes

    @torch.compile(dynamic=False)
    def step(a, b):
        for x in (a, b):
            for axis in range(x.ndim):
                x.select(axis, 0).copy_(x.select(axis, -2))
                x.select(axis, -1).copy_(x.select(axis, 1))
        u, v = a[inner], b[inner]
        uvv = u * v * v
        new_u = u + DT * (DU * laplacian(a) - uvv + F * (1 - u))
        new_v = v + DT * (DV * laplacian(b) + uvv - (F + K) * v)
        a[inner] = new_u
        b[inner] = new_v

    with torch.inference_mode():
        state = [torch.tensor(np.pad(x, 1)) for x in (u, v)]

    def advance(steps):
        with torch.inference_mode():
            for _ in range(steps):
                step(*state)
        return tuple(x[inner].numpy().copy() for x in state)

    return advance


def py_pde(u, v):
    """py-pde, numba backend, the subclass form with its own compiled rate."""
    import numba as nb
    import pde

    class GrayScott(pde.PDEBase):
        def evolution_rate(self, state, t=0):
            raise NotImplementedError

        def make_evolution_rate(self, state, backend):
            laplace = state.grid.make_operator(
                operator="laplace", bc="periodic", backend=backend, dtype=state.dtype
            )
            kind = state.dtype.type
            f, fk, du, dv, one = map(kind, (F, F + K, DU, DV, 1))

            @nb.njit
            def rate(data, t=0):
                u, v = data[0], data[1]
                out = np.empty_like(data)
                uvv = u * v * v
                out[0] = du * laplace(u) - uvv + f * (one - u)
                out[1] = dv * laplace(v) + uvv - fk * v
                return out

            return rate

    n = u.shape
    grid = pde.CartesianGrid([[0, s] for s in n], n, periodic=True)
    state = pde.FieldCollection(
        [
            pde.ScalarField(grid, u, dtype=u.dtype),
            pde.ScalarField(grid, v, dtype=u.dtype),
        ],
        dtype=u.dtype,
    )
    solver = pde.EulerSolver(GrayScott(), backend="numba")
    stepper = solver.make_stepper(state, dt=DT)
    clock = {"t": 0.0}

    def advance(steps):
        begin, clock["t"] = clock["t"], clock["t"] + steps * DT
        stepper(state, begin, clock["t"])
        return state.data[0].copy(), state.data[1].copy()

    return advance


PEERS = {
    "numpy": numpy,
    "py-pde numba": py_pde,
    "jax jit": jax,
    "torch.compile, rolled": torch_rolled,
    "torch.compile, padded": torch_padded,
}
