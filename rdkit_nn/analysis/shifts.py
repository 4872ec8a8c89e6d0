"""The shift round a torus after which two frames are most alike."""

from __future__ import annotations

import numpy as np
import scipy.fft
import scipy.ndimage


def match(
    run: np.ndarray, closed: list[bool], cells: np.ndarray
) -> tuple[float, float]:
    """How well frames (time, *cells) match after shifts along closed axes.

    Returns:
        Half the mean square between the last frame and the one that matches it least, each
        after its best shift; and the length of the mean shift from frame to frame.
    """
    d = len(closed)
    along = tuple(axis + 1 for axis in range(d) if closed[axis])
    waves = scipy.fft.fftn(run, axes=along)
    # Open axes first: frames are only compared cell by cell along them.
    waves = np.moveaxis(waves, along, range(-len(along), 0))
    waves = waves.reshape(len(run), -1, *waves.shape[waves.ndim - len(along) :])
    square = (run * run).reshape(len(run), -1).sum(-1)
    number = np.prod(run.shape[1:])
    worst, total = 0.0, np.zeros(len(along))
    for t in range(len(run)):
        product, _ = _best(_Product((waves[t].conj() * waves[-1]).sum(0)))
        worst = max(worst, (square[t] + square[-1] - 2 * product) / (2 * number))
        if t:
            total += _shortest(_Product((waves[t - 1].conj() * waves[t]).sum(0)))
    lengths = cells[np.array(closed)]
    return worst, float(np.linalg.norm(total * lengths)) / (len(run) - 1)


class _Product:
    """Product of two frames after any shift: c(s) = Re Σ_q P(q) exp(iq·s) / n."""

    def __init__(self, cross: np.ndarray):
        waves = [2 * np.pi * scipy.fft.fftfreq(n) for n in cross.shape]
        self.whole = scipy.fft.ifftn(cross).real  # over shifts by whole cells
        self.q = np.stack(np.meshgrid(*waves, indexing="ij")).reshape(cross.ndim, -1)
        self.power = cross.ravel() / cross.size

    def climb(self, shift: np.ndarray) -> tuple[float, np.ndarray]:
        """The greatest value near a shift by whole cells, by Newton's steps."""
        shift, top = shift.astype(float), -np.inf
        before = shift
        for _ in range(8):
            wave = self.power * np.exp(1j * (shift @ self.q))
            if not wave.real.sum() > top:
                return top, before
            top, before = float(wave.real.sum()), shift
            slope = -(self.q * wave.imag).sum(-1)
            bend = -(self.q * wave.real) @ self.q.T
            # Along a stripe nothing bends, and nothing is to be found.
            step = -np.linalg.pinv(bend, rcond=1e-9) @ slope
            shift = shift + np.clip(step, -0.5, 0.5)
        return top, before


def _best(product: _Product) -> tuple[float, np.ndarray]:
    """Greatest product over all shifts, and the shift."""
    whole = product.whole
    return product.climb(np.array(np.unravel_index(whole.argmax(), whole.shape)))


def _shortest(product: _Product) -> np.ndarray:
    """Shortest shift of those that are as good as the best, to a hundredth."""
    top, best = _best(product)
    whole, shape = product.whole, np.array(product.whole.shape)
    high = whole >= scipy.ndimage.maximum_filter(whole, 3, mode="wrap")
    near = np.argwhere(high & (whole >= top - 0.5 * abs(top)))
    near = (near + shape // 2) % shape - shape // 2
    for shift in near[np.argsort((near**2).sum(-1), kind="stable")][:16]:
        found, place = product.climb(shift)
        if found >= top - 0.01 * abs(top):
            return place
    return (best + shape / 2) % shape - shape / 2
