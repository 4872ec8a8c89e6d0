"""What the docks of this plugin share: whom they follow, how they end, keys, buttons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from qtpy.compat import isalive
from qtpy.QtCore import QEvent, QSize, Qt, QTimer
from qtpy.QtGui import QKeySequence
from qtpy.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDockWidget,
    QMainWindow,
    QShortcut,
    QWidget,
)


class Dock(QWidget):
    """A widget that lives in a dock, and ends with it.

    napari takes the widget of a dock that is closed out of its window and forgets it;
    when a viewer closes, its widgets are destroyed without being closed. Both end here:
    what was told to `ends_with` is called once.

    Args:
        viewer: That it follows.
    """

    def __init__(self, viewer: Any):
        super().__init__()
        self.viewer = viewer
        self._docked, self._gathered, self.ended = False, False, False
        windows = QApplication.topLevelWidgets()
        windows = [w for w in windows if isinstance(w, QMainWindow)]
        self._sizes = WeakKeyDictionary({w: w.size() for w in windows})
        self._enders: list[Callable[[], Any]] = []
        self._followed: list[tuple[Any, Callable]] = []
        self.ends_with(partial(_let_go, self._followed))

    def follow(self, emitter: Any, callback: Callable) -> None:
        """Call back when an event of the viewer comes, as long as the dock lives."""
        emitter.connect(callback)
        self._followed.append((emitter, callback))

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

    def showEvent(self, event: Any) -> None:
        """Stand as a tab among the docks of the plugin, when first seen."""
        super().showEvent(event)
        if not self._gathered:
            self._gathered = True
            _gather(self, self._sizes)

    def key(self, keys: str, act: Callable[[], Any], *, whole: bool = False) -> None:
        """Let a key do something while the dock has the focus, or in the whole window."""
        shortcut = QShortcut(QKeySequence(keys), self)
        context = Qt.ShortcutContext
        shortcut.setContext(
            context.WindowShortcut if whole else context.WidgetWithChildrenShortcut
        )
        shortcut.activated.connect(act)


def _let_go(followed: list[tuple[Any, Callable]]) -> None:
    for emitter, callback in followed:
        emitter.disconnect(callback)
    followed.clear()


def _gather(dock: Dock, before: WeakKeyDictionary[QMainWindow, QSize]) -> None:
    """Put a dock behind those that are there: below each other, four overflow a screen.

    Args:
        dock: That has just been shown.
        before: Sizes of the windows before it came; for a moment it stood below the others,
            and the window has grown for it.
    """
    frame = _frame(dock)
    window = None if frame is None else frame.parent()
    if not isinstance(window, QMainWindow):
        return
    area = window.dockWidgetArea(frame)
    for other in window.findChildren(Dock):
        there = _frame(other)
        if (
            other is dock
            or there is None
            or there.isFloating()
            or not there.isVisible()
        ):
            continue
        if window.dockWidgetArea(there) == area:
            window.tabifyDockWidget(there, frame)
            frame.raise_()
            if window in before and not window.isMaximized():
                QTimer.singleShot(0, partial(_shrink, window, before[window]))
            return


def _shrink(window: QMainWindow, size: QSize) -> None:
    if isalive(window):
        window.resize(size)


def _frame(widget: QWidget) -> QDockWidget | None:
    while widget is not None and not isinstance(widget, QDockWidget):
        widget = widget.parent()
    return widget


def button(made: QAbstractButton, tip: str, act: Callable[[], Any]) -> Any:
    """A button with a tip that does something."""
    made.setToolTip(tip)
    made.clicked.connect(lambda *_: act())
    return made
