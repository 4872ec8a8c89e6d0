"""A bound never comes alone: what it says, and what it needs in order to say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Bound:
    """An upper bound (or a threshold) with its hypotheses.

    Args:
        name: What is bounded.
        value: The bound: a number, or an array over the times that were asked for.
        hypotheses: Whether each holds here: True, False, or None where the arrays cannot
            tell and it is taken on trust.
        source: Where it stands, with what had to be corrected.
    """

    name: str
    value: Any
    hypotheses: Mapping[str, bool | None] = field(default_factory=dict)
    source: str = ""

    @property
    def holds(self) -> bool:
        """Whether no hypothesis is known to fail; else the bound says nothing."""
        return not self.failing

    @property
    def failing(self) -> tuple[str, ...]:
        """Hypotheses that do not hold here."""
        return tuple(name for name, told in self.hypotheses.items() if told is False)

    @property
    def trusted(self) -> tuple[str, ...]:
        """Hypotheses that the arrays cannot tell."""
        return tuple(name for name, told in self.hypotheses.items() if told is None)

    def __str__(self) -> str:
        told = f"{self.name} ≤ {self.value}"
        if self.failing:
            told += f"  - says nothing here: {'; '.join(self.failing)} does not hold"
        if self.trusted:
            told += f"  (on trust: {'; '.join(self.trusted)})"
        return told
