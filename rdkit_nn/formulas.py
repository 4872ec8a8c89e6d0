"""Laws given as text: read by a whitelist of arithmetic, never executed."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .core.expressions import evaluate, names_in, parse
from .laws import Law


@dataclass(frozen=True)
class Formulas:
    """A law's function, made of text: called with species, then parameters by name."""

    texts: tuple[tuple[str, str], ...]

    def __call__(self, *fields: Any, **parameters: Any) -> dict[str, Any]:
        """Rates by name, on whatever the fields are."""
        known = {**dict(zip(self.trees, fields)), **parameters}
        return {who: evaluate(tree, known) for who, tree in self.trees.items()}

    @cached_property
    def trees(self) -> dict[str, ast.expr]:
        """Checked formulas by name."""
        return {who: parse(f"`{who}`", text) for who, text in self.texts}

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names that are no species, in order of appearance."""
        names = (name for tree in self.trees.values() for name in names_in(tree))
        return tuple(dict.fromkeys(n for n in names if n not in self.trees))

    def __reduce__(self):
        return Formulas, (self.texts,)


def law_from_text(texts: Mapping[str, str]) -> Law:
    """Read a law from formulas by name.

    Raises:
        ValueError: If a formula is not plain arithmetic; the sentence names the part.
    """
    if not texts:
        raise ValueError('A law needs at least one formula: rd.law(u="a - u")(a=1.0).')
    function = Formulas(tuple(texts.items()))
    written = ", ".join(f"{who}={text!r}" for who, text in texts.items())
    law = Law(f"law({written})", tuple(texts), function.parameters, (), function)
    try:
        law.text  # noqa: B018  (plain numbers are worked out here: 1/0, 9**64**64)
    except (ArithmeticError, RecursionError) as error:
        raise ValueError(f"`{law.name}` has no value: {error}.") from None
    return law
