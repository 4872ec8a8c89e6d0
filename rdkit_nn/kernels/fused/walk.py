"""`march` of `tiles`, kept on disk, and the one thing it asks of the kind of number.

numba keeps a function by the time stamp of its own file and never asks after the functions
that it calls, so a file is written that is named by the digest of all of them: an upgrade
can never run half old. The walk itself knows no kind of number, and is compiled once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import compiled, ghosts, tiles
from .cache import digest, module

_WALKERS = digest(compiled, ghosts, tiles)
_WALK = f'''"""The walk over tiles; safe to delete. Made from {_WALKERS}."""
from numba import njit
from rdkit_nn.kernels.fused import tiles


@njit(cache=CACHE, nogil=True, error_model="numpy")
def march(row, last, blend, job, levels, runs, places):
    tiles.march(row, last, blend, job, levels, runs, places)
'''

_BLEND = f'''"""Ghost cells behind walls; safe to delete. Made from {digest(compiled)}."""
from numba import cfunc
from rdkit_nn.kernels.fused.compiled import cells

peek, poke = cells("KIND")


@cfunc("void(intp, intp, intp, intp, intp)", cache=CACHE, nopython=True)
def blend(target, source, first, last, ab):
    a, b = peek(ab, 0), peek(ab, 1)
    for j in range(first, last):
        poke(target, j, a * peek(source, j) + b)
'''


def march(dtype: np.dtype, *told: Any) -> None:
    """See `tiles.march`; it is handed `blend`, which makes target = α · source + β."""
    row, last, *rest = told
    blend = module(_BLEND.replace("KIND", dtype.name)).blend
    module(_WALK).march(row.address, last.address, blend.address, *rest)
