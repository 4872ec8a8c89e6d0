"""Networks among the layers of a viewer."""

from __future__ import annotations

from typing import Any

import xarray as xr


class Networks:
    """Networks among the layers of a viewer: their runs, stacks, montages, matrices."""

    def __init__(self, layers: Any):
        self.runs: list[xr.Dataset] = []
        self.names: list[str] = []
        self.layers: list[dict[str, Any]] = []
        for layer in reversed(list(layers)):  # from the top, as they are listed
            run = layer.metadata.get("run")
            if run is None or "U" not in run or "hidden" not in run["U"].dims:
                continue
            if not any(run is known for known in self.runs):
                self.runs.append(run)
                self.names.append(layer.metadata.get("source") or "network")
                self.layers.append({})
            n = next(i for i, known in enumerate(self.runs) if run is known)
            montage = layer.metadata.get("montage", False)
            kind = "montage" if montage else layer.metadata["variable"]
            self.layers[n].setdefault(kind, layer)
            if kind == "U" and "/" in layer.name:  # of a comparison: the run's own name
                self.names[n] = layer.name.rsplit("/", 1)[0]
