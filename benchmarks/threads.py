"""Two threads against one, by the wall clock: needs a quiet machine."""

from __future__ import annotations

import os
import time

import numpy as np
from measure import header, interleaved, ratio

import rdkit_nn as rd
from rdkit_nn import models

CASES = ((512, 512), (1024, 1024), (4096, 4096), (128, 128, 128))


def main() -> None:
    """One row a shape; the bits are checked first."""
    for shape in CASES:
        u, v = (0.3 + 0.4 * np.random.default_rng(0).random((2, *shape))).astype("f4")
        steps = max(64, int(3e8 / u.size) // 64 * 64)
        works, ends = {}, []
        for count in (1, 2):
            os.environ["NUMBA_NUM_THREADS"] = str(count)
            flow = rd.Flow(models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(1.0))
            values, grid = {"u": u, "v": v}, rd.Grid(shape)
            ends.append(flow.advance(values, grid, range(33))["u"])
            works[count] = lambda f=flow, w=values, g=grid, n=steps: f.advance(
                w, g, range(n)
            )
        assert (ends[0] == ends[1]).all()
        found = interleaved(works, clock=time.perf_counter)
        times = ratio(found[1], found[2])
        print(f"{' x '.join(map(str, shape)):20s} two threads / one: {times:.2f}")


if __name__ == "__main__":
    header()
    main()
