"""The live dock: run a preset or a law of one's own while its numbers are turned."""

from .dock import Live

__all__ = ["Live"]
