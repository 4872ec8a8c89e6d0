"""Commands of the menus, and their shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from .beside import beside
from .layers import Layer, marks
from .layers.runs import layers_of, pictures_of
from .stores import open_any


def mark_mask(viewer: Any = None) -> None:
    """Label the pieces of what is high in the selected layer."""
    _mark(viewer, "mask", lambda told, name: [marks.mask(told["field"], name)])


def mark_spots(viewer: Any = None) -> None:
    """Mark the spots of the selected layer, with what is measured of each."""
    _mark(viewer, "spots", lambda told, name: [marks.spots(told["field"], name)])


def mark_tips(viewer: Any = None) -> None:
    """Follow the tips of spirals in the run of the selected layer."""

    def tips(told: dict, name: str) -> list[Layer]:
        run = told["run"]
        names = pictures_of(run)
        if len(names) < 2:
            raise ValueError(
                "Tips are found by two variables, but the run has only "
                f"{', '.join(names)}."
            )
        return marks.tips(run[names[0]], run[names[1]], name)

    _mark(viewer, "tips", tips)


def mark_defects(viewer: Any = None) -> None:
    """Follow the ends of stripes in the selected layer."""
    _mark(viewer, "defects", lambda told, name: marks.defects(told["field"], name))


def refresh(viewer: Any = None) -> None:
    """Read again the stores of all layers: runs that grow have more frames by now."""
    from napari.utils.notifications import show_error, show_info

    from .viewer import accompany

    viewer = _viewer(viewer)
    sources = {layer.metadata.get("source") for layer in viewer.layers} - {"", None}
    frames = 0
    for source in sorted(sources):
        try:
            every = beside(partial(_layers_at, source))
            fresh = {w["name"]: (f, w) for f, w, _ in every}
        except (ValueError, OSError, ImportError) as error:
            show_error(str(error))
            continue
        for layer in viewer.layers:
            told = layer.metadata
            short = layer.name.rsplit("/", 1)[-1]
            if told.get("source") == source and short in fresh:
                data, words = fresh[short]
                if data.shape == layer.data.shape or data.ndim != layer.data.ndim:
                    continue
                frames = max(frames, max(data.shape[0] - layer.data.shape[0], 0))
                layer.data = data
                layer.metadata = words["metadata"]
    accompany(viewer).tell()
    show_info(f"{frames} more frames." if frames else "Nothing has come since.")


def weights(viewer: Any = None) -> None:
    """Open the dock that looks at one neuron."""
    _dock(viewer, "Weights")


def pair(viewer: Any = None) -> None:
    """Open the dock that sets two runs side by side."""
    _dock(viewer, "Pair mode")


SHORTCUTS: dict[str, Callable] = {
    "Control-Alt-M": mark_mask,
    "Control-Alt-S": mark_spots,
    "Control-Alt-F": mark_tips,
    "Control-Alt-D": mark_defects,
    "Control-Alt-R": refresh,
    "Control-Alt-W": weights,
    "Control-Alt-C": pair,
}


def _layers_at(source: str) -> list[Layer]:
    from napari.utils.notifications import show_error

    return layers_of(open_any(source), source=source, tell=show_error)


def _viewer(viewer: Any) -> Any:
    if viewer is None:
        import napari

        viewer = napari.current_viewer()
    return viewer


def _dock(viewer: Any, name: str) -> None:
    _viewer(viewer).window.add_plugin_dock_widget("napari-rdkit-nn", name)


def _mark(viewer: Any, what: str, find: Callable[[dict, str], list[Layer]]) -> None:
    """Find something in the selected layer, beside the window, and add it."""
    from napari.utils.notifications import show_error

    from .viewer import accompany, add

    viewer = _viewer(viewer)
    layer = viewer.layers.selection.active
    told = getattr(layer, "metadata", {})
    if layer is None or "field" not in told or told.get("montage"):
        show_error("Select the layer of a run first.")
        return
    if getattr(layer.data, "ndim", 0) != told["field"].ndim:
        show_error(
            "This layer shares its sliders with those of other runs: open its run alone, "
            "or close the others."
        )
        return
    errands = accompany(viewer).errands()
    errands.ask(
        f"{what} of {layer.name}",
        lambda stale: find(told, layer.name),
        lambda made: add(viewer, made),
    )
