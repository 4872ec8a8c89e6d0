"""Who computes the runs of a sweep: processes of this machine, or a dask cluster."""

from __future__ import annotations

import logging
import pickle
import queue
import signal
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from ..machine import one_thread_each
from .tasks import Outcome, Recipe, alone, failed

TRIES = 3  # workers that a run may kill before it is given up

Task = tuple[int, Mapping[str, Any]]


def check(recipe: Recipe) -> None:
    """Refuse what cannot travel to another process.

    Raises:
        TypeError: With what to do.
    """
    try:
        pickle.dumps(recipe)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(
            "`build` (and an `initial` function) must be defined at the top of a module to "
            f"travel to other processes: {error}. Or take workers=1."
        ) from None


def on_processes(
    recipe: Recipe, tasks: list[Task], store: str | None, workers: int
) -> Iterator[Outcome]:
    """Outcomes as they come, from so many processes with one thread each.

    Every worker is a pool of its own: when one dies, its current run is all that is lost,
    and it is begun again.
    """
    waiting: queue.SimpleQueue = queue.SimpleQueue()
    for task in tasks:
        waiting.put(task)
    results: queue.SimpleQueue = queue.SimpleQueue()
    over = threading.Event()

    def lane() -> None:
        pool = _pool()
        while not over.is_set():
            try:
                index, point = waiting.get_nowait()
            except queue.Empty:
                break
            outcome = None
            for _ in range(TRIES):
                try:
                    outcome = pool.submit(alone, recipe, index, point, store).result()
                    break
                except BrokenProcessPool:
                    if over.is_set():
                        break
                    pool = _pool()
                except Exception as error:  # a result that cannot travel, a full disk
                    results.put(error)
                    return
            if outcome is None and not over.is_set():
                words = f"its worker died {TRIES} times (killed, or out of memory)"
                outcome = failed(index, words, store)
            if outcome is not None:
                results.put(outcome)
        pools.discard(pool)
        pool.shutdown()

    pools: set[ProcessPoolExecutor] = set()

    def _pool() -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_leave_interrupts
        )
        pools.add(pool)
        return pool

    with one_thread_each():
        lanes = [threading.Thread(target=lane, daemon=True) for _ in range(workers)]
        for thread in lanes:
            thread.start()
        try:
            for _ in tasks:
                told = results.get()
                if isinstance(told, BaseException):
                    raise told
                yield told
        finally:
            over.set()
            if any(thread.is_alive() for thread in lanes):
                for pool in list(pools):  # nothing more is wanted of them
                    for process in list((pool._processes or {}).values()):
                        process.terminate()
            for thread in lanes:
                thread.join(timeout=10)


def _leave_interrupts() -> None:
    """Ctrl-C is heeded by the process that began the sweep."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def on_cluster(
    recipe: Recipe, tasks: list[Task], store: str | None, client: Any
) -> Iterator[Outcome]:
    """Outcomes as they come, from the workers of a dask cluster."""
    from distributed import as_completed

    # A death is told once a run, in our words, not with all keys of the scheduler.
    logging.getLogger("distributed.scheduler").setLevel(logging.ERROR)
    shared = client.scatter(recipe, broadcast=True, hash=False)
    waiting = {
        client.submit(alone, shared, index, point, store, pure=False): index
        for index, point in tasks
    }
    try:
        for future in as_completed(list(waiting)):
            index = waiting.pop(future)
            if future.status == "finished":
                outcome = future.result()
            else:
                words = f"{type(future.exception()).__name__}: {future.exception()}"
                outcome = failed(index, words, store)
            future.release()
            yield outcome
    finally:
        if waiting:
            client.cancel(list(waiting))


def connected(address: str) -> Any:
    """Client of a dask scheduler.

    Raises:
        ImportError: If distributed is missing.
        OSError: If nobody answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ImportError(
            "A cluster needs distributed: pip install 'rdkit_nn[sweep]'."
        ) from None
    try:
        return Client(address, timeout=10)
    except (OSError, TimeoutError) as error:
        raise OSError(f"No scheduler answers at {address}: {error}.") from None
