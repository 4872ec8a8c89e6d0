"""From a listing to machine code: the one clever file, explained.

A listing is the work of one cell, an operation a line (see `listing`):

    n0 = cell 0 -1 0 0        species 0, one row up: offsets along z, y, x
    t3 = fma c1 f0 t2         c1 · f0 + t2, rounded once
    out t3                    what is stored for the next species

`woven` turns it into a loop over rows that does many cells at once, and it leaves nothing
to chance: every value is a *vector* of `lanes` neighbouring cells, and every operation one
instruction on vectors. LLVM is allowed no reordering and no contraction of its own, so a
cell gets the same bits wherever it lies, and a compiler that cannot vectorise a loop cannot
slow it down.

Three things make it fast:

* All loads and stores are whole vectors at aligned addresses. The western neighbours of a
  vector are its cells moved by one, with the last cell of the vector before in front:
  a shuffle of two registers, and no memory.
* While a row is walked, each vector that will be wanted again (as the next one's western
  neighbour) is carried to the next turn of the loop in a register: LLVM's `phi`.
* Two rows are done at once where that fits into the registers, because they share most of
  what they read.

Nothing is checked. An address beyond an array reads or overwrites whatever lies there;
every caller pads its rows (see `tiles`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from .elementary import Vectors, operate

WORD = ir.IntType(64)
ZERO, ONE = ir.Constant(WORD, 0), ir.Constant(WORD, 1)


def read(text: str, group: int) -> tuple[list, list, list, list, dict]:
    """Take a listing apart.

    Args:
        text: The listing.
        group: Rows that are done at once.

    Returns:
        The cells (name, species, dz, dy, dx), the operations (name, kind, operands), the
        names that are stored, the extra rows (name, number), and the rows that are read:
        (species, dz, dy), in the order of their addresses, and whether their neighbours
        along x are wanted.
    """
    cells, steps, outs, extras = [], [], [], []
    for line in text.strip().splitlines():
        words = line.split()
        if words[0] == "out":
            outs.append(words[1])
        elif words[2] == "cell":
            s, dz, dy, dx = map(int, words[3:])
            cells.append((words[0], s, dz, dy, dx))
        elif words[2] == "extra":
            extras.append((words[0], int(words[3])))
        else:
            steps.append((words[0], words[2], words[3:]))
    rows: dict[tuple, bool] = {}
    for _, s, dz, dy, dx in cells:
        for g in range(group):
            key = s, dz + g, dy
            rows[key] = rows.get(key, False) or dx != 0
    return cells, steps, outs, extras, dict(sorted(rows.items()))


def woven(text: str, dtype: str, lanes: int, group: int) -> Callable:
    """Make the loop of a listing.

    Args:
        text: The listing.
        dtype: `float32` or `float64`.
        lanes: Cells of a vector.
        group: Rows that are done at once: g = 0, 1, … stand for dz + g.

    Returns:
        `weave(rows, offset, lines, stride, count, numbers)`, for numba. `rows` is the
        address of a list of addresses: of the rows that are read (see `read`), of the
        extra rows and of those that are written (each for g = 0, 1, …), to all of which
        `offset` bytes are added. Then `lines` such sets of rows, each `stride` bytes behind
        the last, `count` vectors long; and the address of the numbers c0, c1, … of the
        listing.
    """
    cells, steps, outs, extras, wanted = read(text, group)
    word = types.intp

    @intrinsic
    def weave(context, rows, offset, lines, stride, count, numbers):
        def write(target, builder, signature, operands):
            _write(builder, operands, Vectors(builder, dtype, lanes))
            return target.get_dummy_value()

        return types.void(word, word, word, word, word, word), write

    def _write(b: ir.IRBuilder, operands: tuple, v: Vectors) -> None:
        rows, first_offset, lines, stride, count, numbers = operands

        def listed(base: Any, k: int, kind: ir.Type) -> Any:
            place = b.inttoptr(base, kind.as_pointer())
            return b.load(b.gep(place, [ir.Constant(WORD, k)]))

        # Before the loops: addresses, and each number in all lanes of a vector.
        first = [listed(rows, k, WORD) for k in range(_addresses())]
        names = {n for _, _, args in steps for n in args} | set(outs)
        fixed = {n: v.number(n[1:]) for n in names if n[0] == "="}
        fixed |= {
            n: v.splat(listed(numbers, int(n[1:]), v.cell))
            for n in names
            if n[0] == "c"
        }
        entry = b.block
        line, cell, after, done = (
            b.function.append_basic_block(name)
            for name in ("line", "cell", "after", "done")
        )
        b.branch(line)

        b.position_at_end(line)
        offset, left = b.phi(WORD), b.phi(WORD)
        offset.add_incoming(first_offset, entry)
        left.add_incoming(lines, entry)
        places = [b.inttoptr(b.add(x, offset), v.kind.as_pointer()) for x in first]
        reads = dict(zip(wanted, places))
        more, outputs = places[len(wanted) :], places[len(places) - group * len(outs) :]

        def load(place: Any, i: Any) -> Any:
            told = b.load(b.gep(place, [i]))
            told.align = v.bytes
            return told

        minus = ir.Constant(WORD, -1)
        begin = {
            key: (load(reads[key], minus), load(reads[key], ZERO))
            for key, sideways in wanted.items()
            if sideways
        }
        b.branch(cell)

        b.position_at_end(cell)
        i = b.phi(WORD)
        i.add_incoming(ZERO, line)
        carried = {key: (b.phi(v.kind), b.phi(v.kind)) for key in begin}
        ahead = b.add(i, ONE)
        three = {}  # of each row the vectors before, here and behind
        for key, sideways in wanted.items():
            if sideways:
                three[key] = (*carried[key], load(reads[key], ahead))
            else:
                three[key] = (None, load(reads[key], i), None)
        ready = []
        for g in range(group):
            known = dict(fixed)
            for name, s, dz, dy, dx in cells:
                known[name] = v.moved(*three[s, dz + g, dy], dx)
            for name, k in extras:
                known[name] = load(more[k * group + g], i)
            for name, kind, args in steps:
                known[name] = operate(v, kind, [known[n] for n in args])
            ready += [known[name] for name in outs]
        for x, place in zip(ready, outputs):
            b.store(x, b.gep(place, [i])).align = v.bytes
        i.add_incoming(ahead, cell)
        for key, (before, here) in carried.items():
            for phi, start, then in zip(
                (before, here), begin[key], (here, three[key][2])
            ):
                phi.add_incoming(start, line)
                phi.add_incoming(then, cell)
        b.cbranch(b.icmp_signed("<", ahead, count), cell, after)

        b.position_at_end(after)
        offset.add_incoming(b.add(offset, stride), after)
        rest = b.sub(left, ONE)
        left.add_incoming(rest, after)
        b.cbranch(b.icmp_signed(">", rest, ZERO), line, done)
        b.position_at_end(done)

    def _addresses() -> int:
        return len(wanted) + group * (len(extras) + len(outs))

    return weave
