"""Show runs in a viewer from Python."""

from __future__ import annotations

from typing import Any

import xarray as xr

from .layers import layers_of


def show(data: xr.Dataset | xr.DataTree, viewer: Any = None) -> Any:
    """Add the layers of a run, or of a tree of runs, to a viewer.

    Args:
        data: What `simulate` returned, `open_run` opened, or `compare` wrote.
        viewer: Where to add them. Default: a new napari viewer.

    Returns:
        The viewer. Call `napari.run()` at the end of a script.
    """
    if viewer is None:
        import napari

        viewer = napari.Viewer(title="rdkit_nn")
    for field, told, _ in layers_of(data):
        viewer.add_image(field, **told)
    return viewer
