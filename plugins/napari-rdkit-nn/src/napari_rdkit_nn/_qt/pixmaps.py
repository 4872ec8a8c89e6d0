"""Colours and pictures as Qt has them."""

from __future__ import annotations

from typing import Any

from qtpy.QtGui import QImage, QPixmap

_COLOURS: dict[str, list[int]] = {}


def colours(name: str = "viridis") -> list[int]:
    """The 256 colours of a map, as Qt counts them."""
    if name not in _COLOURS:
        import numpy as np
        from napari.utils.colormaps import ensure_colormap

        told = ensure_colormap(name).map(np.linspace(0, 1, 256))
        rgb = np.round(255 * np.asarray(told)[:, :3]).astype(int).tolist()
        _COLOURS[name] = [0xFF000000 | r << 16 | g << 8 | b for r, g, b in rgb]
    return _COLOURS[name]


def pixmap(grey: Any) -> QPixmap:
    """Picture of bytes, dark for low and bright for high, in the colours of the plugin."""
    rows, columns = grey.shape
    image = QImage(
        grey.tobytes(), columns, rows, columns, QImage.Format.Format_Indexed8
    )
    image.setColorTable(colours())
    return QPixmap.fromImage(image)
