"""Laws, stencils and methods as ratios to the built-in Gray-Scott: 512², one core."""

from __future__ import annotations

import numpy as np
from measure import header, interleaved, ratio

import rdkit_nn as rd
from rdkit_nn import models

N = 512


def cases() -> dict[str, tuple]:
    """Term and step of each case."""
    near = dict(u=0.16, v=0.08)
    own = rd.law(u="F*(1 - u) - u*v**2", v="u*v**2 - (F + k)*v")(F=0.025, k=0.055)
    square = rd.law(u="a - u + u**2 / v", v="u**2 - b*v")(a=0.1, b=1.0)
    firing = rd.law(u="v - u + k*exp(-u)", v="u - v")(k=0.5)
    rates = rd.law(u="-u + tanh(a*u - v)", v="u - v")(a=1.5)
    roots = rd.law(u="-u + sqrt(v)", v="u - v")()
    gated = rd.law(u="where(u > 0.5, u - v, -u)", v="u - v")()
    kinetics = models.gray_scott_kinetics(F=0.025, k=0.055)
    plain = models.gray_scott(F=0.025, k=0.055, Du=0.16, Dv=0.08)
    walled = models.gray_scott(
        F=0.025, k=0.055, Du=0.16, Dv=0.08, boundary={"u": "no-flux", "v": "no-flux"}
    )
    euler, small = rd.Euler(1.0), rd.Euler(0.01)
    return {
        "built-in Gray-Scott": (plain, euler),
        "the same, typed as text": (own + rd.Diffusion(**near), euler),
        "the same, no-flux walls": (walled, euler),
        "9-point stencil": (kinetics + rd.Diffusion(**near, stencil="9-point"), euler),
        "4th-order stencil": (
            kinetics + rd.Diffusion(u=0.12, v=0.06, stencil="4th-order"),
            euler,
        ),
        "division (Gierer-Meinhardt)": (square + rd.Diffusion(**near), small),
        "exp": (firing + rd.Diffusion(**near), small),
        "tanh": (rates + rd.Diffusion(**near), small),
        "sqrt": (roots + rd.Diffusion(**near), small),
        "where": (gated + rd.Diffusion(**near), small),
        "RK4, four stages a step": (plain, rd.RK4(1.0)),
    }


def main() -> None:
    """One row a case."""
    grid = rd.Grid((N, N))
    for dtype in ("float32", "float64"):
        u, v = (0.3 + 0.4 * np.random.default_rng(0).random((2, N, N))).astype(dtype)
        works, values = {}, {"u": u, "v": v}
        for name, (term, method) in cases().items():
            flow = rd.Flow(term, method)
            assert flow.describe(values, grid)["kernel"] == "fused"
            works[name] = lambda f=flow, w=values: f.advance(w, grid, range(256))
        found = interleaved(works)
        first = found["built-in Gray-Scott"]
        for name, times in found.items():
            rate = 256 * N * N / min(times) / 1e9
            told = f"{dtype} {N}²  {name:30s} {rate:6.2f} G/s"
            print(f"{told} {ratio(first, times):6.2f} of the built-in", flush=True)


if __name__ == "__main__":
    header()
    main()
