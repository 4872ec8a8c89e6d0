"""The draws of `random`, compiled. Held to the plain ones by a test."""

import math

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def fill(out, key0, key1, first, stage, step):
    """Fill (stream, 2 · pair) with normals."""
    low = np.uint64(0xFFFFFFFF)
    bits = np.uint64(32)
    m0, m1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
    w0, w1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
    for s in range(out.shape[0]):
        for p in range(out.shape[1] // 2):
            c0, c1 = np.uint64(p), np.uint64(first + s)
            c2, c3 = np.uint64(stage), np.uint64(step)
            k0, k1 = np.uint64(key0), np.uint64(key1)
            for _ in range(10):
                p0, p1 = m0 * c0, m1 * c2
                c0, c1, c2, c3 = (
                    (p1 >> bits) ^ c1 ^ k0,
                    p1 & low,
                    (p0 >> bits) ^ c3 ^ k1,
                    p0 & low,
                )
                k0, k1 = (k0 + w0) & low, (k1 + w1) & low
            uniform = (float(c0) * 2.0**32 + float(c1) + 0.5) * 2.0**-64
            radius = math.sqrt(-2.0 * math.log(uniform))
            angle = 2.0 * math.pi * ((float(c2) + float(c3) * 2.0**-32) * 2.0**-32)
            out[s, 2 * p] = radius * math.cos(angle)
            out[s, 2 * p + 1] = radius * math.sin(angle)
