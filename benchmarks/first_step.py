"""Time to the first step of a fresh process: CPU seconds with imports, Gray-Scott 64².

Four cases of ours: nothing compiled yet (the first time after an installation), a law
never seen, a law known on disk, and a law never seen in a process that already runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import header

OURS = """
import numpy as np, rdkit_nn as rd, resource, time
law = rd.law(u="F*(1 - u) - u*v**2{more}", v="u*v**2 - (F + k)*v")(F=0.025, k=0.055)
grid, one = rd.Grid((64, 64)), np.ones((64, 64), "float32")
flow = rd.Flow(law + rd.Diffusion(u=0.16, v=0.08), rd.Euler(1.0))
flow.advance({{"u": one, "v": one}}, grid, range(1))
print(time.process_time())
begun = time.process_time()
law = rd.law(u="0.5 - u*v**3", v="u*v**2 - k*v")(k=0.055)
flow = rd.Flow(law + rd.Diffusion(u=0.16, v=0.08), rd.Euler(1.0))
flow.advance({{"u": one, "v": one}}, grid, range(1))
print(time.process_time() - begun)
"""

PEER = """
import sys, time
sys.path.insert(0, {here!r})
import peers
u, v = peers.initial((64, 64), "float32")
peers.PEERS[{name!r}](u, v)(1)
print(time.process_time())
"""


def told(code: str, **env: str) -> list[float]:
    """Numbers that a fresh process prints."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(x) for x in done.stdout.split()]


def main() -> None:
    """One row a case."""
    here = str(Path(__file__).parent)
    with tempfile.TemporaryDirectory() as place:
        env = {"NUMBA_CACHE_DIR": place}
        first, later = told(OURS.format(more=""), **env)
        print(f"rdkit_nn, first time after installation {first:6.2f} s")
        new = told(OURS.format(more=" + 0*u"), **env)[0]
        known = min(told(OURS.format(more=""), **env)[0] for _ in range(3))
        print(f"rdkit_nn, new law, fresh process        {new:6.2f} s")
        print(f"rdkit_nn, known law, fresh process      {known:6.2f} s")
        print(f"rdkit_nn, new law, running process      {later:6.2f} s")
    for name in ("py-pde numba", "jax jit", "torch.compile, rolled"):
        took = min(told(PEER.format(here=here, name=name))[0] for _ in range(2))
        print(f"{name + ', fresh process':39s} {took:6.2f} s")


if __name__ == "__main__":
    header()
    main()
