"""Random numbers that are addressed, not drawn in order.

Initial states take numpy's generator, keyed by seed and name (`generator`). Noise is
Philox4x32-10 at a counter (cell, stream, stage, step) under a key of (seed, variable,
kind),
turned into normals by Box and Muller's transform: each cell's numbers can be computed
alone, in any order, on any device, and are the same.

    words w0…w3 of pair p:   u = (2³² w0 + w1 + 1/2) / 2⁶⁴,   θ = 2π (w2 + w3/2³²) / 2³²
    cells 2p and 2p + 1:     √(-2 ln u) cos θ,   √(-2 ln u) sin θ

The largest normal is √(2 · 65 ln 2) = 9.49.

Source:
    Salmon, Moraes, Dror & Shaw, SC'11 (2011), doi:10.1145/2063384.2063405.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from zlib import crc32

import numpy as np

VERSION = "philox4x32-10, Box-Muller, 1"
"""Name of the draws of noise, written into runs; another name, other numbers."""

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_LOW, _BITS = np.uint64(0xFFFFFFFF), np.uint64(32)
_COMPILED_FROM = 2**12  # pairs from which compiled draws pay


def generator(
    seed: int, name: str, step: int = 0, stage: int = 0
) -> np.random.Generator:
    """Counter-based generator for initial states, tasks and critics.

    The numbers depend on (seed, name, step, stage) alone: not on how often a run is
    saved, on threads, or on what was drawn before.

    Raises:
        TypeError: If the seed is not a whole number.
    """
    key = np.array([as_seed(seed) % 2**64, crc32(name.encode())], dtype=np.uint64)
    counter = np.array([0, 0, stage, step], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter))


def as_seed(seed: int) -> int:
    """Check a seed: a whole number.

    Raises:
        TypeError: If it is none.
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise TypeError(
            f"`seed` must be a whole number, because it is written into the run; "
            f"got {seed!r}."
        )
    return int(seed)


@lru_cache(maxsize=256)
def key_of(seed: int, variable: str, kind: str) -> tuple[int, int]:
    """Key of the draws of one noise: two words."""
    text = f"{seed}|{kind}|{variable}".encode()
    words = np.frombuffer(hashlib.sha256(text).digest()[:8], "<u4")
    return int(words[0]), int(words[1])


def normals(
    key: tuple[int, int],
    cells: int,
    streams: int = 1,
    *,
    step: int = 0,
    stage: int = 0,
    first: int = 0,
) -> np.ndarray:
    """Standard normals of all cells of a grid.

    Args:
        key: See `key_of`.
        cells: How many cells there are.
        streams: How many members draw, each a stream of its own.
        step: Number of the step.
        stage: Of the step.
        first: Stream of the first member.

    Returns:
        (stream, cell), float64.
    """
    pairs = (cells + 1) // 2
    if pairs * streams >= _COMPILED_FROM:
        from ._compiled_random import fill

        result = np.empty((streams, 2 * pairs))
        fill(result, key[0], key[1], first, stage, step % 2**32)
    else:
        numbers = np.arange(first, first + streams, dtype=np.uint64)[:, None]
        words = philox(np.arange(pairs, dtype=np.uint64), numbers, stage, step, key)
        result = box_muller(*words).reshape(streams, 2 * pairs)
    return result[:, :cells]


def philox(
    pair: np.ndarray, stream: np.ndarray, stage: int, step: int, key: tuple[int, int]
) -> tuple[np.ndarray, ...]:
    """Four words of 32 bits at each counter, as uint64 arrays."""
    shape = np.broadcast_shapes(pair.shape, stream.shape)
    c0 = np.broadcast_to(pair & _LOW, shape)
    c1 = np.broadcast_to(stream & _LOW, shape)
    c2 = np.full(shape, stage % 2**32, np.uint64)
    c3 = np.full(shape, step % 2**32, np.uint64)
    k0, k1 = key
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (
            (p1 >> _BITS) ^ c1 ^ np.uint64(k0),
            p1 & _LOW,
            (p0 >> _BITS) ^ c3 ^ np.uint64(k1),
            p0 & _LOW,
        )
        k0, k1 = (k0 + _W0) % 2**32, (k1 + _W1) % 2**32
    return c0, c1, c2, c3


def box_muller(
    w0: np.ndarray, w1: np.ndarray, w2: np.ndarray, w3: np.ndarray
) -> np.ndarray:
    """Two normals for each four words, along a new last axis."""
    uniform = (w0 * 2.0**32 + w1 + 0.5) * 2.0**-64
    radius = np.sqrt(-2.0 * np.log(uniform))
    angle = 2.0 * np.pi * ((w2 + w3 * 2.0**-32) * 2.0**-32)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
