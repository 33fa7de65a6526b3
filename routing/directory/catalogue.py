"""Look-up in the responsibility catalogue (派单目录): the lines in force on a day that match a text, and their
departments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hotline.base.db.connection import Conn
from hotline.base.text.search_keys import grams, wanted
from routing.directory import catalogue_sql

#: So much of a matter's words must stand in the text.
_ENOUGH = 0.75


@dataclass(frozen=True, slots=True)
class Match:
    """A line of the catalogue whose matter stands in a text, and how much of it (0 … 1)."""

    row: catalogue_sql.LinesOnRow
    share: float


async def lines_for(conn: Conn, text: str, day: date) -> list[Match]:
    """The lines that held on a day and whose matter stands in the text, whole or nearly; the fullest first."""
    keys = set(grams(text))
    found = []
    for row in await catalogue_sql.lines_on(conn, [k for k in keys if len(k) > 1], day):
        need = {k for k in wanted(row.matter) if len(k) > 1} or set(wanted(row.matter))
        share = len(need & keys) / len(need) if need else 0.0
        if share >= _ENOUGH:
            found.append(Match(row, share))
    return sorted(found, key=lambda m: (-m.share, -len(m.row.matter), m.row.id))


async def line_that_names(conn: Conn, department: int, text: str, day: date) -> int | None:
    """The line that held on a day and names this department as the lead for the matter of a text; the fullest."""
    return next((m.row.id for m in await lines_for(conn, text, day) if m.row.lead_id == department), None)
