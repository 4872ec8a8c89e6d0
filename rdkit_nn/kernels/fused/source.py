"""From a sum of laws and diffusions to the text of one loop over a row of cells.

For a law `-k * u` and a diffusion of `u` in two dimensions and float32 the row reads

    for j in range(cells):
        f0 = load(x0, j)                    # the cell
        t0 = -p0
        t1 = t0 * f0
        t2 = c0 * f0
        t3 = d0 * ((load(x3, j) + load(x4, j)) - t2)
        t4 = d1 * ((load(x1, j) + load(x2, j)) - t2)
        store0(y0, j, f0 + dt * (t1 + (t3 + t4)))

where x0, x1, … are the addresses of the row itself, of the row shifted by one cell to
either side, and of its neighbours along the other axes (`tiles` knows how they are laid).
d0 and d1 are D / h² of each axis; where all spacings are the same, all neighbours are
summed first. Every constant is a global of the state's dtype (a bare `1.0` would turn the
loop to float64), whole powers are products, and equal subexpressions are shared.
Differences are taken before they are weighed, so that a uniform field has a Laplacian of
exactly zero. Numbers never enter the text: it is the loop's name in the cache.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
from types import ModuleType
from typing import Any

from ...terms import Diffusion, Reaction, Term
from . import lanes


def write(
    told: tuple[Term, ...],
    names: tuple[str, ...],
    dim: int,
    dtype: str,
    *,
    even: bool = False,
    stages: bool = False,
) -> str:
    """Write the module that steps these terms.

    Args:
        told: Reactions and diffusions, in the order of the sum.
        names: Species, in the order of the loop's arguments.
        dim: Axes of the grid, 1 to 3.
        dtype: `float32` or `float64`.
        even: Whether all axes have the same spacing.
        stages: Write the row of a Runge-Kutta stage instead of Euler's: from the rates k
            of the state that is read, base + a k and sum + b k, with a and b at the end
            of the parameters, and the addresses of base and sum behind those of the
            outputs.

    Returns:
        Source of a module with one function, `row(rows, cells, p, d, dt)`: addresses of
        the list of rows (see `tiles`), of the parameters in the order of the laws, and of
        D / h² by diffusion and axis (by diffusion alone where `even`).
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
    for s, name in enumerate(names):
        total = ""
        for rate in rates[name]:
            total = f"({total} + {rate})" if total else rate
        if not stages:
            moved = f"f{s} + dt * {total}" if total else f"f{s}"
            body.lines.append(f"store{s}(y{s}, j, {moved})")
            continue
        rate = body.keep(total) if total else body.constant(0)
        for out, scale, base in ((s, "a", "g"), (s + len(names), "b", "h")):
            moved = f"load({base}{s}, j) + {scale} * {rate}"
            body.lines.append(f"store{out}(y{out}, j, {moved})")
    return _module(body, len(names), count_p, count_d, dim, dtype, stages)


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
        # The last axis stands first among the addresses; see `tiles`.
        first = s * (1 + 2 * dim) + 1
        near = [first + 2 * (dim - 1 - axis) for axis in range(dim)]
        pairs = [f"(load(x{i}, j) + load(x{i + 1}, j))" for i in near]
        if len(weights) < len(pairs):
            pairs = [f"({' + '.join(pairs)})"]
        own = self.keep(f"{self.constant(2 * dim / len(weights))} * f{s}")
        bends = (f"{w} * ({pair} - {own})" for w, pair in zip(weights, pairs))
        return self.keep(" + ".join(self.keep(bend) for bend in bends))


def _module(
    body: _Body, species: int, n_p: int, n_d: int, dim: int, dtype: str, stages: bool
) -> str:
    inputs = species * (1 + 2 * dim)
    outputs = species * (1 + stages)
    stores = [f"store{s}" for s in range(outputs)]
    numbers = [f"p{i} = load(p, {i})" for i in range(n_p)]
    numbers += [f"d{i} = load(d, {i})" for i in range(n_d)]
    numbers += [f"x{i} = whole(rows, {i})" for i in range(inputs)]
    numbers += [f"y{s} = whole(rows, {inputs + s})" for s in range(outputs)]
    if stages:
        numbers += [f"a = load(p, {n_p})", f"b = load(p, {n_p + 1})"]
        behind = inputs + outputs
        numbers += [f"g{s} = whole(rows, {behind + s})" for s in range(species)]
        behind += species
        numbers += [f"h{s} = whole(rows, {behind + s})" for s in range(species)]
    cells = [f"f{s} = load(x{s * (1 + 2 * dim)}, j)" for s in range(species)]
    lines = [
        f'"""A loop written by rdkit_nn; safe to delete. Lanes {_digest(lanes)}."""',
        "import numpy as np",
        "from numba import cfunc",
        "from rdkit_nn.kernels.fused.lanes import doors, whole",
        "",
        f"load, ({', '.join(stores)},) = doors('{dtype}', {outputs})",
        *(f"{c} = np.{dtype}({v!r})" for v, c in body.constants.items()),
        "",
        "",
        f"@cfunc('void(intp, intp, intp, intp, {dtype})', cache=CACHE, nopython=True,",
        "       error_model='numpy', fastmath={'contract'})",
        "def row(rows, cells, p, d, dt):",
        *("    " + line for line in numbers),
        "    for j in range(cells):",
        *("        " + line for line in cells + body.lines),
    ]
    return "\n".join(lines) + "\n"


def _digest(room: ModuleType) -> str:
    """Digest of a room's text: what it makes is part of the loop, too."""
    return hashlib.sha256(inspect.getsource(room).encode()).hexdigest()[:12]
