"""Small drawings for docks: curves, bars, and pictures on a scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QImage, QPainter, QPen, QPolygonF
from qtpy.QtWidgets import QSizePolicy, QWidget

LEAST = 1e-10  # of the greatest, that is drawn on a logarithmic axis
COLOURS = ("#4c9be8", "#f28e2b", "#59a14f", "#e15759")


class Curve(NamedTuple):
    """One curve: where, how much, and its name."""

    x: np.ndarray
    y: np.ndarray
    name: str = ""


class Curves(QWidget):
    """Curves over one axis, each its colour; `steps` draws them as histograms.

    Args:
        title: What is drawn.
        along: Name of the horizontal axis, with its unit.
        logarithmic: Axes that are told in powers of ten: `y`, `xy`, or none. Heights of
            less than 10^-10 of the greatest are left out.
        steps: Whether curves are bars side by side, one edge more than heights.
    """

    def __init__(
        self,
        title: str,
        along: str,
        *,
        logarithmic: str = "",
        steps: bool = False,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.title, self.along = title, along
        self.logarithmic, self.steps = logarithmic, steps
        self.curves: list[Curve] = []
        self.mark: float | None = None
        self.setMinimumHeight(110)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802, D102
        return QSize(260, 130)

    def tell(self, curves: Sequence[Curve], mark: float | None = None) -> None:
        """Draw these, and a line where `mark` is."""
        self.curves = [Curve(np.asarray(x), np.asarray(y), n) for x, y, n in curves]
        self.mark = mark
        self.update()

    def paintEvent(self, event: Any) -> None:  # noqa: N802, D102
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self.palette().text().color()
        painter.setPen(ink)
        box = QRectF(52, 20, max(10, self.width() - 62), max(10, self.height() - 54))
        painter.drawText(QPointF(4, 14), self.title)
        painter.drawText(
            QRectF(0, self.height() - 18, self.width(), 18),
            Qt.AlignmentFlag.AlignCenter,
            self.along,
        )
        drawn = [
            c for c in (self._shaped(c) for c in self.curves) if np.isfinite(c.y).any()
        ]
        painter.setPen(QPen(QColor(128, 128, 128), 1))
        painter.drawRect(box)
        if not drawn:
            painter.end()
            return
        x = np.concatenate([c.x for c in drawn])
        y = np.concatenate([c.y[np.isfinite(c.y)] for c in drawn])
        left, right = _span(x)
        low, high = _span(y if "y" in self.logarithmic else np.append(y, 0.0))
        painter.setPen(ink)
        for value, down in ((high, box.top() + 8), (low, box.bottom())):
            words = f"{10**value:.1e}" if "y" in self.logarithmic else f"{value:.3g}"
            painter.drawText(QPointF(2, down), words)
        ends = [10**v if "x" in self.logarithmic else v for v in (left, right)]
        painter.drawText(QPointF(box.left(), box.bottom() + 14), f"{ends[0]:.3g}")
        words = f"{ends[1]:.3g}"
        wide = painter.fontMetrics().horizontalAdvance(words)
        painter.drawText(QPointF(box.right() - wide, box.bottom() + 14), words)

        def place(a: float, b: float) -> QPointF:
            return QPointF(
                box.left() + box.width() * (a - left) / (right - left),
                box.bottom() - box.height() * (b - low) / (high - low),
            )

        for n, curve in enumerate(drawn):
            painter.setPen(QPen(QColor(COLOURS[n % len(COLOURS)]), 1.6))
            good = np.isfinite(curve.y)
            line = [place(a, b) for a, b in zip(curve.x[good], curve.y[good])]
            painter.drawPolyline(QPolygonF(line))
            painter.drawText(
                QPointF(box.left() + 6, box.top() + 14 * (n + 1)), curve.name
            )
        if self.mark is not None and left <= self.mark <= right:
            painter.setPen(QPen(ink, 1, Qt.PenStyle.DashLine))
            painter.drawLine(place(self.mark, low), place(self.mark, high))
        painter.end()

    def _shaped(self, curve: Curve) -> Curve:
        x, y = curve.x.astype(float), curve.y.astype(float)
        if self.steps and len(x) == len(y) + 1:
            x, y = np.repeat(x, 2)[1:-1], np.repeat(y, 2)
        if "x" in self.logarithmic:
            x = np.log10(x)
        if "y" in self.logarithmic:
            y = np.log10(np.where(y > LEAST * np.nanmax(y, initial=0), y, np.nan))
        return Curve(x, y, curve.name)


class Picture(QWidget):
    """A small picture on a diverging scale about zero; nothing where nothing is known.

    Args:
        title: What is drawn.
    """

    def __init__(self, title: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.title = title
        self.array: np.ndarray | None = None
        self.limit = 0.0
        self.setMinimumSize(84, 100)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:  # noqa: N802, D102
        return QSize(100, 120)

    def tell(self, array: Any, limit: float) -> None:
        """Draw an array (rows, columns) from -limit to limit; None for nothing."""
        self.array = None if array is None else np.asarray(array, float)
        self.limit = float(limit)
        self.update()

    def paintEvent(self, event: Any) -> None:  # noqa: N802, D102
        painter = QPainter(self)
        painter.setPen(self.palette().text().color())
        painter.drawText(QPointF(2, 13), self.title)
        side = max(10, min(self.width() - 4, self.height() - 34))
        box = QRectF(2, 18, side, side)
        if self.array is None or self.array.ndim != 2:
            painter.setPen(QPen(QColor(128, 128, 128), 1, Qt.PenStyle.DotLine))
            painter.drawRect(box)
        else:
            painter.drawImage(box, _image(self.array, self.limit))
            painter.drawText(QPointF(2, 18 + side + 13), f"± {self.limit:.3g}")
        painter.end()


def _image(array: np.ndarray, limit: float) -> QImage:
    from napari.utils.colormaps import ensure_colormap

    share = 0.5 + 0.5 * array / (limit or 1.0)
    rgba = ensure_colormap("PiYG").map(
        np.clip(np.nan_to_num(share, nan=0.5), 0, 1).ravel()
    )
    rgba = (255 * np.asarray(rgba)).astype(np.uint8).reshape(*array.shape, 4)
    rgba[~np.isfinite(array)] = (128, 128, 128, 255)
    high, wide = array.shape
    # A copy: Qt does not own the bytes of the array.
    return QImage(
        np.ascontiguousarray(rgba).tobytes(),
        wide,
        high,
        4 * wide,
        QImage.Format.Format_RGBA8888,
    ).copy()


def _span(values: np.ndarray) -> tuple[float, float]:
    low, high = float(np.min(values)), float(np.max(values))
    return (low, high) if high > low else (low - 0.5, high + 0.5)
