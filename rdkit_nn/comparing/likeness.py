"""What the ends of the runs are like: class, nearest preset, distance from each other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from .. import analysis, presets
from .measures import field_of


def likeness(nodes: Mapping[str, xr.Dataset]) -> list[str]:
    """Lines of the report: what each run's last frame is most like, if anything.

    Args:
        nodes: Runs by name, of one seed.
    """
    atlas = presets.atlas()
    ends = {name: field_of(run).isel(time=-1) for name, run in nodes.items()}
    drawn = {name: analysis.portrait(_bare(field)) for name, field in ends.items()}
    lines = []
    for name, seen in drawn.items():
        kinds = analysis.classify(_bare(ends[name]))["class"].values.ravel()
        found = analysis.nearest(seen, atlas)
        labels, closest = found.label.values.ravel(), found.closest.values.ravel()
        if labels.size == 1:
            far = float(found.distance)
            known = (
                f"like {labels[0]}" if labels[0] else f"like no preset ({closest[0]}"
            )
            close = "" if labels[0] else " is the closest)"
            lines.append(
                f"  {name}: {kinds[0]}; {known}{close}, {far:.2g} of its widths away."
            )
            continue
        taken = int((labels != "").sum())
        words = ", ".join(
            f"{count} {kind}"
            for kind, count in zip(*np.unique(kinds, return_counts=True), strict=True)
        )
        lines.append(
            f"  {name}: of {labels.size} receptive fields {taken} are like some preset; "
            f"by rule {words}."
        )
    lines.append(
        "  Distance of portraits, in spreads from seed to seed (banks: their median):"
    )
    names = list(drawn)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            gap = analysis.distance(_centre(drawn[one]), _centre(drawn[other]))
            lines.append(f"    {one} - {other}: {float(gap):.3g}")
    return lines


def _bare(field: xr.DataArray) -> xr.DataArray:
    return field.drop_vars(["time", "step"], errors="ignore")


def _centre(portraits: xr.DataArray) -> xr.DataArray:
    others = [d for d in portraits.dims if d != "measure"]
    return portraits.median(others) if others else portraits
