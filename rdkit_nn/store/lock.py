"""Exactly one writer: a lock that the system lets go when its process ends."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from .finished import FOLDER, Finished
from .seals import Damaged


def locked(folder: Path) -> Any:
    """Lock of a store, held until it is released or its process ends, however it ends.

    Raises:
        BlockingIOError: If another process writes there, or another run of this one.
    """
    from filelock import FileLock, Timeout

    home = folder / FOLDER
    home.mkdir(exist_ok=True)
    lock = FileLock(home / "lock", thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        who: dict = {}
        with suppress(OSError, Damaged):
            who = Finished.read(folder).told.get("writer", {})
        by = f"process {who['pid']} on {who['host']}" if who else "another process"
        raise BlockingIOError(
            f"{folder} is being written by {by}. Wait for it, or choose another path."
        ) from None
    return lock


def held(folder: Path) -> bool:
    """Whether somebody is writing there now."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / FOLDER / "lock", thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:  # we may only read there: nobody can say
        return True
    lock.release()
    return False


def writer() -> dict[str, Any]:
    """Who writes: process and host."""
    return {"pid": os.getpid(), "host": socket.gethostname()}
