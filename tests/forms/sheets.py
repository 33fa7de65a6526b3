"""How cells and headers of a table of notice sheets are read."""

from __future__ import annotations

from datetime import date

from hotline.base.http.problem import BadField
from routing.knowledge.content import cost_of, papers_of, several, words_of
from routing.knowledge.sheet_words import SHEETS
from routing.knowledge.validity import span_of
from routing.tables.columns import ours_of, plain_header


def sheet_cell(form: str) -> str:
    """`cost: 无` → 不收费; `valid: from|until` → from–until; `head: 申请材料` → our name; `—` where it is none."""
    kind, _, said = form.partition(": ")
    said = said.replace("⏎", "\n")
    if kind == "head":
        known = {plain_header(word): ours for ours, words in SHEETS.items() for word in (ours, *words)}
        return ours_of(said, known) or "—"
    if kind == "aliases":
        found = several(said)
        assert isinstance(found, list)
        return "|".join(found)
    if kind == "valid":
        return _span(*said.split("|"))
    return {"cost": cost_of, "papers": papers_of, "basis": words_of}[kind](said)


def _span(begins: str, ends: str) -> str:
    try:
        first, final = span_of(begins, ends)
    except BadField:
        return "—"
    return f"{_day(first)}–{_day(final)}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
