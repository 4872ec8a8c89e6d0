"""What every dock of the house does: follow a viewer, and let go of it in the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtWidgets import QWidget

from .errands import Errands


class Dock(QWidget):
    """A widget beside a viewer, with a thread for its work.

    Args:
        viewer: That it follows.
    """

    def __init__(self, viewer: Any):
        super().__init__()
        self.viewer = viewer
        self.errands = Errands()
        self._connected: list[tuple[Any, Callable]] = []
        errands, connected = self.errands, self._connected
        # `self` is no more when it is destroyed: what is to be let go stands apart.
        self.destroyed.connect(lambda: _let_go(errands, connected))

    def follow(self, emitter: Any, callback: Callable) -> None:
        """Call back when an event of the viewer comes, as long as the dock lives."""
        emitter.connect(callback)
        self._connected.append((emitter, callback))

    def close_down(self) -> None:
        """Let go of the viewer, and end the thread."""
        _let_go(self.errands, self._connected)

    def closeEvent(self, event: Any) -> None:  # noqa: N802, D102
        self.close_down()
        super().closeEvent(event)


def _let_go(errands: Errands, connected: list[tuple[Any, Callable]]) -> None:
    for emitter, callback in connected:
        emitter.disconnect(callback)
    connected.clear()
    try:
        errands.close()
    except RuntimeError:  # destroyed before
        return
