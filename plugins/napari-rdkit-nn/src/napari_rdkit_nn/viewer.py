"""Show runs in a viewer from Python; captions that follow its sliders."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
import xarray as xr

from .layers import Layer, layers_of
from .layers.captions import words_of

_companions: weakref.WeakKeyDictionary[Any, Companion] = weakref.WeakKeyDictionary()


def show(data: xr.Dataset | xr.DataTree, viewer: Any = None) -> Any:
    """Add the layers of a run, a sweep, or a tree of runs, to a viewer.

    Args:
        data: What `simulate` or `sweep` returned, `open_run` opened, or `compare` wrote.
        viewer: Where to add them. Default: a new napari viewer.

    Returns:
        The viewer. Call `napari.run()` at the end of a script.
    """
    if viewer is None:
        import napari

        viewer = napari.Viewer(title="rdkit_nn")
    accompany(viewer)
    add(viewer, layers_of(data))
    return viewer


def add(viewer: Any, layers: list[Layer]) -> list[Any]:
    """Add layers to a viewer; returns them as napari has them."""
    return [getattr(viewer, f"add_{kind}")(data, **told) for data, told, kind in layers]


def look_at(viewer: Any, layers: list[Any]) -> None:
    """Fit the view to some layers, whatever else is open.

    napari's own `reset_view(layers=…)` takes no layers of fewer axes than others have
    (0.9.2).
    """
    if viewer.dims.ndisplay != 2 or not layers:
        viewer.reset_view()
        return
    ends = np.array([layer.extent.world[:, -2:] for layer in layers])
    half = (
        np.array([layer.extent.step[-2:] for layer in layers]) / 2
    )  # of the last cell
    low, high = (ends[:, 0] - half).min(axis=0), (ends[:, 1] + half).max(axis=0)
    room = np.asarray(viewer.canvas.viewbox_size(viewer.layers))
    viewer.scene.camera.center = (0.0, *((low + high) / 2))
    viewer.scene.camera.zoom = 0.95 * float(np.min(room / (high - low)))


def accompany(viewer: Any) -> Companion:
    """Give a viewer captions and shortcuts, once."""
    if viewer not in _companions:
        _companions[viewer] = Companion(viewer)
    return _companions[viewer]


def accompany_all() -> None:
    """Give every open viewer captions and shortcuts."""
    import napari

    for viewer in list(napari.Viewer._instances):
        accompany(viewer)


class Companion:
    """Keeps the text overlay of a viewer true while its sliders move.

    One line for all visible layers that say the same, else a line for each.
    """

    def __init__(self, viewer: Any):
        self._viewer = weakref.ref(viewer)
        self._mine = ""
        self._errands: Any = None
        viewer.dims.events.point.connect(self.tell)
        for name in ("inserted", "removed"):
            getattr(viewer.layers.events, name).connect(self._changed)
        viewer.layers.events.inserted.connect(self._arrived, position="last")
        self._changed()
        from .commands import SHORTCUTS

        for keys, command in SHORTCUTS.items():
            if hasattr(viewer, "bind_key"):
                viewer.bind_key(keys, command, overwrite=True)

    def errands(self) -> Any:
        """Work beside the window; with Qt only."""
        if self._errands is None:
            from ._qt.latest import Latest

            self._errands = Latest()
        return self._errands

    def text(self) -> str:
        """What is seen in the layers that are visible."""
        viewer = self._viewer()
        told = {}
        for layer in viewer.layers if viewer is not None else ():
            if layer.visible and callable(layer.metadata.get("caption")):
                place = layer.world_to_data(viewer.dims.point)
                told[layer.name] = words_of(layer.metadata, place)
        if len(set(told.values())) < 2:
            return next(iter(told.values()), "")
        return "\n".join(f"{name}: {words}" for name, words in told.items())

    def tell(self, event: Any = None) -> None:
        """Write it, unless somebody else writes there."""
        viewer = self._viewer()
        if viewer is None or viewer.canvas.overlays.text.text not in ("", self._mine):
            return
        self._mine = self.text()
        viewer.canvas.overlays.text.text = self._mine
        viewer.canvas.overlays.text.visible = bool(self._mine)

    def _arrived(self, event: Any) -> None:
        """Look at a run that is the only thing to be seen.

        napari fits its view to the first layer there is, be it hidden and small.
        """
        viewer, layer = self._viewer(), event.value
        if viewer is None or not layer.visible or "caption" not in layer.metadata:
            return
        if not any(x.visible for x in viewer.layers if x is not layer):
            look_at(viewer, [layer])

    def _changed(self, event: Any = None) -> None:
        viewer = self._viewer()
        for layer in viewer.layers if viewer is not None else ():
            layer.events.visible.disconnect(self.tell)
            layer.events.visible.connect(self.tell)
        self.tell()
