"""Layers of a run, a sweep, or a tree of runs: one a variable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from .axes import even, turned
from .captions import caption, place_of
from .colours import colours, range_of
from .lazily import Tell, carefully
from .matrices import beside_neurons, matrices, sheet

Layer = tuple[Any, dict[str, Any], str]
MOST = 12  # runs of a tree that become layers


def layers_of(
    data: xr.Dataset | xr.DataTree, *, source: str = "", tell: Tell | None = None
) -> list[Layer]:
    """Layers of a run, or of a tree of runs: one a variable.

    Of a network the receptive fields are seen; their montage and the matrices V and W are
    hidden layers. Of a tree the first run is shown and the others are hidden. One viewer
    has one slider for all: where runs keep different times, it counts frames; beside
    banks of neurons a chemical field is the same for every neuron; where units differ they
    are left out. All three stand in each layer's metadata.

    Args:
        data: What `simulate` or `sweep` returned, `open_run` opened, or `compare` wrote.
        source: Where it was read, for the metadata.
        tell: Told, in a sentence, of a frame that cannot be read, which then is blank.
            Default: such a frame is an error.

    Returns:
        (data, keywords, "image") for each variable that is a picture.
    """
    if isinstance(data, xr.Dataset):
        told = [_layer(data, n, n, source, tell) for n in pictures_of(data)]
        return [*told, *_beside(data, told, tell)]
    runs = runs_of(data)
    shown = next(iter(runs), "")
    some = dict(list(runs.items())[:MOST])
    told = [
        _layer(run, name, f"{path}/{name}", f"{source}/{path}" if source else "", tell)
        for path, run in some.items()
        for name in pictures_of(run)
    ]
    together = _together([field for field, _, _ in told])
    layers = []
    for field, (_, words, kind) in zip(together, told):
        metadata = _captioned(words["metadata"], field.dims)
        visible = words["name"].startswith(f"{shown}/")
        layers.append(
            (field, {**words, "visible": visible, "metadata": metadata}, kind)
        )
    return layers


def runs_of(tree: xr.DataTree) -> dict[str, xr.Dataset]:
    """Runs of a tree by path, in order."""
    return {
        node.path.strip("/"): node.to_dataset()
        for node in sorted(tree.subtree, key=lambda node: node.path)
        if "rdkit_nn" in node.attrs and node.data_vars
    }


def pictures_of(run: xr.Dataset) -> list[str]:
    """Names of variables that are pictures: those in space, else matrices."""
    every = sorted(map(str, run.data_vars))  # a store keeps no order of its own
    names = [n for n in every if {"y", "x"} <= set(run[n].dims)]
    return names or [n for n in every if run[n].ndim >= 2]


def _layer(
    run: xr.Dataset, variable: str, name: str, source: str, tell: Tell | None
) -> Layer:
    field = turned(run[variable])
    metadata = {
        **run.attrs,
        "units": {str(d): c.attrs.get("units", "1") for d, c in field.coords.items()},
        "source": source,
        "run": run,
        "variable": variable,
        "field": field,
    }
    if "time" in field.coords and field.time.ndim == 1:
        metadata["time"] = np.asarray(field.time.values).tolist()
    picture = field if tell is None or field.chunks is None else carefully(field, tell)
    words = {
        "name": name,
        **colours(*range_of(field)),
        "metadata": _captioned(metadata, field.dims),
    }
    return even(picture), words, "image"


def _captioned(
    metadata: Mapping[str, Any], dims: Sequence, montage: bool = False
) -> dict[str, Any]:
    """Metadata with a caption for a layer of these dims."""
    field = metadata["field"]
    own = [str(d) for d in field.dims[:-2] if not (montage and d == "hidden")]
    names = [str(d) if d in own else "" for d in dims[:-2]]

    def words(position: Sequence[float]) -> str:
        return caption(field, place_of(position, names))

    told = {**metadata, "caption": words}
    return {**told, "montage": True} if montage else told


def _beside(run: xr.Dataset, told: list[Layer], tell: Tell | None) -> list[Layer]:
    """Montage and matrices of a network, with sliders for the axes of its stack."""
    if "U" not in [words["metadata"]["variable"] for _, words, _ in told]:
        return []
    first, words, _ = told[0]
    field, source = words["metadata"]["field"], words["metadata"]["source"]
    if field.dims[-3:] != ("hidden", "y", "x"):
        return []
    more = [(sheet(field, tell), {**words, "name": "U montage"}, "image")]
    more += [_layer(run, name, name, source, tell) for name in matrices(run)]
    fields = beside_neurons([first, *(field for field, _, _ in more)])[1:]
    layers = []
    for field, (_, words, kind) in zip(fields, more):
        metadata = _captioned(
            words["metadata"], field.dims, montage=words["name"] == "U montage"
        )
        layers.append((field, {**words, "visible": False, "metadata": metadata}, kind))
    return layers


def _together(fields: list[xr.DataArray]) -> list[xr.DataArray]:
    """Make the axes of several runs agree, as far as one viewer asks for it."""
    times = {tuple(f.time.values) if "time" in f.coords else None for f in fields}
    if len(times) > 1:
        fields = [f.drop_vars("time", errors="ignore") for f in fields]
    fields = beside_neurons(fields)
    units: dict[str, set] = {}
    for field in fields:
        for d in field.dims:
            told = field[d].attrs.get("units") if d in field.coords else None
            units.setdefault(str(d), set()).add(told)
    if any(len(found) > 1 for found in units.values()):
        fields = [
            f.assign_coords({d: (d, c.values) for d, c in f.coords.items()})
            for f in fields
        ]
    return fields
