"""The ledger as a page and as JSON: the same rows give the same text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from .rows import Row
from .settings import Settings

_OPENING = """\
# Claims

What the paper of Rout (2021, arXiv:2010.00521) claims or its pictures suggest, and what
was measured. Each effect stands beside what would be seen if the claim were empty; each
verdict follows from a rule, the same for every seed and size. Effects are means over seeds
with Student's 95 % interval; of bounds, the largest value and the range. With so many rows
one or two intervals miss by chance.

"""


def page(
    subjects: Mapping[str, Sequence[Row]], settings: Settings, about: Mapping[str, Any]
) -> str:
    """Write the ledger in Markdown.

    Args:
        subjects: Rows by the heading they stand under.
        settings: Sizes and seeds.
        about: `command` that makes it, `source` of the pictures, and `stopped`: runs that
            stopped being finite, and for how many seeds.
    """
    told = [
        _OPENING
        + f"Made by `{about['command']}`: {about['source']}, {settings.samples} "
        f"samples, {settings.hidden} neurons against {settings.critic}, time "
        f"{settings.time:g} at rate {settings.rate:g}, {settings.seeds} seeds.\n"
    ]
    if about["stopped"]:
        some = ", ".join(f"{k} ({n} seeds)" for k, n in about["stopped"].items())
        told.append(f"Runs that stopped being finite, and count in no row: {some}.\n")
    for title, rows in subjects.items():
        told += [f"## {title}\n", _table(rows), _notes(rows)]
    return "\n".join(told)


def summary(subjects: Mapping[str, Sequence[Row]]) -> str:
    """One line a claim, for a terminal."""
    rows = [row for some in subjects.values() for row in some]
    wide = max(len(row.name) for row in rows)
    lines = []
    for title, some in subjects.items():
        lines += ["", title]
        lines += [f"  {r.name:{wide}}  {effect(r):32}  {r.verdict}" for r in some]
    return "\n".join(lines[1:])


def record(
    subjects: Mapping[str, Sequence[Row]], settings: Settings, about: Mapping[str, Any]
) -> str:
    """The ledger as JSON; `reread` is its inverse."""
    rows = [
        {"subject": title} | {k: _plain(v) for k, v in asdict(row).items()}
        for title, some in subjects.items()
        for row in some
    ]
    told = {**about, "settings": asdict(settings), "rows": rows}
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def reread(text: str) -> tuple[dict[str, list[Row]], Settings, dict[str, Any]]:
    """Rows by subject, settings, and what else stands in a `claims.json`."""
    about = json.loads(text)
    told: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v
        for k, v in about.pop("settings").items()
    }
    subjects: dict[str, list[Row]] = {}
    for row in about.pop("rows"):
        title = row.pop("subject")
        whole: dict[str, Any] = {k: np.nan if v is None else v for k, v in row.items()}
        subjects.setdefault(title, []).append(Row(**whole))
    return subjects, Settings(**told), about


def effect(row: Row) -> str:
    """`+12.3 [11.8, 12.7]`."""
    if not np.isfinite(row.effect):
        return "no number"
    return f"{_number(row.effect)} [{_number(row.low)}, {_number(row.high)}]"


def _table(rows: Sequence[Row]) -> str:
    lines = [
        "| claim | what was measured | effect | null | verdict |",
        "|---|---|---|---|---|",
    ]
    for r in rows:
        cells = (
            f"**{r.name}.** {r.claim} ({r.source})",
            r.measure,
            effect(r),
            r.null,
            f"**{r.verdict}**",
        )
        lines.append(
            "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
        )
    return "\n".join(lines) + "\n"


def _notes(rows: Sequence[Row]) -> str:
    lines = []
    for r in rows:
        told = f"* *{r.name}*: holds if {r.rule}."
        if r.rule.startswith("none"):
            told = f"* *{r.name}*: no rule; {r.rule.removeprefix('none: ')}."
        lines.append(f"{told} {r.remark} ({r.seeds} seeds)".replace("  ", " "))
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    if value == 0:
        return "0"
    if abs(value) < 1e-3 or abs(value) >= 1e5:
        return f"{value:.1e}"
    return f"{value:.3g}"


def _plain(value: Any) -> Any:
    """JSON has no NaN."""
    return None if isinstance(value, float) and not np.isfinite(value) else value
