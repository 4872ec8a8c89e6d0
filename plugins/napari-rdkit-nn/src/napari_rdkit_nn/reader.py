"""From a path to layers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .beside import beside
from .kinds import kind_of

if TYPE_CHECKING:
    import xarray as xr

    from .layers import Layer

NOTHING: list[Any] = [(None,)]  # napari's word for: read, and there are no layers


def get_reader(path: str | list[str]) -> Callable[[str], list[Layer]] | None:
    """Say whether the path is ours: a run, a sweep, or a tree of runs. Reads metadata only.

    Returns:
        A function from the path to layers, or None for what is not ours.
    """
    if isinstance(path, list):
        if len(path) != 1:
            return None
        path = path[0]
    return read if kind_of(path) else None


def read(path: str | list[str]) -> list[Layer]:
    """Layers of the runs at a path; what is wrong with them, as a notification.

    The store is opened beside the window, with all that must be imported for it.
    """
    from napari.utils.notifications import show_error, show_info

    where = path[0] if isinstance(path, list) else path

    def work() -> tuple[list[Layer], str]:
        from . import commands  # noqa: F401 (of the shortcuts, imported here as well)
        from .layers import layers_of
        from .stores import open_any

        data = open_any(where)
        told = layers_of(data, source=str(where), tell=show_error)
        return told, said_of(where, data)

    try:
        told, words = beside(work)
    except (ValueError, OSError, ImportError) as error:
        show_error(str(error))
        return NOTHING
    from .viewer import accompany_all

    accompany_all()
    if not told:
        show_error(f"{where} holds no variable that is a picture.")
        return NOTHING
    if words:
        show_info(words)
    return told


def said_of(path: str | Path, data: xr.Dataset | xr.DataTree) -> str:
    """What to know of a store beside its pictures; empty for a complete run."""
    import xarray as xr

    from rdkit_nn import store

    from .layers.runs import MOST, runs_of

    if isinstance(data, xr.DataTree):
        names = list(runs_of(data))
        words = f"{path} holds {len(names)} runs. {names[0]} is shown"
        if len(names) > 1:
            words += "; the others are hidden layers: click their eyes"
        if len(names) > MOST:
            words += (
                f" (the first {MOST}; open {path}/{names[MOST]} and so on for more)"
            )
        return words + "."
    try:
        told = store.status(path)
    except (ValueError, OSError):
        return ""
    if told.get("kind") == "sweep" and told["done"] < told["runs"]:
        return (
            f"{path} has {told['done']} of {told['runs']} runs; the others are blank."
        )
    if told["status"] != "complete" and told.get("kind") != "sweep":
        return (
            f"{path} is {told['status']}: {told['frames']} of {told['reserved']} frames. "
            "Control-Alt-R reads what has come since."
        )
    return ""
