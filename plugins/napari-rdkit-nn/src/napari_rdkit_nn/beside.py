"""Work that must be waited for, while the window goes on drawing itself."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from functools import cache
from typing import TypeVar

T = TypeVar("T")
LOOK = 10  # milliseconds between two looks at whether the work is done


def beside(work: Callable[[], T]) -> T:
    """Result of `work`, done on a thread of its own while the window goes on.

    napari asks readers, samples and docks for what they make at once, so it is waited for:
    the window draws itself, and what is clicked meanwhile comes after. Without a window, or
    on another thread than its own, the work is done where it is asked for.

    Raises:
        Exception: What `work` raises.
    """
    if "qtpy" not in sys.modules:
        return work()
    from qtpy.QtCore import QEventLoop, QThread, QTimer
    from qtpy.QtWidgets import QApplication

    app = QApplication.instance()
    if app is None or QThread.currentThread() is not app.thread():
        return work()
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            _prepare()
            done.append(work())
        except BaseException as error:  # raised again where it was asked for
            failed.append(error)

    thread = threading.Thread(target=run, name="beside the window", daemon=True)
    loop, clock = QEventLoop(), QTimer()
    clock.timeout.connect(lambda: None if thread.is_alive() else loop.quit())
    thread.start()
    clock.start(LOOK)
    loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    clock.stop()
    thread.join()
    if failed:
        raise failed[0]
    return done[0]


@cache
def _prepare() -> None:
    """Make a layer once, for nobody: napari's first takes it half a second of units."""
    import numpy as np
    from napari.layers import Image

    Image(np.zeros((2, 2)))
