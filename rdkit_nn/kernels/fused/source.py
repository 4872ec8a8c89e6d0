"""From a sum of laws and diffusions to the text of a loop.

The text is a small module: a listing of what is done to one cell (see `lanes`) and a
function that walks rows with it. For a law `-k * u` and a diffusion of `u` along x it says

    f0 = cell 0 0 0 0
    x0 = cell 0 0 0 -1
    x1 = cell 0 0 0 1
    t3 = add x0 x1
    t5 = fnma =2.0 f0 t3                the neighbours less twice the cell
    t8 = mul c0 f0                      c0 = dt · k
    t9 = fms c1 t5 t8                   c1 = dt · D / h²
    t10 = add f0 t9
    out t10

Numbers never enter the text: c0, c1, … go in with each call. The text is the loop's name
in the cache (see `cache`), so a law is compiled once, whatever its parameters.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache

import numpy as np

from ...grid import stencils
from ...terms import Diffusion, Reaction, Term
from . import elementary, lanes
from .cache import digest
from .listing import Listing

_BINARY: dict[type, str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
}


@dataclass(frozen=True)
class Loop:
    """Text of a module with one function, `row`, and what it needs to be told.

    Args:
        text: The module.
        rows: (species, dz, dy) of each row that is read, for a group of rows.
        group: Rows that are done at once.
        listing: Where its numbers come from.
        fixed: Names of those numbers, c0, c1, …
    """

    text: str
    rows: tuple[tuple[int, int, int], ...]
    group: int
    listing: Listing
    fixed: list[str]

    def numbers(self, known: dict[str, np.ndarray], dtype: np.dtype) -> np.ndarray:
        """c0, c1, … of each member, from arrays of the parameters, weights and dt."""
        members = max(len(values) for values in known.values())
        told = np.zeros((members, max(1, len(self.fixed))), dtype)
        for k, value in enumerate(self.listing.values(self.fixed, known)):
            told[:, k] = value
        return told


def carried(count: int) -> str:
    """Name under which parameter `count` goes along as a field that nothing moves."""
    return f"p{count} in space"


def write(
    told: tuple[Term, ...],
    names: tuple[str, ...],
    spacing: tuple[float, ...],
    dtype: str,
    stage: str = "euler",
) -> Loop:
    """Write the loop that steps these terms.

    Args:
        told: Reactions and diffusions, in the order of the sum.
        names: Species, in the order of the loop's rows.
        spacing: Of the grid's axes, 1 to 3 of them; which are equal decides the text.
        dtype: `float32` or `float64`.
        stage: `euler`: cell + dt · rate; `rate`: dt · rate alone. Of a Runge-Kutta step,
            with rows of its earlier stages as extra rows: `stage`: base + dt · rate;
            `last`: see `_closed`.
    """
    best = None
    # dt outside, or taken into the coefficients: whichever is less work.
    for inside in (False, True):
        listing = Listing()
        rates = _rates(listing, told, names, spacing)
        outs = [
            _moved(listing, s, len(names), rates[name], stage, inside)
            for s, name in enumerate(names)
        ]
        lines, fixed = listing.written(outs, host()[1])
        work = sum(line.split()[2] in _WORK for line in lines if "=" in line)
        if best is None or work < best[0]:
            best = work, listing, lines, fixed
    _, listing, lines, fixed = best  # type: ignore[misc]
    group = 2 if len(spacing) > 1 and len(names) <= host()[2] else 1
    rows = tuple(lanes.read("\n".join(lines), group)[-1])
    return Loop(_module(lines, dtype, group), rows, group, listing, fixed)


_WORK = ("mul", "fma", "fms", "fnma")


@cache
def host() -> tuple[int, bool, int]:
    """Bytes of a vector here, whether it can fuse, and species that two rows may have."""
    from llvmlite.binding import get_host_cpu_features

    able = get_host_cpu_features()
    if able.get("avx512f"):
        return 64, True, 4  # 32 registers
    if able.get("avx"):
        return 32, bool(able.get("fma")), 2
    return 16, "neon" in able or "fp-armv8" in able, 2


def _rates(
    listing: Listing,
    told: tuple[Term, ...],
    names: tuple[str, ...],
    spacing: tuple[float, ...],
) -> dict[str, str]:
    """Name of the rate of each species; empty where it has none."""
    cells = [listing.leaf(f"f{s}", f"f{s} = cell {s} 0 0 0") for s in range(len(names))]
    rates = dict.fromkeys(names, "")
    count_p = count_d = 0

    def grow(who: str, rate: str) -> None:
        rates[who] = listing.op("add", rates[who], rate) if rates[who] else rate

    for term in told:
        if isinstance(term, Reaction):
            law = term.law
            known = {s: cells[names.index(s)] for s in law.species}
            for name in law.parameters:
                place = carried(count_p)  # one that varies in space is a row of its own
                known[name] = (
                    cells[names.index(place)] if place in names else f"p{count_p}"
                )
                count_p += 1
            for who, text in law.text.items():
                tree = ast.parse(text, mode="eval").body
                grow(who, listing.number(_lowered(listing, tree, known)))
        elif isinstance(term, Diffusion):
            for who in term.variables:
                s = names.index(who)
                for _, offsets in stencils.rings(term.stencil, spacing):
                    bend = _bend(listing, s, offsets)
                    grow(who, listing.op("mul", f"d{count_d}", bend))
                    count_d += 1
    return rates


def _lowered(listing: Listing, tree: ast.expr, known: dict[str, str]) -> str:
    """Name of the value of a formula."""

    def low(inner: ast.expr) -> str:
        return _lowered(listing, inner, known)

    match tree:
        case ast.Constant(value):
            return f"={float(value)!r}"  # type: ignore[arg-type]
        case ast.Name(name):
            return known[name]
        case ast.UnaryOp(ast.USub(), ast.Constant(value)):
            return f"={-float(value)!r}"  # type: ignore[arg-type]
        case ast.UnaryOp(ast.USub(), operand):
            return listing.op("neg", low(operand))
        case ast.BinOp(base, ast.Pow(), exponent):
            return listing.power(listing.number(low(base)), low(exponent))
        case ast.BinOp(left, op, right):
            return listing.op(_BINARY[type(op)], low(left), low(right))
        case ast.Compare(left, [op], [right]):
            return listing.op(_BINARY[type(op)], low(left), low(right))
        case ast.Call(ast.Name("where"), [chosen, yes, no]):
            mask = low(chosen)
            if listing.number(mask) == mask:  # a number: true where it is not zero
                mask = listing.keep("ne", mask, "=0.0")
            return listing.keep(
                "select", mask, *map(listing.number, map(low, (yes, no)))
            )
        case ast.Call(ast.Name(name), operands):
            return listing.op(name, *map(low, operands))
    raise TypeError(f"{ast.unparse(tree)!r} is no arithmetic.")


def _bend(listing: Listing, s: int, offsets: tuple[tuple[int, ...], ...]) -> str:
    """Sum of the neighbours of a species less as many times the cell: zero if uniform."""
    cells = []
    for offset in offsets:
        place = " ".join(str(k) for k in (0, 0, *offset)[-3:])
        if len(offset) == 2:  # a plane: its rows follow one another along z
            place = f"{offset[0]} 0 {offset[1]}"
        name = f"x{s}[{place.replace(' ', ',')}]"
        cells.append(listing.leaf(name, f"{name} = cell {s} {place}"))
    count = len(cells)
    while len(cells) > 1:  # opposite neighbours first
        pairs = [listing.op("add", a, b) for a, b in zip(cells[::2], cells[1::2])]
        cells = pairs + cells[2 * len(pairs) :]
    return listing.op("sub", cells[0], listing.op("mul", f"={float(count)}", f"f{s}"))


def _moved(
    listing: Listing, s: int, species: int, rate: str, stage: str, inside: bool
) -> str:
    """Name of the next value of a species."""

    def extra(k: int) -> str:
        number = k * species + s
        return listing.leaf(f"e{number}", f"e{number} = extra {number}")

    if stage == "last":
        base = _closed(listing, extra(0), extra(1), extra(2), f"f{s}")
    else:
        base = extra(0) if stage == "stage" else f"f{s}"
    if not rate:
        return base
    move = listing.scaled(rate, "dt") if inside else listing.op("mul", "dt", rate)
    return move if stage == "rate" else listing.op("add", base, move)


def _closed(listing: Listing, u: str, x1: str, x2: str, x3: str) -> str:
    """Classical Runge-Kutta from its stages, without their rates.

    With x1 = u + dt/2 k1, x2 = u + dt/2 k2 and x3 = u + dt k3,

        u + dt/6 (k1 + 2 k2 + 2 k3 + k4) = x3 + (x1 - u + 2 (x2 - x3)) / 3 + dt/6 k4

    and the differences are small: nothing is lost.
    """
    near = listing.op("sub", x1, u)
    far = listing.op("mul", "=2.0", listing.op("sub", x2, x3))
    third = listing.op("mul", f"={1 / 3!r}", listing.op("add", near, far))
    return listing.op("add", x3, third)


def _module(lines: list[str], dtype: str, group: int) -> str:
    wide = host()[0] // np.dtype(dtype).itemsize
    made_by = digest(lanes, elementary)[:12]
    return "\n".join(
        [
            f'"""A loop written by rdkit_nn; safe to delete. Woven by {made_by}."""',
            "from numba import cfunc",
            "from rdkit_nn.kernels.fused.lanes import woven",
            "",
            'LISTING = """',
            *lines,
            '"""',
            f"weave = woven(LISTING, '{dtype}', lanes={wide}, group={group})",
            "",
            "",
            f"@cfunc('void({', '.join(['intp'] * 6)})', cache=CACHE, nopython=True)",
            "def row(rows, offset, lines, stride, count, numbers):",
            "    weave(rows, offset, lines, stride, count, numbers)",
            "",
        ]
    )
