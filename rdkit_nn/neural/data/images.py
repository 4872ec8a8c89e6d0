"""Pictures and what they show, and the digits that come with scikit-learn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Images(NamedTuple):
    """Pictures and what they show.

    Args:
        images: (sample, y, x), float64, 0 to 1.
        labels: (sample,), whole numbers 0 to K - 1.
        name: Where they come from.
    """

    images: np.ndarray
    labels: np.ndarray
    name: str

    def take(self, count: int, seed: int) -> Images:
        """Draw `count` samples without replacement.

        Raises:
            ValueError: If there are not as many.
        """
        if not 1 <= count <= len(self.labels):
            raise ValueError(
                f"{count} samples were asked for, but {self.name} has {len(self.labels)}."
            )
        rng = np.random.Generator(np.random.Philox(seed))
        chosen = np.sort(rng.permutation(len(self.labels))[:count])
        return Images(self.images[chosen], self.labels[chosen], self.name)


def digits() -> Images:
    """The 1,797 handwritten digits bundled with scikit-learn, 8 x 8 pixels.

    Raises:
        ImportError: If scikit-learn is missing.

    Source:
        Alpaydin & Kaynak, UCI Machine Learning Repository (1998), doi:10.24432/C50P49.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise ImportError(
            "The bundled digits need scikit-learn: pip install 'rdkit_nn[neural]'."
        ) from None
    told = load_digits()
    name = "scikit-learn's handwritten digits"
    return Images(told.images / 16.0, told.target.astype(np.int64), name)
