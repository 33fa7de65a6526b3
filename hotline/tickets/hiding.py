"""Tipoffs and the units that they name: hidden there from the first minute (domain.md §8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import asyncpg

from hotline.base.db import Conn
from hotline.base.ids import TicketId
from hotline.tickets.nameindex import Unit
from hotline.tickets.naming import named_in
from hotline.tickets.store import Q


async def directory(conn: Conn) -> tuple[Unit, ...]:
    """The units as people may call them, with those that were merged into others."""
    rows = {row["id"]: row for row in await conn.fetch(Q["unit_names"])}
    return tuple(
        Unit(
            r["id"], r["code"], r["name"], r["name_en"], r["kind"], tuple(r["aliases"]), _heir(rows, r["id"])
        )
        for r in rows.values()
    )


def _heir(rows: Mapping[int, asyncpg.Record], unit: int) -> int | None:
    at, seen = unit, {unit}
    while at in rows and (after := rows[at]["into_id"]) is not None and after not in seen:
        at = after
        seen.add(at)
    return at if at != unit else None


async def hide_from_named(conn: Conn, tipoffs: Mapping[TicketId, str], now: datetime) -> None:
    """Mark the units that the words of these tipoffs name for certain; they do not find the tickets from now on."""
    if not tipoffs:
        return
    units = await directory(conn)
    found = [(ticket, u) for ticket, text in tipoffs.items() for u in sorted(named_in(text, units).certain)]
    await conn.execute(Q["name_units"], [t for t, _ in found], [u for _, u in found], "system", now)
