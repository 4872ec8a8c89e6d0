"""What the docks of this plugin share: whom they follow, how they end, keys, buttons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QKeySequence
from qtpy.QtWidgets import QAbstractButton, QShortcut, QWidget


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
        self._docked, self.ended = False, False
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


def button(made: QAbstractButton, tip: str, act: Callable[[], Any]) -> Any:
    """A button with a tip that does something."""
    made.setToolTip(tip)
    made.clicked.connect(lambda *_: act())
    return made
