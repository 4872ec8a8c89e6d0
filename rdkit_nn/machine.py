"""What this process may use of the machine."""

from __future__ import annotations

import os


def threads() -> int:
    """Threads that may be used: as the environment says, else the cores we may run on."""
    for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS"):
        told = os.environ.get(name, "")
        if told.isdigit() and int(told) > 0:
            return int(told)
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1
