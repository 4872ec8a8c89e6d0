"""Gray-Scott against the same by hand in C (`limit.c`): one core, needs gcc and AVX-512."""

from __future__ import annotations

import ctypes
import statistics
import subprocess
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import peers
from measure import header, interleaved, ratio

FLAGS = "-O3 -march=native -mprefer-vector-width=512 -ffast-math -shared -fPIC"


def built(dtype: str) -> ctypes.CDLL:
    """Compile the C file for a kind of number."""
    out = Path(tempfile.mkdtemp()) / f"limit_{dtype}.so"
    real = {"float32": "float", "float64": "double"}[dtype]
    source = Path(__file__).with_name("limit.c")
    told = ["gcc", *FLAGS.split(), f"-DREAL={real}", str(source), "-o", str(out)]
    subprocess.run(told, check=True)
    return ctypes.CDLL(str(out))


def by_hand(library: ctypes.CDLL, u: np.ndarray, v: np.ndarray):
    """`advance(steps)` by the C library; steps are a multiple of 32."""
    states = []
    for x in (u, v, u, v):
        raw = np.empty(x.nbytes + 64, np.uint8)
        first = -raw.ctypes.data % 64
        own = raw[first : first + x.nbytes].view(x.dtype).reshape(x.shape)
        own[:] = x
        states.append(own)
    places = [ctypes.c_void_p(x.ctypes.data) for x in states]
    numbers = [ctypes.c_double(x) for x in (peers.DU, peers.DV, peers.F, peers.K)]
    wide = ctypes.c_ssize_t(1024)

    def advance(steps):
        n = ctypes.c_ssize_t(len(u))
        library.steps(*places, n, ctypes.c_long(steps), 16, wide, *numbers)
        return states[:2]

    return advance


def main() -> None:
    """One row a size; the field is checked first."""
    for dtype in ("float32", "float64"):
        library = built(dtype)
        for n in (128, 512, 1024, 4096):
            u, v = peers.initial((n, n), dtype)
            told = peers.ours(u, v)(32), by_hand(library, u, v)(32)
            for one, other in zip(*told):
                assert np.abs(one - other).max() < 2e3 * np.finfo(dtype).eps
            steps = max(32, int(4e8 / n**2) // 32 * 32)
            mine, its = peers.ours(u, v), by_hand(library, u, v)
            both = {"ours": partial(mine, steps), "C": partial(its, steps)}
            found = interleaved(both)
            rates = {
                k: n * n * steps / statistics.median(t) / 1e9 for k, t in found.items()
            }
            part = ratio(found["C"], found["ours"])
            told = ", ".join(f"{k} {rate:.2f} G/s" for k, rate in rates.items())
            print(f"{dtype} {n:5d}²  {told}: {part:.2f} of the C limit", flush=True)


if __name__ == "__main__":
    header()
    main()
