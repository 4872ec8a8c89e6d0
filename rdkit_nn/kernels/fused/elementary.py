"""Operations on vectors of cells, and the functions exp and tanh built from them.

Sums, products, quotients, roots and choices are single instructions. The others:

    exp     e^x = 2^k (1 + p(r)),  k = round(x / ln 2),  r = x - k ln 2,
            p(r) = e^r - 1 by its series up to r^8 (float32) or r^13 (float64)
    tanh    t / (t + 2) with t = e^(2|x|) - 1 = 2^k p(r) + (2^k - 1), and the sign of x

exp is right to 1.1 units in the last place (ulp) and tanh to 3, over all numbers; both give
their limits beyond the range, and keep NaN. log, sin, cos and powers that are no whole
number go to the system's mathematical library, one cell at a time: right, but slow.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial
from typing import Any

from llvmlite import ir

ULP = {"exp": 1.1, "tanh": 3.0}
"""Error that is promised, in units in the last place."""

LN2 = "0.693147180559945309417232121458"


class Vectors:
    """Builder of vector operations.

    Args:
        builder: Where the instructions go.
        dtype: `float32` or `float64`.
        lanes: Cells of a vector.
    """

    def __init__(self, builder: ir.IRBuilder, dtype: str, lanes: int):
        self.b, self.lanes, self.single = builder, lanes, dtype == "float32"
        bits = 32 if self.single else 64
        self.cell = ir.FloatType() if self.single else ir.DoubleType()
        self.kind = ir.VectorType(self.cell, lanes)
        self.whole = ir.VectorType(ir.IntType(bits), lanes)
        self.bytes = lanes * bits // 8
        self.suffix = f"v{lanes}f{bits}"

    def number(self, x: Any) -> ir.Constant:
        """Constant in all lanes."""
        return ir.Constant(self.kind, [float(x)] * self.lanes)

    def integer(self, x: int) -> ir.Constant:
        """Whole constant, as wide as a cell, in all lanes."""
        return ir.Constant(self.whole, [x] * self.lanes)

    def splat(self, x: Any) -> Any:
        """Put a number of run time into all lanes."""
        nothing = ir.Constant(self.kind, ir.Undefined)
        one = self.b.insert_element(nothing, x, ir.Constant(ir.IntType(32), 0))
        return self.b.shuffle_vector(one, one, self._lanes([0] * self.lanes))

    def moved(self, before: Any, here: Any, behind: Any, dx: int) -> Any:
        """Cells dx further on, from three vectors in a row."""
        if dx == 0:
            return here
        pair, first = (
            ((before, here), self.lanes + dx) if dx < 0 else ((here, behind), dx)
        )
        return self.b.shuffle_vector(
            *pair, self._lanes([first + k for k in range(self.lanes)])
        )

    def _lanes(self, numbers: list[int]) -> ir.Constant:
        return ir.Constant(ir.VectorType(ir.IntType(32), self.lanes), numbers)

    def call(self, name: str, *operands: Any) -> Any:
        """Call a function that LLVM knows, such as `fma` or `sqrt`."""
        full, known = f"llvm.{name}.{self.suffix}", self.b.module.globals
        if full not in known:
            ir.Function(
                self.b.module,
                ir.FunctionType(self.kind, [self.kind] * len(operands)),
                full,
            )
        return self.b.call(known[full], operands)

    def smaller(self, x: Any, limit: Any) -> Any:
        """x, or the limit where x is above it; NaN stays."""
        return self.b.select(self.b.fcmp_ordered(">", x, limit), limit, x)


def operate(v: Vectors, kind: str, x: list) -> Any:
    """Write one operation of a listing."""
    b = v.b
    if kind in _COMPARE:
        return b.fcmp_ordered(_COMPARE[kind], *x)
    if kind in _CALLED:
        return v.call(_CALLED[kind], *x)
    return _OPERATIONS[kind](v, *x)


_COMPARE = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
# `minimum` and `maximum` of LLVM give NaN where either is, as numpy's do.
_CALLED = {n: n for n in ("fma", "sqrt", "log", "sin", "cos", "pow")} | {
    "abs": "fabs",
    "minimum": "minimum",
    "maximum": "maximum",
}


def _reduced(v: Vectors, x: Any) -> tuple[Any, Any]:
    """The whole numbers k, and e^r - 1; see the head of this file.

    Adding and taking away 1.5 · 2^(bits of the fraction) rounds to a whole number, which
    the sum then shows in its last bits.
    """
    b = v.b
    large = 1.5 * 2.0 ** (23 if v.single else 52)
    inverse = 1 / float(LN2)
    shifted = v.call("fma", x, v.number(inverse), v.number(large))
    k = b.fsub(shifted, v.number(large))
    high, low = _split(v.single)
    r = v.call("fma", k, v.number(-high), x)
    r = v.call("fma", k, v.number(-low), r)
    # e^r - 1 = r + r² (1/2 + r/6 + …), innermost bracket first.
    degree = 8 if v.single else 13
    series = v.number(1 / factorial(degree))
    for n in range(degree - 1, 1, -1):
        series = v.call("fma", series, r, v.number(1 / factorial(n)))
    p = v.call("fma", b.fmul(r, r), series, r)
    plain = b.bitcast(shifted, v.whole)
    return b.sub(plain, b.bitcast(v.number(large), v.whole)), p


def _split(single: bool) -> tuple[float, float]:
    """The number ln 2 as the cell's kind has it, and what is missing."""
    from decimal import Decimal

    import numpy as np

    high = float(np.float32(LN2)) if single else float(LN2)
    return high, float(Decimal(LN2) - Decimal(high))


def _two_to(v: Vectors, k: Any) -> Any:
    """2^k, by putting k into the exponent's bits."""
    bias, fraction = (127, 23) if v.single else (1023, 52)
    bits = v.b.shl(v.b.add(k, v.integer(bias)), v.integer(fraction))
    return v.b.bitcast(bits, v.kind)


def _exp(v: Vectors, x: Any) -> Any:
    b, far = v.b, v.number(110 if v.single else 760)
    x = v.smaller(x, far)
    x = b.fneg(v.smaller(b.fneg(x), far))
    k, p = _reduced(v, x)
    # In two halves, so that 2^k neither overflows nor vanishes before e^x does.
    half = b.ashr(k, v.integer(1))
    near = _two_to(v, half)
    told = v.call("fma", near, p, near)
    return b.fmul(told, _two_to(v, b.sub(k, half)))


def _tanh(v: Vectors, x: Any) -> Any:
    b = v.b
    size = v.call("fabs", x)
    k, p = _reduced(v, v.smaller(b.fadd(size, size), v.number(44)))
    two = _two_to(v, k)
    t = v.call("fma", two, p, b.fsub(two, v.number(1)))
    return v.call("copysign", b.fdiv(t, b.fadd(t, v.number(2))), x)


_OPERATIONS: dict[str, Callable] = {
    "add": lambda v, x, y: v.b.fadd(x, y),
    "sub": lambda v, x, y: v.b.fsub(x, y),
    "mul": lambda v, x, y: v.b.fmul(x, y),
    "div": lambda v, x, y: v.b.fdiv(x, y),
    "neg": lambda v, x: v.b.fneg(x),
    "fms": lambda v, x, y, z: v.call("fma", x, y, v.b.fneg(z)),
    "fnma": lambda v, x, y, z: v.call("fma", v.b.fneg(x), y, z),
    "ne": lambda v, x, y: v.b.fcmp_unordered("!=", x, y),
    "select": lambda v, m, x, y: v.b.select(m, x, y),
    "exp": _exp,
    "tanh": _tanh,
}
