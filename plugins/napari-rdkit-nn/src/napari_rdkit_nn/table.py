"""Rows in order: which are shown, by what they are sorted, what stands in each cell.

The plain half of the browser's table. No Qt and no napari.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from .filters import filter_of, number_of
from .folder import MEASURES, Row

TEXTS = ("name", "model", "class", "kernel", "status")
MOST = 12  # columns of parameters; the others stand in the tip


class Rows:
    """Rows of stores, of which some are shown, in some order."""

    def __init__(self) -> None:
        self.every: list[Row] = []
        self.shown: list[int] = []
        self.parameters: list[str] = []
        self._places: dict[Path, int] = {}
        self._test, self._text = filter_of(""), ""
        self._sorted: tuple[str, bool] | None = None

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return [*TEXTS, "frames", *MEASURES, *self.parameters]

    @property
    def plain(self) -> bool:
        """Whether rows stand in the order in which they came, all of them."""
        return self._sorted is None and not self._text

    def __len__(self) -> int:
        return len(self.shown)

    def __getitem__(self, index: int) -> Row:
        return self.every[self.shown[index]]

    def clear(self) -> None:
        """Forget all rows; filter and order stay."""
        self.every, self.shown, self.parameters = [], [], []
        self._places = {}

    def add(self, rows: Iterable[Row]) -> None:
        """Take rows; one that is there already is replaced."""
        for row in rows:
            if row.path in self._places:
                self.every[self._places[row.path]] = row
            else:
                self._places[row.path] = len(self.every)
                self.every.append(row)
            new = [n for n in row.parameters if n not in self.parameters]
            self.parameters += new[: MOST - len(self.parameters)]
        self._order()

    def measure(
        self, path: Path, measures: dict[str, float], group: str = ""
    ) -> int | None:
        """Put measures and a class into a row. Returns where it is shown, if it is."""
        place = self._places.get(path)
        if place is None:
            return None
        row = self.every[place]
        told = {**row.measures, **measures}
        self.every[place] = replace(row, measures=told, group=group or row.group)
        return self.shown.index(place) if place in self.shown else None

    def __contains__(self, path: object) -> bool:
        return path in self._places

    def find(self, path: Path) -> int | None:
        """Where the row of a store is shown, if it is."""
        place = self._places.get(path)
        return self.shown.index(place) if place in self.shown else None

    def filter(self, text: str) -> None:
        """Show only rows that hold all words of a text; see `filters`.

        Raises:
            ValueError: If a word cannot be read; what is shown stays.
        """
        self._test, self._text = filter_of(text), text.strip()
        self._order()

    def sort(self, column: str | None, descending: bool = False) -> None:
        """Order rows by a column, those without a value last; None as they came."""
        self._sorted = None if column is None else (column, descending)
        self._order()

    def again(self) -> None:
        """Filter and sort once more."""
        self._order()

    def _order(self) -> None:
        shown = [i for i, row in enumerate(self.every) if self._test(row)]
        if self._sorted is not None:
            column, descending = self._sorted
            told = {i: value_of(self.every[i], column) for i in shown}
            there = [i for i in shown if _is_there(told[i])]
            there.sort(key=lambda i: told[i], reverse=descending)
            shown = there + [i for i in shown if not _is_there(told[i])]
        self.shown = shown


def _is_there(value: Any) -> bool:
    missing = value is None or value == ""
    return not missing and not (isinstance(value, float) and math.isnan(value))


def value_of(row: Row, column: str) -> Any:
    """What stands in a cell, as a number or lower-case text to sort by."""
    if column in TEXTS:
        return str(getattr(row, "group" if column == "class" else column)).lower()
    return number_of(row, column)


def text_of(row: Row, column: str) -> str:
    """What stands in a cell, as text."""
    if column in TEXTS:
        return str(getattr(row, "group" if column == "class" else column))
    if column == "frames":
        many = "" if row.frames == row.reserved else f" of {row.reserved}"
        return f"{row.frames}{many}" if row.kind in ("run", "sweep") else ""
    value = number_of(row, column)
    if value is None:
        return ""
    return "-" if math.isnan(value) else f"{value:.4g}"


def tip_of(row: Row) -> str:
    """All that is known of a row, in lines."""
    told = [str(row.path)]
    if row.says:
        told.append(row.says)
    if row.method:
        told.append(f"{row.model}, moved by {row.method}")
    if row.parameters:
        told.append(", ".join(f"{n}={x:g}" for n, x in row.parameters.items()))
    if row.measures:
        told.append(", ".join(f"{n} {x:.4g}" for n, x in row.measures.items()))
    return "\n".join(told)
