"""Arithmetic of one cell as a list of single operations.

A `Listing` is written expression by expression and shortened on the way: each distinct
expression stands once, what depends on parameters alone is set apart (it is computed once
a run, in float64), signs are moved into sums, and where it saves work the step dt is taken
into the coefficients, as in

    u + dt (F (1 - u) - u v²)   =   u + ((dt F) (1 - u) - (dt u) v²)

Nothing is expanded and no factor is pulled out: the order of a law's own operations keeps
its zeros exact. 1 - u is zero at u = 1, and a sum of neighbours less as many times the
cell is zero in a uniform field, to the last bit. With the cell's own share collected into
1 - 4 D dt / h², rounded once and for all, diffusion would make or lose mass: measured in
float32, 2e-4 of it in 20,000 steps instead of 3e-6.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core import functions as words

COMPARE = ("lt", "le", "gt", "ge", "ne")


class Listing:
    """Operations on named values, in order.

    Leaves are named by what they are: `f0` the cell of species 0, `p0` a parameter, `d0` a
    diffusion's weight, `dt` the step, `=0.5` a constant, and cells and extra rows by the
    line that declares them.
    """

    def __init__(self) -> None:
        self.steps: dict[str, tuple[str, ...]] = {}
        self.leaves: dict[str, str] = {}  # lines that declare cells and extra rows
        self._names: dict[tuple[str, ...], str] = {}
        self._fixed: dict[str, bool] = {}

    def leaf(self, name: str, line: str) -> str:
        """Declare a value that is read from memory."""
        self.leaves[name] = line
        return name

    def fixed(self, name: str) -> bool:
        """Whether a value is the same for all cells."""
        if name in self.steps:
            if name not in self._fixed:
                self._fixed[name] = all(map(self.fixed, self.steps[name][1:]))
            return self._fixed[name]
        return name not in self.leaves

    def keep(self, kind: str, *operands: str) -> str:
        """Name of the value of an operation."""
        step = kind, *operands
        if step not in self._names:
            self._names[step] = name = f"t{len(self._names)}"
            self.steps[name] = step
        return self._names[step]

    def number(self, mask: str) -> str:
        """A comparison where a number is wanted: one or zero."""
        if self.steps.get(mask, ("",))[0] in COMPARE:
            return self.keep("select", mask, "=1.0", "=0.0")
        return mask

    def op(self, kind: str, *operands: str) -> str:
        """Name of the value of an operation on numbers, its signs moved outwards."""
        told = [self.number(x) for x in operands]
        minus = [self.steps.get(x, ("",)) for x in told]
        inner = [step[1] if step[0] == "neg" else "" for step in minus]
        if kind == "neg" and inner[0]:
            return inner[0]
        if kind == "add" and inner[1]:
            return self.keep("sub", told[0], inner[1])
        if kind == "add" and inner[0]:
            return self.keep("sub", told[1], inner[0])
        if kind == "sub" and inner[1]:
            return self.keep("add", told[0], inner[1])
        if kind in ("mul", "div") and any(inner):
            plain = self.keep(kind, *(i or x for i, x in zip(inner, told)))
            return plain if all(inner) else self.keep("neg", plain)
        return self.keep(kind, *told)

    def power(self, base: str, exponent: str) -> str:
        """Whole powers up to 8 as products; their reciprocals; any other by `pow`."""
        whole = float(exponent[1:]) if exponent[0] == "=" else 0.0
        if abs(whole) not in range(1, 9):
            return self.op("pow", base, exponent)
        product = base
        for _ in range(int(abs(whole)) - 1):
            product = self.op("mul", product, base)
        return product if whole > 0 else self.op("div", "=1.0", product)

    def scaled(self, x: str, by: str) -> str:
        """`by` times a value, with `by` taken into its coefficients where it has some."""
        kind, *told = self.steps.get(x, ("",))
        if kind in ("add", "sub", "neg") and not self.fixed(x):
            return self.op(kind, *(self.scaled(y, by) for y in told))
        return self._absorbed(x, by) or self.op("mul", by, x)

    def _absorbed(self, x: str, by: str) -> str:
        """The same, where a factor of a product is fixed; else nothing."""
        if self.fixed(x):
            return self.op("mul", by, x)
        kind, *told = self.steps.get(x, ("",))
        if kind == "mul":
            a, b = told
            if less := self._absorbed(a, by):
                return self.op("mul", less, b)
            if less := self._absorbed(b, by):
                return self.op("mul", less, a)
        if kind == "div" and (less := self._absorbed(told[0], by)):
            return self.op("div", less, told[1])
        return ""

    def written(self, outs: list[str], fma: bool) -> tuple[list[str], list[str]]:
        """Lines of a listing (see `lanes`), and the fixed values that it calls c0, c1, ….

        Args:
            outs: Values to be stored.
            fma: Whether a product and a sum may become one operation, rounded once.
        """
        used: dict[str, int] = {}
        todo = list(outs)
        while todo:
            name = todo.pop()
            used[name] = used.get(name, 0) + 1
            if used[name] == 1 and not self.fixed(name):
                todo += self.steps.get(name, ("",))[1:]
        fixed = [n for n in used if self.fixed(n) and n[0] != "="]
        names = {name: f"c{k}" for k, name in enumerate(fixed)}
        told = {n: s for n, s in self.steps.items() if n in used and n not in names}
        gone: set[str] = set()
        for name, (kind, *operands) in told.items() if fma else ():
            if kind in ("add", "sub"):
                told[name] = self._joined(told, used, gone, kind, operands)
        lines = list(self.leaves.values())  # all: the caller lays out rows by them
        for name, (kind, *operands) in told.items():
            if name not in gone:
                lines.append(
                    f"{name} = {kind} {' '.join(names.get(x, x) for x in operands)}"
                )
        return lines + [f"out {names.get(name, name)}" for name in outs], fixed

    @staticmethod
    def _joined(
        told: dict, used: dict, gone: set, kind: str, operands: list[str]
    ) -> tuple[str, ...]:
        """A sum whose summand is a product that nobody else wants: one operation."""
        a, b = operands
        for product, other, joined in (
            (b, a, "fma" if kind == "add" else "fnma"),
            (a, b, "fma" if kind == "add" else "fms"),
        ):
            if told.get(product, ("",))[0] == "mul" and used[product] == 1:
                gone.add(product)
                return joined, *told[product][1:], other
        return kind, a, b

    def values(self, names: list[str], known: dict[str, Any]) -> list[Any]:
        """Fixed values, computed with numpy from those of parameters and weights."""
        found = dict(known)

        def value(name: str) -> Any:
            if name[0] == "=":
                return np.float64(name[1:])
            if name not in found:
                kind, *operands = self.steps[name]
                found[name] = _NUMPY[kind](*map(value, operands))
            return found[name]

        with np.errstate(all="ignore"):  # what is not finite shows in the field
            return [value(name) for name in names]


_NUMPY: dict[str, Any] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "pow": np.power,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "ne": np.not_equal,
    "select": np.where,
} | {name: getattr(np, name) for name in words.FUNCTIONS if name != "where"}
