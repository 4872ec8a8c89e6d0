"""Browse rdkit_nn runs, chemical and neural, in napari."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .layers import layers_of
    from .stores import open_any
    from .tasks import offer
    from .viewer import show

__all__ = ["layers_of", "offer", "open_any", "show"]

_HOMES = {
    "layers_of": "layers",
    "offer": "tasks",
    "open_any": "stores",
    "show": "viewer",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(f".{_HOMES[name]}", __name__)
    return globals().setdefault(name, getattr(home, name))


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
