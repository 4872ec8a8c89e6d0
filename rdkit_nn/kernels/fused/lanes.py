"""Raw loads and stores that LLVM may vectorise: the one clever file, explained.

A loop over a row of cells can be done sixteen cells at a time only if the compiler knows
that writing an output never changes an input. Numba's arrays do not tell it: each access
might be a negative index, and any two arrays might overlap. So rows are passed as plain
addresses, whole numbers, and read and written by the two functions made here:

    load(address, j)          the number at address + j · itemsize
    store(address, j, x)      put x there

(`peek` and `poke` do the same beside an array whose kind of number they take, without the
promise below; `whole` reads a list of addresses.)

Each is a single machine instruction. What makes them fast is a promise attached to it, in
LLVM's words an *alias scope*: all loads belong to the scope "in", the stores of output k to
the scope "out k", and each says that it never touches the memory of the other scopes. The
promise is ours to keep: the tiles read one level of time and write the next, and two
species never share a row.

Nothing is checked. An address or index beyond the array reads or overwrites whatever lies
there; every caller pads its rows (see `tiles`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic


def _scopes(builder: ir.IRBuilder, names: list[str]) -> Any:
    """List of alias scopes, as LLVM wants it: [name, domain] each, in one domain."""
    module = builder.module
    domain = module.add_metadata([ir.MetaDataString(module, "rdkit_nn")])
    each = [
        module.add_metadata([ir.MetaDataString(module, name), domain]) for name in names
    ]
    return module.add_metadata(each)


@intrinsic
def whole(context, address, k):
    """Whole number k of a list that lies at an address."""

    def write(target, builder, signature, operands):
        cell = ir.IntType(64)
        place = builder.inttoptr(operands[0], cell.as_pointer())
        return builder.load(builder.gep(place, [operands[1]]))

    return types.int64(types.intp, types.intp), write


def _cell(array: types.Array) -> ir.Type:
    return ir.FloatType() if array.dtype == types.float32 else ir.DoubleType()


@intrinsic
def peek(context, array, address, j):
    """Read one cell at an address; the array only says what kind of number it is."""

    def write(target, builder, signature, operands):
        place = builder.inttoptr(operands[1], _cell(array).as_pointer())
        return builder.load(builder.gep(place, [operands[2]]))

    return array.dtype(array, types.intp, types.intp), write


@intrinsic
def poke(context, array, address, j, x):
    """Write one cell at an address."""

    def write(target, builder, signature, operands):
        place = builder.inttoptr(operands[1], _cell(array).as_pointer())
        builder.store(operands[3], builder.gep(place, [operands[2]]))
        return target.get_dummy_value()

    return types.void(array, types.intp, types.intp, array.dtype), write


@cache
def doors(dtype: str, outputs: int) -> tuple[Callable, tuple[Callable, ...]]:
    """Make `load` and one `store` for each output of a row.

    Args:
        dtype: `float32` or `float64`.
        outputs: How many rows are written at once.

    Returns:
        `load(address, j)`, and `store_k(address, j, x)` for k = 0, 1, …
    """
    kind = getattr(types, dtype)
    cell = ir.FloatType() if dtype == "float32" else ir.DoubleType()
    bytes_each = 4 if dtype == "float32" else 8
    outs = [f"out {k}" for k in range(outputs)]

    def place(builder: ir.IRBuilder, address: Any, j: Any) -> Any:
        # The whole number becomes a pointer to cells; `gep` steps j cells on.
        return builder.gep(builder.inttoptr(address, cell.as_pointer()), [j])

    @intrinsic
    def load(context, address, j):
        def write(target, builder, signature, operands):
            told = builder.load(place(builder, *operands))
            told.align = bytes_each  # a cell, not a vector: neighbours are unaligned
            told.set_metadata("alias.scope", _scopes(builder, ["in"]))
            told.set_metadata("noalias", _scopes(builder, outs))
            return told

        return kind(types.intp, types.intp), write

    def make_store(k: int) -> Callable:
        others = ["in", *(name for name in outs if name != outs[k])]

        @intrinsic
        def store(context, address, j, x):
            def write(target, builder, signature, operands):
                told = builder.store(operands[2], place(builder, *operands[:2]))
                told.align = bytes_each
                told.set_metadata("alias.scope", _scopes(builder, [outs[k]]))
                told.set_metadata("noalias", _scopes(builder, others))
                return target.get_dummy_value()

            return types.void(types.intp, types.intp, kind), write

        return store

    return load, tuple(make_store(k) for k in range(outputs))
