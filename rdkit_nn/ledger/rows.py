"""A row of the ledger, and how a verdict follows from an interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr

from ..analysis import paired_effect

HOLDS, FAILS, OPEN = "holds", "does not hold", "not testable as stated"


@dataclass(frozen=True)
class Row:
    """One claim, and what was found.

    Args:
        name: Short name.
        claim: What is claimed.
        source: Where; "ours" where the paper only suggests it.
        measure: What the effect is.
        effect: Mean over seeds; for bounds the largest value.
        low: Lower end of Student's 95 % interval over seeds; for bounds the smallest value.
        high: Upper end.
        null: What would be seen if the claim were empty.
        rule: What has to be seen for "holds".
        verdict: `holds`, `does not hold` or `not testable as stated`.
        seeds: How many seeds gave a number.
        remark: What a reader should know besides.
    """

    name: str
    claim: str
    source: str
    measure: str
    effect: float
    low: float
    high: float
    null: str
    rule: str
    verdict: str
    seeds: int
    remark: str = ""


class Found:
    """Numbers of all experiments, (seed,) each; NaN where a run stopped being finite.

    Args:
        numbers: By seed, then by name of the experiment.
    """

    def __init__(self, numbers: Mapping[int, Mapping[str, Mapping[str, float]]]):
        self._numbers = numbers

    def __call__(self, name: str, key: str) -> xr.DataArray:
        """One number of one experiment along `seed`."""
        told = [each.get(name, {}).get(key, np.nan) for each in self._numbers.values()]
        return xr.DataArray(
            np.array(told, dtype=float),
            dims="seed",
            coords={"seed": list(self._numbers)},
        )

    def mean(self, name: str, key: str) -> str:
        """Mean over seeds, as it is printed."""
        return f"{float(self(name, key).mean()):.3g}"

    @property
    def stopped(self) -> dict[str, int]:
        """Experiments that stopped being finite, and for how many seeds."""
        count: dict[str, int] = {}
        for each in self._numbers.values():
            for name, told in each.items():
                if "stopped" in told:
                    count[name] = count.get(name, 0) + 1
        return count


def interval(values: xr.DataArray) -> dict[str, Any]:
    """Mean over seeds with Student's 95 % interval: `effect`, `low`, `high`, `seeds`."""
    some = values.dropna("seed")
    told = paired_effect(some, xr.zeros_like(some))
    found = {key: _digits(float(told[key])) for key in ("effect", "low", "high")}
    return {**found, "seeds": some.sizes["seed"]}


def extent(values: xr.DataArray) -> dict[str, Any]:
    """Largest over seeds, from the smallest to the largest: for bounds."""
    some = values.dropna("seed")
    high = _digits(float(some.max())) if some.size else np.nan
    low = _digits(float(some.min())) if some.size else np.nan
    return {"effect": high, "low": low, "high": high, "seeds": some.sizes["seed"]}


def settled(row: Row) -> Row:
    """A row that no seed gave a number for is not a failure of the claim."""
    if np.isfinite(row.effect):
        return row
    return replace(row, verdict=OPEN, remark="No seed gave a number.")


def verdict(holds: bool) -> str:
    """Word for a rule that was met or not; a NaN never meets one."""
    return HOLDS if holds else FAILS


def _digits(value: float) -> float:
    """Six digits: more than any interval here supports, and the same text everywhere."""
    return float(f"{value:.6g}")
