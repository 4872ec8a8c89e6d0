"""From a sum of laws and diffusions to the text of one loop.

For a law `-k * u` and a diffusion of `u` in two dimensions and float32 the body reads

    for i0 in range(1, n0 - 1):
        for i1 in range(1, n1 - 1):
            u = a_u[i0, i1]
            t0 = -p0
            t1 = t0 * u
            t2 = c2 * u
            t3 = d0 * (a_u[i0 + 1, i1] + a_u[i0 - 1, i1] - t2)
            t4 = d1 * (a_u[i0, i1 + 1] + a_u[i0, i1 - 1] - t2)
            b_u[i0, i1] = u + dt * (t1 + (t3 + t4))

d0 and d1 are D / h² of each axis; where all spacings are the same, all neighbours are
summed first. Every constant is a global of the state's dtype (a bare `1.0` would turn the
loop to float64), whole powers are products, equal subexpressions are shared, and ghost
cells stand in for modulo. Differences are taken before they are weighed, so that a uniform
field has a Laplacian of exactly zero. Numbers never enter the text: it is the loop's name
in the cache.
"""

from __future__ import annotations

import ast
from typing import Any

from ...terms import Diffusion, Reaction, Term


def write(
    told: tuple[Term, ...],
    names: tuple[str, ...],
    dim: int,
    dtype: str,
    *,
    even: bool = False,
) -> str:
    """Write the module that steps these terms.

    Args:
        told: Reactions and diffusions, in the order of the sum.
        names: Species, in the order of the loop's arguments.
        dim: Axes of the grid, 1 to 3.
        dtype: `float32` or `float64`.
        even: Whether all axes have the same spacing.

    Returns:
        Source of a module with one function,
        `advance(*old, *new, p, d, dt, wraps, ghosts, steps)`: parameters in the order of
        the laws, D / h² by diffusion and axis (by diffusion alone where `even`).
    """
    body = _Body()
    rates: dict[str, list[str]] = {name: [] for name in names}
    count_p = count_d = 0
    for term in told:
        if isinstance(term, Reaction):
            law = term.law
            known = {s: f"f{names.index(s)}" for s in law.species}
            for name in law.parameters:
                known[name] = f"p{count_p}"
                count_p += 1
            for who, text in law.text.items():
                tree = ast.parse(text, mode="eval").body
                rates[who].append(body.lower(tree, known))
        elif isinstance(term, Diffusion):
            for who in term.moves:
                weights = [f"d{count_d + axis}" for axis in range(1 if even else dim)]
                count_d += len(weights)
                rates[who].append(body.diffusion(names.index(who), weights, dim))
    index = ", ".join(f"i{axis}" for axis in range(dim))
    for s, name in enumerate(names):
        total = ""
        for rate in rates[name]:
            total = f"({total} + {rate})" if total else rate
        moved = f"f{s} + dt * {total}" if total else f"f{s}"
        body.lines.append(f"b{s}[{index}] = {moved}")
    return _module(body, len(names), count_p, count_d, dim, dtype)


