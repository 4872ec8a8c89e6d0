"""Numbers that were typed as text."""

from __future__ import annotations


def read(text: str, what: str) -> float:
    """A number; `what` it is, is said where it is none."""
    try:
        return float(text)
    except ValueError:
        raise ValueError(
            f"`{what}` is a number, but {text!r} is typed there."
        ) from None


def pairs(text: str) -> dict[str, float]:
    """Numbers by name from `a=0.1, b=0.9`."""
    told = {}
    for part in filter(None, (p.strip() for p in text.replace(";", ",").split(","))):
        name, sign, value = part.partition("=")
        if not sign:
            raise ValueError(
                f"Numbers are typed as a=0.1, b=0.9, but there is {part!r}."
            )
        told[name.strip()] = read(value.strip(), name.strip())
    return told
