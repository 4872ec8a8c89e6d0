"""Pictures made by chance, with a length that is known. Ours; not from the paper."""

from __future__ import annotations

import numpy as np

from ...core.random import generator
from .images import Images


def synthetic(
    count: int,
    seed: int,
    *,
    side: int = 16,
    classes: int = 10,
    length: float = 2.0,
    noise: float = 0.5,
) -> Images:
    """Classes of smooth random pictures: Gaussian fields on a torus.

        picture = template of its class + noise · a field of its own

    where all fields have mean 0, variance 1 and the correlation exp(-r² / 2 length²). The
    paper shows a synthetic data set but does not say what it is; this one is made so that
    the structure of its pictures is known.

    Args:
        count: Number of pictures.
        seed: Where chance begins.
        side: Pixels along an edge.
        classes: Number of classes, equally likely.
        length: Correlation length in pixels; 0 makes pixels independent.
        noise: How far pictures of one class differ.

    Returns:
        Images (count, side, side), shifted and scaled to 0 to 1, and their classes.

    Raises:
        ValueError: If a count is less than one, or a length negative.
    """
    if min(count, side, classes) < 1 or length < 0 or noise < 0:
        raise ValueError(
            "A synthetic set needs at least one picture, pixel and class, and a length and "
            "noise that are not negative; got "
            f"{count}, {side}, {classes}, {length}, {noise}."
        )
    templates = _fields(generator(seed, "templates"), classes, side, length)
    labels = generator(seed, "labels").integers(0, classes, count)
    own = _fields(generator(seed, "pictures"), count, side, length)
    pictures = templates[labels] + noise * own
    low, high = pictures.min(), pictures.max()
    span = high - low if high > low else 1.0
    return Images((pictures - low) / span, labels, f"synthetic pictures, seed {seed}")


def _fields(
    rng: np.random.Generator, count: int, side: int, length: float
) -> np.ndarray:
    """Gaussian fields with correlation exp(-r² / 2 length²), by their spectrum."""
    white = rng.standard_normal((count, side, side))
    if length == 0:
        return white
    wave = 2 * np.pi * np.fft.fftfreq(side)
    squared = wave[:, None] ** 2 + wave[None, :] ** 2
    # The amplitude is the root of the spectrum, exp(-q² length² / 2).
    amplitude = np.exp(-squared * length**2 / 4)
    amplitude *= side / np.linalg.norm(amplitude)
    return np.fft.ifft2(np.fft.fft2(white) * amplitude).real
