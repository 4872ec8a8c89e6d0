"""Keep `None` alive where a Qt binding would use it up.

PySide6 6.12.0 loses a reference to `None` with every call that returns nothing. From
Python 3.12 on that does not matter. On 3.11 the count reaches zero after some thousands of
calls, within minutes of moving sliders, and the interpreter aborts: "deallocating None".
"""

from __future__ import annotations

import ctypes
import sys

MANY = 1 << 40  # more than will ever be lost


def keep_none() -> None:
    """Make `None` as good as immortal, as it is from Python 3.12 on."""
    if sys.version_info < (3, 12) and sys.implementation.name == "cpython":
        count = ctypes.c_ssize_t.from_address(id(None))
        if count.value < MANY:
            count.value += MANY
