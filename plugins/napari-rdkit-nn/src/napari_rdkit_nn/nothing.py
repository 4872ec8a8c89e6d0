"""Keep `None` alive where Qt's binding forgets to count it.

PySide6 6.12.0, like some releases before it, takes one reference from None with every call
of a method that returns nothing. Since Python 3.12 None cannot die; before it, some ten
thousand such calls - a few minutes of a picture that moves - end the process with
*deallocating None*. Releases up to 6.10 are not concerned.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

PLENTY = 1 << 40  # references that no session can lose


def lost(act: Any, times: int = 64) -> int:
    """References to None that go missing when something is called so often."""
    act()
    before = sys.getrefcount(None)
    for _ in range(times):
        act()
    return before - sys.getrefcount(None)


def keep_none(widget: Any) -> bool:
    """Give None plenty of references if this binding loses them.

    Args:
        widget: Any QWidget, to try it on.

    Returns:
        Whether it was needed.
    """
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return False
    if sys.getrefcount(None) > PLENTY // 2 or lost(widget.updateGeometry) < 32:
        return False
    ctypes.c_ssize_t.from_address(id(None)).value += PLENTY
    return True
