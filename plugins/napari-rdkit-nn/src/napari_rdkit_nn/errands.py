"""Work that is done beside the window: one thread runs errands in turn.

What it brings is handed over when asked for. No Qt and no napari.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Hashable, Iterator
from typing import Any

Stop = Callable[[], bool]
Errand = Callable[[Stop], Iterator[Any]]

WAITING = 256  # errands that may wait; of more the oldest are forgotten
BROUGHT = 256  # results that may wait to be fetched; the thread waits for them then


class Errands:
    """Runs errands on a thread of its own, which lives while there is work.

    An errand is a function that gives results one by one and looks now and then at
    whether it is to stop. What goes wrong is a result, too: the exception.

    Args:
        name: Of the thread.
        newest_first: Whether what was asked for last is done first.
        ring: Called on the thread whenever there is something to fetch.
    """

    def __init__(
        self,
        name: str = "errands",
        *,
        newest_first: bool = True,
        ring: Callable[[], Any] = lambda: None,
    ):
        self._name, self._newest_first, self._ring = name, newest_first, ring
        self._lock = threading.Lock()
        self._wanted: dict[Hashable, Errand] = {}
        self._results: queue.Queue = queue.Queue(BROUGHT)
        self._now: Hashable | None = None
        self._dropped, self._closed = False, False
        self._thread: threading.Thread | None = None

    def ask(self, key: Hashable, errand: Errand) -> list[Hashable]:
        """Send on an errand; one that waits under the same key is forgotten.

        Returns:
            Keys of errands that were forgotten because too many wait.
        """
        forgotten = []
        with self._lock:
            if self._closed:
                return []
            self._wanted.pop(key, None)
            self._wanted[key] = errand
            while len(self._wanted) > WAITING:
                forgotten.append(next(iter(self._wanted)))
                del self._wanted[forgotten[-1]]
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._work, name=self._name, daemon=True
                )
                self._thread.start()
        return forgotten

    def drop(self, belongs: Callable[[Hashable], bool] = lambda key: True) -> None:
        """Forget errands, and stop the one at work, if they belong to what is over."""
        with self._lock:
            for key in [key for key in self._wanted if belongs(key)]:
                del self._wanted[key]
            if self._now is not None and belongs(self._now):
                self._dropped = True

    def fetch(self, most: int = 64) -> list[tuple[Hashable, Any]]:
        """What was brought since, by key; the end of an errand is told by `Done`."""
        found = []
        while len(found) < most:
            try:
                found.append(self._results.get_nowait())
            except queue.Empty:
                break
        return found

    @property
    def busy(self) -> bool:
        """Whether there is anything to do, or to fetch."""
        with self._lock:
            waiting = bool(self._wanted) or self._now is not None
        return waiting or not self._results.empty()

    def close(self, timeout: float = 5.0) -> bool:
        """End the thread. Returns whether it has ended within so many seconds."""
        with self._lock:
            self._closed, thread = True, self._thread
            self._wanted.clear()
        if thread is None or thread is threading.current_thread():
            return thread is None
        thread.join(timeout)
        return not thread.is_alive()

    def _stop(self) -> bool:
        return self._dropped or self._closed

    def _work(self) -> None:
        while True:
            with self._lock:
                self._now = None
                if self._closed or not self._wanted:
                    self._thread = None
                    return
                waiting = reversed(self._wanted) if self._newest_first else self._wanted
                key = next(iter(waiting))
                errand = self._wanted.pop(key)
                self._now, self._dropped = key, False
            try:
                for result in errand(self._stop):
                    self._bring(key, result)
                    if self._stop():
                        break
            except Exception as error:  # whoever fetches it tells it
                self._bring(key, error)
            self._bring(key, Done())

    def _bring(self, key: Hashable, result: Any) -> None:
        while not self._stop():
            try:
                self._results.put((key, result), timeout=0.05)
            except queue.Full:
                continue
            self._ring()
            return


class Done:
    """Said when an errand has come to its end."""
