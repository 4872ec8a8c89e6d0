"""Where napari's commands come in: each is imported beside the window when first asked for.

The libraries behind them take seconds to import, once; the window draws itself meanwhile.
The reader has a door of its own: what is foreign is declined without importing anything.
"""

from importlib import import_module
from typing import Any

from .beside import beside

DOORS = {
    "Browser": "browser",
    "Live": "live",
    "PairMode": "pair",
    "Weights": "weights",
    "gray_scott": "samples",
    "atlas": "samples",
    "receptive_fields": "samples",
    "twins": "samples",
    "mark_mask": "commands",
    "mark_spots": "commands",
    "mark_tips": "commands",
    "mark_defects": "commands",
    "refresh": "commands",
}


def __getattr__(name: str) -> Any:
    if name not in DOORS:
        raise AttributeError(f"There is no command {name!r}.")
    room = beside(lambda: import_module(f".{DOORS[name]}", __package__))
    return globals().setdefault(name, getattr(room, name))
