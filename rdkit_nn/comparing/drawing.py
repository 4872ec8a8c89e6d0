"""The one door to matplotlib."""

from __future__ import annotations

try:
    import matplotlib
    from matplotlib.figure import Figure
except ImportError:
    raise ImportError(
        "Drawing needs matplotlib: pip install 'rdkit_nn[plot]'."
    ) from None

__all__ = ["Figure", "matplotlib"]
