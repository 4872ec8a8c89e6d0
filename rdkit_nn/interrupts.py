"""Stop when asked, at a place from which the work can go on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupted(KeyboardInterrupt):
    """Stopped as asked, with all that was finished kept; the words say how to go on."""


class Asked:
    """Whether somebody has asked to stop."""

    yes = False


@contextmanager
def heeded(active: bool = True) -> Iterator[Asked]:
    """Take Ctrl-C and the system's request to end as a wish; twice, as an order.

    In threads other than the main one, signals never arrive, and nothing changes.

    Args:
        active: Whether to heed at all.
    """
    asked = Asked()
    if not active or threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def ask(number: int, frame: FrameType | None) -> None:
        if asked.yes:
            raise KeyboardInterrupt
        asked.yes = True

    before = {n: signal.signal(n, ask) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
