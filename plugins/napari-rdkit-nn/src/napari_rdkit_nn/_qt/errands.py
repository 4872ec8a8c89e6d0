"""Work that is done beside the window: the latest of each name, in one thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from qtpy.QtCore import QObject, Qt, Signal

Stale = Callable[[], bool]


class Errands(QObject):
    """Does what is asked in a thread, and hands results back in the window's own.

    Of errands of one name only the latest counts: while a slider moves, frames that it has
    left are not measured. The thread lives while there is work, and ends with it.

    Args:
        tell: Told in a sentence what went wrong. Default: a napari notification.
    """

    _done = Signal(object)

    def __init__(
        self, parent: QObject | None = None, tell: Callable[[str], None] | None = None
    ):
        super().__init__(parent)
        self._tell = tell or _notify
        self._waiting: dict[str, tuple[int, Callable[[Stale], Any]]] = {}
        self._then: dict[str, tuple[int, Callable[[Any], None]]] = {}
        self._count, self._closed = 0, False
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way, and every result was handed over."""
        return not self._then

    def ask(
        self, name: str, work: Callable[[Stale], Any], then: Callable[[Any], None]
    ) -> None:
        """Do `work` beside the window and then `then` in it.

        Args:
            name: What it is; an earlier one of this name is forgotten.
            work: Called with a function that says whether the result is still wanted.
            then: Called with the result.
        """
        if self._closed:
            return
        with self._lock:
            self._count += 1
            self._waiting[name] = self._count, work
            self._then[name] = self._count, then
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()

    def close(self, patience: float = 5.0) -> None:
        """Forget all that was asked, and wait for the thread to end."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            self._then.clear()
            thread = self._thread
        if thread is not None:
            thread.join(patience)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                name = next(iter(self._waiting))
                number, work = self._waiting.pop(name)

            def stale(name: str = name, number: int = number) -> bool:
                return self._then.get(name, (0, None))[0] != number

            result, error = None, None
            try:
                result = work(stale)
            except Exception as caught:  # every one becomes a sentence in the window
                error = caught
            try:
                self._done.emit((name, number, result, error))
            except RuntimeError:  # the window is gone
                return

    def _deliver(self, told: tuple) -> None:
        name, number, result, error = told
        wanted, then = self._then.get(name, (0, None))
        if self._closed or wanted != number or then is None:
            return
        del self._then[name]
        if error is None:
            then(result)
        else:
            self._tell(sentence_of(error))


def sentence_of(error: Exception) -> str:
    """What an error says, for people."""
    words = error.args[0] if isinstance(error, KeyError) and error.args else str(error)
    return str(words) or type(error).__name__


def _notify(words: str) -> None:
    from napari.utils.notifications import show_error

    show_error(words)
