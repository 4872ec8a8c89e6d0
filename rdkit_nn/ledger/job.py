"""Do what is missing, keep it, and draw up the ledger."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from os import PathLike
from pathlib import Path
from time import perf_counter
from typing import Any

from .. import neural
from ..machine import one_thread_each, threads
from ..neural.data import Images
from . import claims_patterns, claims_reading, claims_training
from .cells import Cell, Numbers, digest_of
from .experiments import EXPERIMENTS, first, second
from .page import page, record
from .rows import Found, Row, settled
from .settings import Settings

FILES = ("claims.md", "claims.json")


def claims(
    out: str | PathLike,
    *,
    data: str | PathLike | None = None,
    settings: Settings | None = None,
    workers: int | None = None,
    progress: bool | None = None,
    command: str = "rdkit-nn claims",
) -> dict[str, list[Row]]:
    """Test the claims of the paper, each with its effect, its null and a verdict.

    Every experiment is run with every seed and its numbers are kept in `out/cells` as soon
    as they are there: starting again does only what is missing, and a change of settings
    repeats only what it touches. One worker process an experiment, one thread each, so that
    the same seeds give the same ledger. Writes

    * `claims.md`: the tables, with the rules that the verdicts follow from;
    * `claims.json`: the same as data;
    * `claims.png`: distance, balance and structure, each beside its nulls;
    * `cells/`: the numbers of every experiment, and the seconds it took.

    Args:
        out: Folder to write into, and to go on from.
        data: Folder of IDX files (MNIST, Fashion-MNIST). Default: the handwritten digits
            bundled with scikit-learn.
        settings: Sizes, rates and seeds. Default: the full ledger, which takes hours;
            `Settings.quick()` takes minutes.
        workers: Processes; default one a core.
        progress: Show a bar: True, False, or None for terminals only.
        command: What the page shall say that it was made by.

    Returns:
        Rows by subject.

    Raises:
        ValueError: If there are fewer samples than the settings ask for, or a kept number
            is damaged.
        RuntimeError: If an experiment fails; what was done by then is kept. (A run that
            stops being finite does not fail: that is a result, and is told.)
    """
    from .figure import draw  # matplotlib is asked for before the work begins

    settings = settings or Settings()
    workers = threads() if workers is None else workers
    if workers < 1:
        raise ValueError(f"`workers` must be at least 1, but is {workers}.")
    images = neural.data.idx(data) if data is not None else neural.data.digits()
    some = images.take(settings.samples, seed=0)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    told = digest_of(some)
    numbers: dict[int, dict[str, Numbers]] = {s: {} for s in range(settings.seeds)}
    with _pool(workers) as pool:
        for plan in (
            lambda seed: first(settings, seed),
            lambda seed: second(settings, seed, numbers[seed]),
        ):
            cells = [cell for seed in numbers for cell in plan(seed)]
            # The longest first, so that no core waits long at the end.
            cells.sort(key=lambda cell: -cell.steps)
            for cell, found in _done(cells, folder, told, some, pool, progress):
                numbers[cell.seed][cell.name] = found
    found_all = Found(numbers)
    subjects = judged(found_all, settings)
    about: dict[str, Any] = {"source": some.name, "data": told, "command": command}
    about["stopped"] = found_all.stopped
    texts = page(subjects, settings, about), record(subjects, settings, about)
    for name, text in zip(FILES, texts):
        fresh = folder / f"{name}.part"
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, folder / name)
    draw(numbers, settings, folder / "claims.png")
    return subjects


def judged(found: Found, settings: Settings) -> dict[str, list[Row]]:
    """All rows, by subject."""
    told = {
        "Distance from the start": claims_training.rows(found, settings),
        "Reaction and diffusion": claims_reading.rows(found, settings),
        "Pictures": claims_patterns.rows(found, settings),
    }
    return {title: [settled(row) for row in rows] for title, rows in told.items()}


def _done(
    cells: Sequence[Cell],
    folder: Path,
    data: str,
    images: Images,
    pool: ProcessPoolExecutor,
    progress: bool | None,
) -> Iterator[tuple[Cell, Numbers]]:
    """Numbers of every cell: those that are kept, then those that are measured now."""
    from tqdm.auto import tqdm

    missing = []
    for cell in cells:
        found = cell.read(folder, data)
        if found is None:
            missing.append(cell)
        else:
            yield cell, found
    if cells and len(missing) < len(cells) and progress is not False:
        print(
            f"{len(cells) - len(missing)} of {len(cells)} experiments were there.",
            file=sys.stderr,
        )
    waiting = {pool.submit(_measured, cell, images): cell for cell in missing}
    total = sum(cell.steps for cell in missing)
    hidden = None if progress is None else not progress
    with tqdm(
        total=total, disable=hidden, unit="step", unit_scale=True, leave=False
    ) as bar:
        for future in as_completed(waiting):
            cell = waiting[future]
            try:
                found, seconds = future.result()
            except Exception as error:
                for other in waiting:
                    other.cancel()
                raise RuntimeError(
                    f"The experiment `{cell.name}` with seed {cell.seed} failed: {error} "
                    "What was done by then is kept; starting again goes on from there."
                ) from error
            cell.write(folder, data, found, seconds)
            bar.set_postfix_str(f"{cell.name}, seed {cell.seed}")
            bar.update(cell.steps)
            yield cell, found


def _measured(cell: Cell, images: Images) -> tuple[Numbers, float]:
    begun = perf_counter()
    try:
        found = EXPERIMENTS[cell.kind](images, cell.seed, **dict(cell.told))
    except FloatingPointError as error:  # a result: this rate is too large
        found = {"stopped": str(error)}
    return found, perf_counter() - begun


@contextmanager
def _pool(workers: int) -> Iterator[Any]:
    """Worker processes with one thread each; on an error nothing new is begun."""
    with one_thread_each():
        pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
        try:
            yield pool
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
