"""A folder of runs as rows: what each is, how far it went, what it looks like in the end.

Rows are made of ledgers and attributes alone; frames are read only for a picture or a
measure, one at a time. No Qt and no napari.
"""

from .descriptions import described
from .ledger import Row, row, rows, stores
from .pictures import (
    MEASURES,
    SIDE,
    class_of,
    last,
    looked_at,
    measured,
    measures_of,
    shown,
    thumbnail,
)
from .planes import CLASS, Diagram, cell, diagram, measured_cells, over

__all__ = [
    "CLASS",
    "MEASURES",
    "SIDE",
    "Diagram",
    "Row",
    "cell",
    "class_of",
    "described",
    "diagram",
    "last",
    "looked_at",
    "measured",
    "measured_cells",
    "measures_of",
    "over",
    "row",
    "rows",
    "shown",
    "stores",
    "thumbnail",
]
