"""The browser dock: a folder of runs as a table, and a sweep as a phase diagram."""

from .dock import Browser

__all__ = ["Browser"]
