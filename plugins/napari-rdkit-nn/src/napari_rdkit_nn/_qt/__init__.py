"""What needs Qt."""

from .._none import keep_none

keep_none()
