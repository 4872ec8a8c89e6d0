"""The table of measures, and every claimed difference beside its null."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from .. import neural
from ..analysis import paired_effect
from .likeness import likeness
from .measures import field_of, moran_of_shuffled
from .runs import LEARNING, preset_of

_COLUMNS = {
    "contrast": "contrast",
    "variation": "variation",
    "entropy": "entropy",
    "moran": "Moran's I",
    "wavelength": "wavelength",
    "displacement": "displaced",
    "late_growth": "late growth",
    "effective_rank": "eff. rank",
    "balance_drift": "balance drift",
}


def report(
    nodes: Mapping[str, xr.Dataset],
    measures: Mapping[str, xr.Dataset],
    task: neural.Task,
    source: str,
) -> str:
    """Write the table.

    Args:
        nodes: Runs by `seed<n>/<name>`.
        measures: Measures of each run, along `seed`.
        task: What the network learned.
        source: Where its inputs come from.
    """
    seeds = next(iter(measures.values())).sizes["seed"]
    lines = [
        f"Input: {source}; {task!r}",
        f"Measures at the end of each run{', mean over seeds' if seeds > 1 else ''} "
        "(receptive fields: mean over neurons)",
        "",
        *_table(measures),
        "",
        "late growth: of displacement, in the last quarter of the run",
        "balance drift: mean |Δ(‖u_j‖² - ‖v_j‖²)|; the flow conserves it, finite steps "
        "do not",
        "variation is not given for fields of both signs",
        "",
        "Chemistry",
        *_chemistry(nodes, measures),
        "",
        "Learning",
        *_learning(nodes, measures, task),
        "",
        "Likeness (seed 0, last frames; looks, not causes)",
        *likeness(
            {
                name.removeprefix("seed0/"): run
                for name, run in nodes.items()
                if name.startswith("seed0/")
            }
        ),
    ]
    return "\n".join(lines)


def _table(measures: Mapping[str, xr.Dataset]) -> list[str]:
    wide = max(map(len, measures))
    head = "  ".join(f"{title:>13}" for title in _COLUMNS.values())
    lines = [f"{'':{wide}}  {head}"]
    for name, found in measures.items():
        cells = []
        for key in _COLUMNS:
            value = _mean(found, key) if f"{key}_end" in found else np.nan
            cells.append(f"{'-' if np.isnan(value) else f'{value:.4g}':>13}")
        lines.append(f"{name:{wide}}  {'  '.join(cells)}")
    return lines


def _chemistry(nodes: Mapping, measures: Mapping[str, xr.Dataset]) -> list[str]:
    lines = []
    for name, found in measures.items():
        if name in LEARNING:
            continue
        end = field_of(nodes[f"seed0/{name}"]).isel(time=-1)
        shuffled = moran_of_shuffled(end, draws=50)
        left = float(found.noise_left.max())
        told = f"{left:.1e}" if left > 1e-30 else "less than 1e-30"
        lines += [
            f"  {name}: neighbours are alike (Moran's I {_mean(found, 'moran'):+.3f}; "
            f"shuffled pixels {_span(shuffled)}).",
            f"    Of small noise about (1, 0) {told} of its contrast is left: the pattern "
            "grows from its seed.",
            f"    {_uniform_states(name)}",
        ]
    return lines


def _uniform_states(name: str) -> str:
    """Say which uniform states there are, and what that means for the word Turing."""
    told = preset_of(name).flow.term.terms[0]  # type: ignore[attr-defined]
    F, k = (told.arguments[p] for p in "Fk")
    discriminant = f"4 (F + k)² = {4 * (F + k) ** 2:.4f}, F = {F:g}"
    if 4 * (F + k) ** 2 > F:
        return (
            f"{discriminant}: (1, 0) is the only uniform state, and it is stable. "
            "Not a Turing instability."
        )
    return f"{discriminant}: there are other uniform states; their verdict is open."


def _learning(
    nodes: Mapping, measures: Mapping[str, xr.Dataset], task: neural.Task
) -> list[str]:
    sup, adv, mat = (measures[name] for name in LEARNING)
    dead = {
        name: int(neural.dead(nodes[f"seed0/{name}"].isel(time=-1), task).sum())
        for name in LEARNING
    }
    scale = nodes["seed0/matched"].attrs["label_scale"]
    lines = [
        "  Distance from the start, adversarial - supervised (null: the supervised twin):",
        f"    {_effect(adv, sup, 'displacement')}",
        "  Its growth in the last quarter (null: the supervised twin):",
        f"    {_effect(adv, sup, 'late_growth')}",
        "    Descent in finite steps: balance drift "
        f"{_mean(adv, 'balance_drift'):.3g} against {_mean(sup, 'balance_drift'):.3g}, "
        "0 in the flow. How much of the",
        "    growth is the step, not the adversary, shows at smaller rates and equal time.",
        "  Moran's I of receptive fields at the end (nulls: start, supervised twin, "
        "matched twin, shuffled pixels):",
    ]
    begin = float(adv.moran.isel(time=0).mean())
    lines.append(f"    start {begin:+.4f}")
    for name in LEARNING:
        shuffled = moran_of_shuffled(field_of(nodes[f"seed0/{name}"]).isel(time=-1))
        lines.append(
            f"    {name:11s} {_mean(measures[name], 'moran'):+.4f}   "
            f"shuffled pixels (seed 0) {_span(shuffled)}"
        )
    pixels = task.sizes["input"]
    lines += [
        f"    (pixels without places: expectation {-1 / (pixels - 1):+.4f})",
        f"    adversarial - supervised: {_effect(adv, sup, 'moran')}",
        f"    adversarial - matched:    {_effect(adv, mat, 'moran')}",
        f"  Matched twin: supervision on labels x {scale:.3g} (seed 0) goes "
        f"{_mean(mat, 'displacement'):.3g} far, the adversary "
        f"{_mean(adv, 'displacement'):.3g}. Distance",
        "    alone does not tell an adversary; what differs at equal distance may.",
        f"  Effective rank of U - U(0), adversarial - matched: "
        f"{_effect(adv, mat, 'effective_rank')}",
        "  Dead neurons at the end (seed 0): "
        + ", ".join(f"{name} {count}" for name, count in dead.items())
        + ".",
    ]
    return lines


def _mean(found: xr.Dataset, key: str) -> float:
    return float(found[f"{key}_end"].mean())


def _effect(one: xr.Dataset, other: xr.Dataset, key: str) -> str:
    told = paired_effect(one[f"{key}_end"], other[f"{key}_end"])
    effect, low, high = (float(told[k]) for k in ("effect", "low", "high"))
    n = one.sizes["seed"]
    if n == 1:
        return f"{effect:+.4g}   (one pair: no interval; repeat with --seeds 5)"
    return f"{effect:+.4g}   [{low:+.4g}, {high:+.4g}], 95 % over {n} pairs"


def _span(draws: np.ndarray) -> str:
    low, high = np.quantile(draws, (0.025, 0.975))
    return f"{low:+.4f} to {high:+.4f}"
