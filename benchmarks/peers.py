"""Gray-Scott by peers, each at its best settings, one thread.

Each function takes (u, v), parameters and returns `advance(steps)`, which goes on from
where it stopped and returns (u, v). Forward Euler, periodic, five-point stencil, spacing 1.
"""

from __future__ import annotations

import numpy as np

F, K, DU, DV, DT = 0.025, 0.055, 0.2, 0.1, 1.0


def start(n: int, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """A field that is busy everywhere: nothing dies, nothing is denormal."""
    rng = np.random.default_rng(0)
    u = 1 - 0.5 * rng.random((n, n))
    v = 0.25 * (rng.random((n, n)) < 0.5)
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
    fields = [np.pad(u, 1), np.pad(v, 1)]

    def wrap(a):
        a[0], a[-1] = a[-2], a[1]
        a[:, 0], a[:, -1] = a[:, -2], a[:, 1]

    def laplacian(a):
        near = a[:-2, 1:-1] + a[2:, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:]
        return near - 4 * a[1:-1, 1:-1]

    def advance(steps):
        a, b = fields
        for _ in range(steps):
            wrap(a)
            wrap(b)
            u, v = a[1:-1, 1:-1], b[1:-1, 1:-1]
            uvv = u * v * v
            du = DU * laplacian(a) - uvv + F * (1 - u)
            dv = DV * laplacian(b) + uvv - (F + K) * v
            u += DT * du
            v += DT * dv
        return a[1:-1, 1:-1].copy(), b[1:-1, 1:-1].copy()

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
        ]
    )
    solver = pde.EulerSolver(GrayScott(), backend="numba")
    stepper = solver.make_stepper(state, dt=DT)
    clock = {"t": 0.0}

    def advance(steps):
        begin, clock["t"] = clock["t"], clock["t"] + steps * DT
        stepper(state, begin, clock["t"])
        return state.data[0].copy(), state.data[1].copy()

    return advance


PEERS = {"numpy": numpy, "py-pde numba": py_pde}
