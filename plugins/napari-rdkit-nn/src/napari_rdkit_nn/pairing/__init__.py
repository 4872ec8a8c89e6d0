"""Two runs on one clock, measured alike: no Qt, no viewer.

Chemistry and learning keep different times. On one clock, from 0 to 100, a run is where it
is in a share of its own: of its frames' time, or of the contrast that it reaches.
"""

from .clocks import CLOCKS, TICKS, frames_on, share_of
from .pairs import Pair
from .sides import Measures, Side, side_of

__all__ = [
    "CLOCKS",
    "TICKS",
    "Measures",
    "Pair",
    "Side",
    "frames_on",
    "share_of",
    "side_of",
]
