"""Chemistry and learning side by side: the runs, the measures, the figure, the table."""

from .job import Settings, compare
from .measures import series

__all__ = ["Settings", "compare", "series"]
