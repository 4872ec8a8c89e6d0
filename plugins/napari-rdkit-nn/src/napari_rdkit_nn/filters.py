"""A filter typed as text: `F<0.03 kernel=fused class:spots`.

Words stand side by side, and all of them must hold. No Qt and no napari.

| word | holds where |
|---|---|
| `spots` | the word stands in the name, model, class, status or kernel |
| `F<0.03` | the number F is less; also `<= > >= = !=` |
| `kernel=fused` | the text is just that; also `!=` |
| `class:spots` | the text holds that |
| `-word` | the word after the minus does not hold |

Numbers are parameters, measures, `frames` and `dt`; texts are `name`, `kind`, `model`,
`method`, `kernel`, `class` and `status`. Capitals count in names of numbers alone.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from .folder import Row

TEXTS = ("name", "kind", "model", "method", "kernel", "class", "status")
_WORD = re.compile(r"(-?)([\w./]+)(<=|>=|!=|<|>|=|:)(.*)", re.DOTALL)
_NUMBERS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
Test = Callable[[Row], bool]


def text_of(row: Row, key: str) -> str:
    """One of the texts of a row."""
    return str(getattr(row, "group" if key == "class" else key))


def number_of(row: Row, key: str) -> float | None:
    """A number of a row by its name, or None if it has none."""
    for told in (row.parameters, row.measures):
        if key in told:
            return told[key]
    return float(row.frames) if key == "frames" else None


def filter_of(text: str) -> Test:
    """Whether a row holds all the words of a text.

    Raises:
        ValueError: If a word cannot be read.

    Example:
        >>> from pathlib import Path
        >>> row = Row(Path("a.zarr"), "a.zarr", "run", parameters={"F": 0.02})
        >>> filter_of("F<0.03 name:a")(row), filter_of("-F<0.03")(row)
        (True, False)
    """
    tests = [_test(word) for word in text.split()]
    return lambda row: all(test(row) for test in tests)


def _test(word: str) -> Test:
    found = _WORD.fullmatch(word)
    if found is None:
        minus, plain = word.startswith("-"), word.removeprefix("-").lower()
        if not plain:
            raise ValueError("A lone minus says nothing: write -word.")
        return lambda row: _anywhere(row, plain) != minus
    minus, key, sign, told = bool(found[1]), found[2], found[3], found[4]
    if not told:
        raise ValueError(f"`{word}` lacks what {key} is compared with.")
    if key in TEXTS:
        if sign not in ("=", "!=", ":"):
            raise ValueError(f"`{key}` is a text: {key}=…, {key}!=… or {key}:….")
        return lambda row: _text(text_of(row, key), sign, told) != minus
    if sign == ":":
        raise ValueError(
            f"`{key}` is no text; texts are {', '.join(TEXTS)}. Numbers are compared "
            "by < <= > >= = !=."
        )
    try:
        number = float(told)
    except ValueError:
        raise ValueError(f"`{word}` compares {key} with {told!r}, no number.") from None
    return lambda row: _number(number_of(row, key), sign, number) != minus


def _anywhere(row: Row, word: str) -> bool:
    return any(word in text_of(row, key).lower() for key in TEXTS)


def _text(there: str, sign: str, told: str) -> bool:
    there, told = there.lower(), told.lower()
    if sign == ":":
        return told in there
    return (there == told) == (sign == "=")


def _number(there: float | None, sign: str, told: float) -> bool:
    return there is not None and _NUMBERS[sign](there, told)
