"""Boundary conditions as a term states them: by variable and axis."""

from __future__ import annotations

from collections.abc import Mapping

from .boundary import Sides, sides

Stated = tuple[tuple[str, tuple[tuple[str, Sides], ...]], ...]
"""Conditions of a term: variable -> dim -> sides, as nested pairs (hashable)."""


def stated(boundary: Mapping | None, variables: tuple[str, ...]) -> Stated:
    """Read the argument `boundary=` of a term.

    Args:
        boundary: variable -> (dim -> condition or (low, high)), or variable -> one
            condition for all axes.
        variables: Names whose conditions the term needs.

    Raises:
        ValueError: For an unknown variable, dim or condition.
    """
    if isinstance(boundary, tuple):  # as it is kept
        return boundary
    if boundary is not None and not isinstance(boundary, Mapping):
        raise TypeError(
            '`boundary` of a term is told by variable, such as {"u": rd.NoFlux()} or '
            f'{{"u": {{"x": rd.Dirichlet(0.0)}}}}, but got {boundary!r}.'
        )
    read = []
    for variable, where in dict(boundary or {}).items():
        if variable not in variables:
            raise ValueError(
                f"`boundary` names `{variable}`, but this term needs conditions of "
                f"{', '.join(variables) or 'nothing'} only."
            )
        axes = where if isinstance(where, Mapping) else dict.fromkeys("zyx", where)
        for dim in axes:
            if dim not in ("z", "y", "x"):
                raise ValueError(
                    f"`boundary` of `{variable}` names axis {dim!r}, not z, y or x."
                )
        pairs = tuple(
            (d, sides(w, f"Axis {d} of `{variable}`")) for d, w in axes.items()
        )
        read.append((variable, pairs))
    return tuple(read)


def written(boundary: Stated) -> list[str]:
    """The argument `boundary=` as it was written; nothing where there is none."""
    if not boundary:
        return []
    by_variable = {}
    for variable, axes in boundary:
        pairs = {d: low if low == high else (low, high) for d, (low, high) in axes}
        same = (
            set(pairs) == {"z", "y", "x"} and len(set(map(repr, pairs.values()))) == 1
        )
        by_variable[variable] = pairs["x"] if same else pairs
    return [f"boundary={by_variable!r}"]


def moving(boundary: Stated) -> bool:
    """Whether any condition depends on time, place or another variable."""
    return any(w.moving for _, axes in boundary for _, pair in axes for w in pair)


def referenced(boundary: Stated) -> tuple[str, ...]:
    """Variables whose values are held: those of `Dirichlet(of="v")`."""
    return tuple(
        dict.fromkeys(
            w.of for _, axes in boundary for _, pair in axes for w in pair if w.of
        )
    )
