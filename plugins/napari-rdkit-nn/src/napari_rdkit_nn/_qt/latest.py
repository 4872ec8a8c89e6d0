"""Work beside the window of which only the latest counts, told in the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtCore import QObject, Qt, Signal

from ..errands import Done, Errands, Stop
from ..sentences import say


class Latest(QObject):
    """Errands by name: the latest of each counts, and those before it are forgotten.

    While a slider moves, frames that it has left are not measured.

    Args:
        tell: Told what went wrong. Default: a napari notification.
    """

    _rung = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        tell: Callable[[Exception], Any] = say,
    ):
        super().__init__(parent)
        self._tell = tell
        self._then: dict[str, tuple[int, Callable[[Any], None]]] = {}
        self._count, self._closed = 0, False
        self._errands = Errands("latest", newest_first=False, ring=self._ring)
        self._rung.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way, and every result was handed over."""
        return not self._then

    def ask(
        self, name: str, work: Callable[[Stop], Any], then: Callable[[Any], None]
    ) -> None:
        """Do `work` beside the window and then `then` in it.

        Args:
            name: What it is; an earlier one of this name is forgotten.
            work: Called with a function that says whether to stop: nobody waits any more.
            then: Called with the result.
        """
        if self._closed:
            return
        self._count += 1
        self._then[name] = self._count, then
        self._errands.drop(lambda key: key[0] == name)
        # A tuple, so that an error that `work` gives is not one that it raised.
        forgotten = self._errands.ask(
            (name, self._count), lambda stop: iter([(work(stop),)])
        )
        for old, _ in forgotten:
            self._then.pop(old, None)

    def close(self, timeout: float = 5.0) -> bool:
        """Forget all that was asked, and end the thread. Returns whether it has ended."""
        self._closed = True
        self._then.clear()
        return self._errands.close(timeout)

    def _ring(self) -> None:
        try:
            self._rung.emit()
        except RuntimeError:  # the window is gone
            self._errands.close()

    def _deliver(self) -> None:
        for (name, number), result in self._errands.fetch():
            wanted, then = self._then.get(name, (0, None))
            if wanted != number or then is None or isinstance(result, Done):
                continue
            del self._then[name]
            if isinstance(result, tuple):
                then(*result)
            else:
                self._tell(result)
