"""Jacobians of laws: from their symbols, or by automatic differentiation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import xarray as xr

from ..formulas import law_from_text
from ..laws import Law
from ..terms import Reaction, Term

Entries = dict[tuple[str, str], Any]  # (what moves, by what): ∂ rate / ∂ value


@cache
def slopes(law: Law) -> dict[str, Law] | None:
    """The derivatives of a law by each species, as laws; None where it has no symbols."""
    import sympy

    if not law.readable:
        return None
    found = {}
    rates = law.symbols()
    names = (*law.species, *law.parameters)
    zero = " + ".join(f"0*{name}" for name in names)  # so that all names stay
    for by in law.species:
        texts = {}
        for who in law.species:
            slope = sympy.diff(
                rates.get(who, sympy.Integer(0)), sympy.Symbol(by, real=True)
            )
            if slope.has(
                sympy.Piecewise, sympy.Derivative, sympy.sign, sympy.Heaviside
            ):
                return None
            texts[who] = f"{slope} + {zero}"
        try:
            found[by] = law_from_text(texts)
        except ValueError:
            return None
    return found


def of_law(
    law: Law, state: Mapping[str, float], parameters: Mapping[str, float]
) -> Entries:
    """∂ rate / ∂ species at a state.

    Raises:
        ImportError: If the law has no symbols, and torch is missing.
    """
    told = slopes(law)
    if told is None:
        return _by_differentiation(law, state, parameters)
    here = {name: np.float64(state[name]) for name in law.species}
    return {
        (who, by): float(rate)
        for by, slope in told.items()
        for who, rate in slope.rates(here, parameters).items()
        if who in law.variables
    }


def _by_differentiation(law: Law, state: Mapping, parameters: Mapping) -> Entries:
    try:
        import torch
    except ImportError:
        raise ImportError(
            f"`{law.name}` has no symbols to differentiate, and without them its Jacobian "
            "needs torch: pip install 'rdkit_nn[neural]'."
        ) from None
    here = {
        name: torch.tensor(float(state[name]), dtype=torch.float64, requires_grad=True)
        for name in law.species
    }
    found: Entries = {}
    for who, rate in law.rates(here, parameters).items():
        grads = torch.autograd.grad(
            rate + 0 * sum(here.values()), list(here.values()), retain_graph=True
        )
        found |= {(who, by): float(g) for by, g in zip(here, grads)}
    return found


def jacobian(term: Term, state: Mapping[str, float]) -> xr.DataArray:
    """Jacobian of the rates of a uniform state.

        J_ij = ∂ (rate of species i) / ∂ (value of species j)

    Args:
        term: A sum with laws; what acts on slopes in space adds nothing.
        state: Values of the species.

    Returns:
        (species, by), unit 1/time.
    """
    from .linearising import matrix
    from .waves import Waves

    names = tuple(dict.fromkeys((*term.inputs, *term.variables)))
    values = {name: float(state[name]) for name in names}
    whole = matrix(term, values, Waves.along([0.0]), names)[0]
    return xr.DataArray(
        whole.real, coords={"species": list(names), "by": list(names)}, name="jacobian"
    )


def parameters_of(term: Reaction) -> dict[str, float]:
    """Plain numbers of a law's parameters.

    Raises:
        TypeError: If one varies in space, or from member to member.
    """
    told = {}
    for name, value in term.arguments.items():
        if not isinstance(value, (int, float)):
            raise TypeError(
                f"`{name}` of `{term.law.name}` is no single number, {value!r}; stability "
                "is asked of one uniform medium at a time."
            )
        told[name] = float(value)
    return told