_BINARY: dict[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARE: dict[type, str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


class _Body:
    """Lines of the innermost loop; each distinct expression is written once."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.constants: dict[float, str] = {}
        self._kept: dict[str, str] = {}

    def keep(self, expression: str) -> str:
        """Name of the temporary that holds an expression."""
        if expression not in self._kept:
            self._kept[expression] = name = f"t{len(self._kept)}"
            self.lines.append(f"{name} = {expression}")
        return self._kept[expression]

    def constant(self, number: Any) -> str:
        """Name of a typed constant."""
        return self.constants.setdefault(float(number), f"c{len(self.constants)}")

    def lower(self, tree: ast.expr, known: dict[str, str]) -> str:
        """Write a formula as single operations; return the name of its value."""
        match tree:
            case ast.Constant(value):
                return self.constant(value)
            case ast.Name(name):
                return known[name]
            case ast.UnaryOp(ast.USub(), ast.Constant(value)):
                return self.constant(-value)  # type: ignore[operator]
            case ast.UnaryOp(ast.USub(), operand):
                return self.keep(f"-{self.lower(operand, known)}")
            case ast.BinOp(base, ast.Pow(), exponent):
                return self._power(self.lower(base, known), exponent, known)
            case ast.BinOp(left, op, right):
                a, b = self.lower(left, known), self.lower(right, known)
                return self.keep(f"{a} {_BINARY[type(op)]} {b}")
            case ast.Compare(left, [op], [right]):
                a, b = self.lower(left, known), self.lower(right, known)
                return self.keep(f"{a} {_COMPARE[type(op)]} {b}")
            case ast.Call(ast.Name("where"), operands):
                chosen, a, b = (self.lower(x, known) for x in operands)
                return self.keep(f"{a} if {chosen} else {b}")
            case ast.Call(ast.Name(name), operands):
                told = ", ".join(self.lower(x, known) for x in operands)
                return self.keep(f"np.{name}({told})")
        raise TypeError(f"{ast.unparse(tree)!r} is no arithmetic.")

    def _power(self, base: str, exponent: ast.expr, known: dict[str, str]) -> str:
        sign = 1
        if isinstance(exponent, ast.UnaryOp) and isinstance(exponent.op, ast.USub):
            sign, exponent = -1, exponent.operand
        if isinstance(exponent, ast.Constant) and exponent.value in range(1, 9):
            product = base
            for _ in range(int(exponent.value) - 1):  # type: ignore[arg-type]
                product = self.keep(f"{product} * {base}")
            return product if sign > 0 else self.keep(f"{self.constant(1)} / {product}")
        raised = self.lower(exponent, known)
        return self.keep(f"{base} ** {raised if sign > 0 else self.keep(f'-{raised}')}")

    def diffusion(self, s: int, weights: list[str], dim: int) -> str:
        """Write the second-order stencil of one species, one weight an axis or for all."""
        pairs = []
        for axis in range(dim):
            near = []
            for shift in ("+ 1", "- 1"):
                index = [
                    f"i{k}" + (f" {shift}" if k == axis else "") for k in range(dim)
                ]
                near.append(f"a{s}[{', '.join(index)}]")
            pairs.append(f"({' + '.join(near)})")
        if len(weights) < len(pairs):
            pairs = [f"({' + '.join(pairs)})"]
        own = self.keep(f"{self.constant(2 * dim / len(weights))} * f{s}")
        bends = (f"{w} * ({pair} - {own})" for w, pair in zip(weights, pairs))
        return self.keep(" + ".join(self.keep(bend) for bend in bends))


def _module(body: _Body, species: int, n_p: int, n_d: int, dim: int, dtype: str) -> str:
    old = [f"a{s}" for s in range(species)]
    new = [f"b{s}" for s in range(species)]
    numbers = [f"p{i} = p[{i}]" for i in range(n_p)]
    numbers += [f"d{i} = d[{i}]" for i in range(n_d)]
    read = [
        f"f{s} = a{s}[{', '.join(f'i{k}' for k in range(dim))}]" for s in range(species)
    ]
    lines = [
        '"""A loop written by rdkit_nn; safe to delete."""',
        "import numpy as np",
        "from numba import njit",
        "",
        *(f"{c} = np.{dtype}({v!r})" for v, c in body.constants.items()),
        "",
        "@njit(cache=CACHE, nogil=True, error_model='numpy')",
        "def ghosts(a, wrap, w):",
        *("    " + line for line in _ghosts(dim)),
        "",
        "@njit(cache=CACHE, nogil=True, error_model='numpy')",
        f"def pass_({', '.join(old + new)}, p, d, dt):",
        *("    " + line for line in numbers),
    ]
    indent = "    "
    for axis in range(dim):
        lines.append(f"{indent}for i{axis} in range(1, a0.shape[{axis}] - 1):")
        indent += "    "
    lines += [indent + line for line in read + body.lines]
    lines += [
        "",
        "@njit(cache=CACHE, nogil=True, error_model='numpy')",
        f"def advance({', '.join(old + new)}, p, d, dt, wraps, w, steps):",
        "    for step in range(steps):",
    ]
    for branch, src, dst in (("if step % 2 == 0:", old, new), ("else:", new, old)):
        lines.append(f"        {branch}")
        lines += [
            f"            ghosts({a}, wraps[{s}], w[{s}])" for s, a in enumerate(src)
        ]
        lines.append(f"            pass_({', '.join(src + dst)}, p, d, dt)")
    return "\n".join(lines) + "\n"


def _ghosts(dim: int) -> list[str]:
    """Fill the ghost cells of each axis in turn, corners too."""
    lines = []
    for axis in range(dim):
        lines.append(f"n = a.shape[{axis}]")
        indent = ""
        for other in range(dim):
            if other != axis:
                lines.append(f"{indent}for i{other} in range(a.shape[{other}]):")
                indent += "    "

        def at(place: str, axis: int = axis) -> str:
            spots = [place if k == axis else f"i{k}" for k in range(dim)]
            return f"a[{', '.join(spots)}]"

        lines += [
            f"{indent}if wrap[{axis}]:",
            f"{indent}    {at('0')} = {at('n - 2')}",
            f"{indent}    {at('n - 1')} = {at('1')}",
            f"{indent}else:",
            f"{indent}    {at('0')} = w[{axis}, 0, 0] * {at('1')} + w[{axis}, 0, 1]",
            f"{indent}    {at('n - 1')} = w[{axis}, 1, 0] * {at('n - 2')} "
            f"+ w[{axis}, 1, 1]",
        ]
    return lines
