"""What the walk over tiles is compiled with: reading, writing and copying at addresses.

Arrays are not handed to the functions of the walk: numba counts the owners of each at every
call, which for rows of a few hundred cells costs as much as the arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from .cache import warn_once


def compiled(function: Callable) -> Any:
    """Compile, and keep on disk where there is a place that can be written.

    `Any`, because numba hides the arguments of what it compiles from type checkers.
    """
    how: dict[str, Any] = dict(nogil=True, error_model="numpy")
    try:
        return njit(cache=True, **how)(function)
    except RuntimeError:  # numba: no place to keep anything
        warn_once()
        return njit(**how)(function)


def _reader(builder: ir.IRBuilder, place: Any, k: Any, cell: ir.Type) -> Any:
    return builder.gep(builder.inttoptr(place, cell.as_pointer()), [k])


def _cell(kind: types.Type) -> ir.Type:
    return ir.FloatType() if kind == types.float32 else ir.DoubleType()


@intrinsic
def word(context, place, k):
    """Read whole number k of a list at an address."""

    def write(target, builder, signature, operands):
        return builder.load(_reader(builder, *operands, ir.IntType(64)))

    return types.int64(types.intp, types.intp), write


@intrinsic
def put(context, place, k, number):
    """Write whole number k of a list at an address."""

    def write(target, builder, signature, operands):
        to = _reader(builder, *operands[:2], ir.IntType(64))
        builder.store(operands[2], to)
        return target.get_dummy_value()

    return types.void(types.intp, types.intp, types.int64), write


@intrinsic
def peek(context, like, place, k):
    """Read cell k at an address; `like` is any number of the cells' kind."""

    def write(target, builder, signature, operands):
        return builder.load(_reader(builder, *operands[1:], _cell(like)))

    return like(like, types.intp, types.intp), write


@intrinsic
def poke(context, like, place, k, x):
    """Write cell k at an address."""

    def write(target, builder, signature, operands):
        builder.store(operands[3], _reader(builder, *operands[1:3], _cell(like)))
        return target.get_dummy_value()

    return types.void(like, types.intp, types.intp, like), write


@intrinsic
def copy(context, target, source, count):
    """Copy bytes from one address to another; they must not overlap."""

    def write(kind, builder, signature, operands):
        byte = ir.IntType(8).as_pointer()
        to, where = (builder.inttoptr(x, byte) for x in operands[:2])
        cgutils.raw_memcpy(builder, to, where, operands[2], 1)
        return kind.get_dummy_value()

    return types.void(types.intp, types.intp, types.intp), write
