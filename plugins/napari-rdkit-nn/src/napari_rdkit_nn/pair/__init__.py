"""Pair mode: two runs side by side on one clock, measured as the slider moves."""

from .dock import PairMode

__all__ = ["PairMode"]
