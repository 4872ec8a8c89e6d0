"""Gray-Scott by the public API against peers, one core, interleaved.

Every competitor is checked to compute the same field before it is timed.
"""

from __future__ import annotations

import numpy as np
import peers
from measure import header, interleaved, rows, seconds

SHAPES = ((512, 512), (1024, 1024), (4096, 4096), (128, 128, 128))


def check(shape: tuple[int, ...], dtype: str) -> None:
    """Every competitor computes the same field."""
    u, v = peers.initial(shape, dtype)
    told = peers.ours(u, v)(20)
    for name, make in peers.PEERS.items():
        found = make(u.copy(), v.copy())(20)
        for one, other in zip(told, found):
            assert one.dtype == np.dtype(dtype) == other.dtype, name
            # Twenty steps of rounding, in another order of summation.
            gap = np.abs(one - other).max()
            assert gap < 2e3 * np.finfo(dtype).eps, (name, gap)


def table(shape: tuple[int, ...], dtype: str, rounds: int = 5) -> None:
    """One row a competitor."""
    u, v = peers.initial(shape, dtype)
    works, updates = {}, {}
    for name, make in {"rdkit_nn": peers.ours, **peers.PEERS}.items():
        advance = make(u.copy(), v.copy())
        advance(2)
        # As many steps as take some 0.3 seconds; for ours at least those of two tiles.
        steps = max(2, int(0.3 / max(seconds(lambda a=advance: a(2)) / 2, 1e-6)))
        steps = max(64, steps) if name == "rdkit_nn" else steps
        works[name] = lambda a=advance, n=steps: a(n)
        updates[name] = steps * u.size
    title = f"{dtype} {' x '.join(map(str, shape))}"
    rows(title, interleaved(works, rounds), updates, "rdkit_nn")


def main() -> None:
    """Check, then measure."""
    for dtype in ("float32", "float64"):
        check((64, 64), dtype)
        check((16, 16, 16), dtype)
        for shape in SHAPES:
            if shape != (4096, 4096) or dtype == "float32":
                table(shape, dtype)


if __name__ == "__main__":
    header()
    main()
