"""Images and labels: from files, from where they are published, bundled, or made."""

from .fetching import fetch
from .idx import idx
from .images import Images, digits
from .synthetic import synthetic

__all__ = ["Images", "digits", "fetch", "idx", "synthetic"]
