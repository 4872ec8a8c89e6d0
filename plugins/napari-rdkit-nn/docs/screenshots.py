"""Pictures of the plugin at work, for the help page.

    python docs/screenshots.py [FOLDER]

One function a picture: it is given an open viewer and leaves it as it is to be seen. On a
machine without a screen run it under a virtual one: xvfb-run -a -s "-screen 0 1600x1000x24".
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import xarray as xr

import rdkit_nn as rd
from napari_rdkit_nn import samples, show
from napari_rdkit_nn.browser import Browser
from napari_rdkit_nn.live import Live
from napari_rdkit_nn.pair import PairMode
from napari_rdkit_nn.weights import Weights
from rdkit_nn import models, presets

SIZE = (1400, 860)
grown, swept, trained = map(cache, (samples.grown, samples.swept, samples.trained))


def reader(viewer: Any) -> Any:
    """A Gray-Scott run, as the reader shows it."""
    show(grown(), viewer)
    viewer.layers["u"].visible = False
    viewer.dims.set_point(0, 6_000.0)


def sweep(viewer: Any) -> Any:
    """A sweep: one slider for each parameter, and one for time."""
    show(swept(), viewer)
    viewer.layers["u"].visible = False
    viewer.dims.point = (2, 1, 4_000.0, 0, 0)


def weights(viewer: Any) -> Any:
    """The montage of a trained network, and one neuron of it."""
    show(trained(), viewer)
    dock = Weights(viewer)
    viewer.window.add_dock_widget(dock, name="Weights")
    dock.show_as("montage")
    viewer.dims.set_point(0, 50.0)
    dock.choose(10)
    return dock


def pair(viewer: Any) -> Any:
    """Chemistry and learning side by side on one clock."""
    runs = {"chemistry": grown()[["v"]], "network": trained()}
    show(xr.DataTree.from_dict(runs), viewer)
    dock = PairMode(viewer)
    viewer.window.add_dock_widget(dock, name="Pair mode")
    dock.choose("chemistry/v", "network/U")
    dock.start()
    settle(dock)
    viewer.dims.set_point(0, 60)
    return dock


def difference(viewer: Any) -> Any:
    """Two chemistries of one grid, and their difference."""
    atlas = swept()
    for k in (0, 1):
        one = atlas.isel(F=1, k=k)[["v"]]
        show(one.rename(v=f"k = {float(one.k):g}"), viewer)
    dock = PairMode(viewer)
    viewer.window.add_dock_widget(dock, name="Pair mode")
    dock.choose("k = 0.055", "k = 0.06")
    dock.start()
    settle(dock)
    viewer.dims.set_point(0, 100)
    return dock


def browser(viewer: Any) -> Any:
    """A folder of runs as a table, and a sweep as a phase diagram."""
    dock = Browser(viewer)
    viewer.window.add_dock_widget(dock, name="Runs")
    before, above = Path.cwd(), tempfile.mkdtemp()
    os.chdir(above)  # so that the picture tells a path that anybody could have
    home = Path("runs")
    store = dict(store=home / "sweep.zarr", progress=False)
    over = {"F": [0.026, 0.034, 0.042, 0.05], "k": [0.058, 0.060, 0.062]}
    grid = rd.Grid((96, 96), spacing=2.5 / 256)
    state = presets.scattered_start(0, grid=grid, dtype="float32", count=12)
    rd.sweep(_gray_scott, state, over, 6_000, every=6_000, **store)
    for F, k in ((0.03, 0.055), (0.034, 0.063), (0.03, 0.057)):
        store["store"] = home / f"F{F:g}-k{k:g}.zarr"
        rd.simulate(_gray_scott(F, k), state, 6_000, 1_000, **store)
    dock.scan(home)
    settle(wait=3)
    dock.measure()
    settle(wait=3)
    names = [dock.model.row(i).name for i in range(4)]
    dock.table.selectRow(names.index("sweep.zarr"))
    dock.plane.click()
    settle(wait=3)
    dock.phases.measure.setCurrentText("class")
    dock.show_diagram(home / "sweep.zarr", None, "class")
    settle(wait=6)
    dock.open(names.index("F0.034-k0.063.zarr"))
    settle(wait=2)
    viewer.dims.set_point(0, 6_000.0)
    settle(wait=1)
    os.chdir(before)
    shutil.rmtree(above, ignore_errors=True)
    return dock


def live(viewer: Any) -> Any:
    """A preset that is computed while one looks at it."""
    dock = Live(viewer)
    viewer.window.add_dock_widget(dock, name="Live")
    dock.begin()
    settle(wait=3)
    dock.toggle()
    settle(wait=12)
    dock.toggle()
    settle(wait=1)
    return dock


def _gray_scott(F: float, k: float) -> Any:
    return rd.Flow(models.gray_scott(F=F, k=k), rd.Euler(dt=1.0))


PICTURES: dict[str, Callable[[Any], Any]] = {
    "reader": reader,
    "sweep": sweep,
    "weights": weights,
    "pair": pair,
    "difference": difference,
    "browser": browser,
    "live": live,
}


def settle(dock: Any = None, wait: float = 0.3) -> None:
    """Let the window draw, and the thread of a dock do its work."""
    from qtpy.QtWidgets import QApplication

    end = time.monotonic() + 20
    rest = time.monotonic() + wait
    while time.monotonic() < end:
        QApplication.processEvents()
        idle = getattr(getattr(dock, "errands", None), "idle", True)
        if time.monotonic() > rest and (dock is None or idle):
            return
        time.sleep(0.01)


def take(name: str, viewer: Any, folder: Path) -> Path:
    """Set a picture up in a viewer that is shown, and write it.

    Args:
        name: Of `PICTURES`.
        viewer: Empty, and shown: hidden ones draw black.
        folder: Where `<name>.png` goes.
    """
    import napari.utils.notifications as said

    said.notification_manager.records.clear()
    viewer.window.resize(*SIZE)
    dock = PICTURES[name](viewer)
    settle(dock)
    viewer.reset_view()
    settle(dock)
    file = folder / f"{name}.png"
    viewer.window.screenshot(str(file), canvas_only=False, flash=False)
    if dock is not None:
        dock.end()
    return file


def main(folder: Path) -> None:
    """Take all of them."""
    import napari

    folder.mkdir(parents=True, exist_ok=True)
    for name in PICTURES:
        viewer = napari.Viewer(title="napari", show=True, show_welcome_screen=False)
        print(take(name, viewer, folder))
        viewer.close()
        settle()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
