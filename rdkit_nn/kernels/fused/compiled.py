"""What the walk over tiles is compiled with: reading, writing and copying at addresses.

Arrays are not handed to the functions of the walk: numba counts the owners of each at every
call, which for rows of a few hundred cells costs as much as the arithmetic.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic


def compiled(function: Callable) -> Any:
    """Compile as a part of `tiles.meet` or `tiles.march`, which alone are kept on disk.

    `Any`, because numba hides the arguments of what it compiles from type checkers.
    """
    return njit(nogil=True, error_model="numpy")(function)


def inlined(function: Callable) -> Any:
    """The same for what is called in one place only."""
    return njit(nogil=True, error_model="numpy", inline="always")(function)


def _reader(builder: ir.IRBuilder, place: Any, k: Any, cell: ir.Type) -> Any:
    return builder.gep(builder.inttoptr(place, cell.as_pointer()), [k])


@intrinsic
def word(context, place, k):
    """Read whole number k of a list at an address."""

    def write(target, builder, signature, operands):
        return builder.load(_reader(builder, *operands, ir.IntType(64)))

    return types.int64(types.intp, types.intp), write


@intrinsic
def call_row(context, place, rows, offset, lines, stride, count, numbers):
    """Call a law's loop by its address: taking a function costs numba 0.1 ms a call."""
    return _void(6), _called


@intrinsic
def call_blend(context, place, target, source, first, last, ab):
    """Call the filler of ghosts by its address."""
    return _void(5), _called


def _void(count: int) -> Any:
    return types.void(*[types.intp] * (count + 1))


def _called(target, builder, signature, operands):
    """Call what lies at the first address with the other numbers."""
    of = ir.FunctionType(ir.VoidType(), [ir.IntType(64)] * (len(operands) - 1))
    function = builder.inttoptr(operands[0], of.as_pointer())
    builder.call(function, operands[1:])
    return target.get_dummy_value()


def cells(dtype: str) -> tuple[Any, Any]:
    """Make `peek(place, k)` and `poke(place, k, x)` for cells of a kind of number."""
    kind = getattr(types, dtype)
    cell = ir.FloatType() if dtype == "float32" else ir.DoubleType()

    @intrinsic
    def peek(context, place, k):
        def write(target, builder, signature, operands):
            return builder.load(_reader(builder, *operands, cell))

        return kind(types.intp, types.intp), write

    @intrinsic
    def poke(context, place, k, x):
        def write(target, builder, signature, operands):
            builder.store(operands[2], _reader(builder, *operands[:2], cell))
            return target.get_dummy_value()

        return types.void(types.intp, types.intp, kind), write

    return peek, poke


def _mover(bits: int) -> Any:
    """Make the copy of one vector of that many bits."""

    @intrinsic
    def move(context, target, source):
        def write(kind, builder, signature, operands):
            many = ir.VectorType(ir.IntType(32), bits // 32).as_pointer()
            to, where = (builder.inttoptr(x, many) for x in operands)
            one = builder.load(where)
            one.align = 4
            builder.store(one, to).align = 4
            return kind.get_dummy_value()

        return types.void(types.intp, types.intp), write

    return move


def _fetcher(writes: bool) -> Any:
    """Make the call for a line of memory that will soon be read, or written."""

    @intrinsic
    def fetch(context, place):
        def write(kind, builder, signature, operands):
            byte, four = ir.IntType(8).as_pointer(), ir.IntType(32)
            of = ir.FunctionType(ir.VoidType(), [byte, four, four, four])
            function = _declared(builder, "llvm.prefetch.p0", of)
            told = [ir.Constant(four, k) for k in (int(writes), 3, 1)]
            builder.call(function, [builder.inttoptr(operands[0], byte), *told])
            return kind.get_dummy_value()

        return types.void(types.intp), write

    return fetch


def _declared(builder: ir.IRBuilder, name: str, of: ir.FunctionType) -> Any:
    known = builder.module.globals
    return known.get(name) or ir.Function(builder.module, of, name)


_line, _cell_of_4 = _mover(512), _mover(32)
_fetch, _fetch_to_write = _fetcher(False), _fetcher(True)


@compiled
def copy(target, source, count):
    """Copy bytes, a multiple of 4, from one address to another; they must not overlap.

    The system's own copy is made for large blocks, and slow to begin.
    """
    lines = count & ~63
    for k in range(0, lines, 64):
        _line(target + k, source + k)
    for k in range(lines, count, 4):
        _cell_of_4(target + k, source + k)


@compiled
def copy_in(target, source, count, ahead):
    """The same, and call for what lies so many bytes ahead of the source."""
    for k in range(0, count, 64):
        _fetch(source + ahead + k)
    copy(target, source, count)


@compiled
def copy_out(target, source, count, ahead):
    """The same, and call for what lies so many bytes ahead of the target."""
    for k in range(0, count, 64):
        _fetch_to_write(target + ahead + k)
    copy(target, source, count)


@intrinsic
def arrive(context, place):
    """Add one to a number that several threads count with."""

    def write(target, builder, signature, operands):
        count = builder.inttoptr(operands[0], ir.IntType(64).as_pointer())
        builder.atomic_rmw("add", count, ir.Constant(ir.IntType(64), 1), "seq_cst")
        return target.get_dummy_value()

    return types.void(types.intp), write


@intrinsic
def arrived(context, place):
    """Look at that number."""

    def write(target, builder, signature, operands):
        count = builder.inttoptr(operands[0], ir.IntType(64).as_pointer())
        return builder.load_atomic(count, "seq_cst", 8)

    return types.int64(types.intp), write


if os.name == "posix":
    _yield = types.ExternalFunction("sched_yield", types.int32())
else:

    @compiled
    def _yield():
        """Nothing: without the call, a thread that waits keeps its core."""
        return 0


@compiled
def wait(place, count):
    """Arrive, and wait until so many have; give the core to others if it takes long."""
    arrive(place)
    looks = 0
    while arrived(place) < count:
        looks += 1
        if looks & 1023 == 0:
            _yield()


@intrinsic
def control(context, new):
    """Set this thread's register of floating-point modes, and tell what it was.

    -1 leaves it as it is. Where a processor has no such register, nothing happens.
    """

    def write(target, builder, signature, operands):
        if platform.machine().lower() not in ("x86_64", "amd64"):
            return operands[0]
        four, byte = ir.IntType(32), ir.IntType(8).as_pointer()
        of = ir.FunctionType(ir.VoidType(), [byte])
        place = builder.alloca(four)
        there = builder.bitcast(place, byte)
        builder.call(_declared(builder, "llvm.x86.sse.stmxcsr", of), [there])
        old = builder.load(place)
        minus = ir.Constant(four, -1)
        new = builder.trunc(operands[0], four)
        keep = builder.icmp_signed("==", new, minus)
        builder.store(builder.select(keep, old, new), place)
        builder.call(_declared(builder, "llvm.x86.sse.ldmxcsr", of), [there])
        return builder.zext(old, ir.IntType(64))

    return types.int64(types.int64), write


FLUSH = 0x8040  # numbers too small for a full fraction count as zero, read or written


@compiled
def flush_tiny(on, before):
    """Make tiny numbers count as zero on this thread, or set the modes back.

    Numbers below 1e-38 (float32) or 1e-308 cost many processors a hundred times what
    others do, and a dying field is full of them.
    """
    if on:
        old = control(-1)
        control(old | FLUSH)
        return old
    return control(before)
