"""The claims of the paper, tested: each with its effect, its null and a verdict."""

from .job import claims
from .rows import Row
from .settings import Settings

__all__ = ["Row", "Settings", "claims"]
