"""What the docks of this plugin share: how they end, and how they say what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QImage, QKeySequence, QPixmap
from qtpy.QtWidgets import QAbstractButton, QShortcut, QWidget


class Dock(QWidget):
    """A widget that lives in a dock, and ends with it.

    napari takes the widget of a dock that is closed out of its window and forgets it;
    when a viewer closes, its widgets are destroyed without being closed. Both end here:
    what was told to `ends_with` is called once.

    Args:
        parent: As for every widget.
    """

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._docked, self.ended = False, False
        self._enders: list[Callable[[], Any]] = []

    def ends_with(self, ender: Callable[[], Any]) -> None:
        """Call a function when the dock or the viewer closes. It must not hold the dock."""
        self._enders.append(ender)
        self.destroyed.connect(lambda *_: ender())

    def end(self) -> None:
        """End all that the dock has begun."""
        if not self.ended:
            self.ended = True
            for ender in self._enders:
                ender()

    def closeEvent(self, event: Any) -> None:
        """End when closed as a window."""
        self.end()
        super().closeEvent(event)

    def event(self, event: Any) -> bool:
        """End when taken out of the dock."""
        if event.type() == QEvent.Type.ParentChange:
            if self.parent() is None and self._docked:
                self.end()
                self.deleteLater()
            self._docked = self.parent() is not None
        return super().event(event)

    def key(self, keys: str, act: Callable[[], Any], *, whole: bool = False) -> None:
        """Let a key do something while the dock has the focus, or in the whole window."""
        shortcut = QShortcut(QKeySequence(keys), self)
        context = Qt.ShortcutContext
        shortcut.setContext(
            context.WindowShortcut if whole else context.WidgetWithChildrenShortcut
        )
        shortcut.activated.connect(act)


def button(made: QAbstractButton, tip: str, act: Callable[[], Any]) -> Any:
    """A button with a tip that does something."""
    made.setToolTip(tip)
    made.clicked.connect(lambda *_: act())
    return made


def words_of(error: BaseException) -> str:
    """Sentence of an error, as the core wrote it."""
    return str(error.args[0]) if error.args else type(error).__name__


def say(error: BaseException | str) -> None:
    """Tell what went wrong as a notification."""
    from napari.utils.notifications import show_error

    show_error(error if isinstance(error, str) else words_of(error))


def warn(words: str) -> None:
    """Tell what the user may want to know as a notification."""
    from napari.utils.notifications import show_warning

    show_warning(words)


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
