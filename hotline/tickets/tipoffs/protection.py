"""Protection of tipoffs: which tickets are treated as one, and from which units they are hidden because they name them
(rulebook §8).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, cast

from hotline.base.db.connection import Conn
from hotline.ids import TicketId
from hotline.people import departments_sql
from hotline.people.departments import known_units
from hotline.tickets import tickets_sql
from hotline.tickets.tipoffs import tipoffs_sql
from hotline.tickets.tipoffs.name_index import Unit
from hotline.tickets.tipoffs.named_units import NamedUnits, named_in

#: Why: the category, words that read like a tipoff (the owner judges), or a unit that was marked at the desk.
Why = Literal["category", "words", "desk"]


async def directory(conn: Conn) -> tuple[Unit, ...]:
    """The units as people may call them, with those that were merged into others."""
    rows = {row.id: row for row in await known_units(conn)}
    return tuple(
        Unit(r.id, r.code, r.name, r.name_en, r.kind, tuple(r.aliases), _heir(rows, r.id)) for r in rows.values()
    )


def _heir(rows: Mapping[int, departments_sql.UnitNamesRow], unit: int) -> int | None:
    at, seen = unit, {unit}
    while at in rows and (after := rows[at].into_id) is not None and after not in seen:
        at = after
        seen.add(at)
    return at if at != unit else None


async def protect(conn: Conn, tickets: Mapping[TicketId, Why], now: datetime) -> None:
    """Treat these tickets as tipoffs from now on, until somebody lifts it."""
    if tickets:
        await tipoffs_sql.protect(conn, list(tickets), list(tickets.values()), now)


async def protection(conn: Conn, ticket: TicketId) -> Why | None:
    """Why a ticket is treated as a tipoff; None where it is not."""
    row = await tipoffs_sql.protected(conn, ticket)
    return cast(Why, row.why) if row is not None else None


async def hide_from_named(conn: Conn, tipoffs: Mapping[TicketId, str], now: datetime) -> None:
    """Mark the units that the words of these tipoffs name for certain; they do not find the tickets from now on."""
    if not tipoffs:
        return
    units = await directory(conn)
    found = [(ticket, u) for ticket, text in tipoffs.items() for u in sorted(named_in(text, units).certain)]
    await tickets_sql.name_units(conn, [t for t, _ in found], [u for _, u in found], "system", now)


async def named_by(conn: Conn, ticket: TicketId) -> NamedUnits:
    """Which units everything that was said in a ticket names, or may name."""
    return named_in(await tipoffs_sql.all_words(conn, ticket) or "", await directory(conn))


async def is_hidden(conn: Conn, ticket: int | None, department: int | None) -> bool:
    """Whether a ticket is hidden from a department, because it names it or one merged into it."""
    return bool(await tickets_sql.is_hidden(conn, ticket, department))
