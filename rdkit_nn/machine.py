"""What this process may use of the machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any


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


def memory() -> int:
    """Bytes of memory that this process may still take; 0 where the system does not say.

    What the machine has to give, or what is left of the limit that a job scheduler or a
    container has set, whichever is less.
    """
    told = [there for look in (_of_machine, _of_group) if (there := look())]
    return min(told, default=0)


def _of_machine() -> int:
    try:
        with open("/proc/meminfo") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0


def _of_group() -> int:
    """What is left of the limit of the control group (version 2) we are in."""
    try:
        with open("/proc/self/cgroup") as lines:
            own = next(line for line in lines if line.startswith("0::")).strip()[3:]
        home = "/sys/fs/cgroup" + own
        with open(f"{home}/memory.max") as most, open(f"{home}/memory.current") as now:
            return max(1, int(most.read()) - int(now.read()))
    except (OSError, ValueError, StopIteration):
        return 0  # no group, or no limit ("max")


@contextmanager
def one_thread_each() -> Iterator[None]:
    """One thread a task, for processes that begin here, and for this one.

    Bits then do not depend on the number of workers.
    """
    names = [f"{kind}_NUM_THREADS" for kind in ("OMP", "OPENBLAS", "MKL", "NUMBA")]
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    torch = sys.modules.get("torch")
    count = torch.get_num_threads() if torch else 1
    try:
        if torch and count > 1:
            torch.set_num_threads(1)
        with _one_thread_of_blas():
            yield
    finally:
        if torch and count > 1:
            torch.set_num_threads(count)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _one_thread_of_blas() -> Any:
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:  # then the variables above have to do
        return nullcontext()
    return threadpool_limits(1)
