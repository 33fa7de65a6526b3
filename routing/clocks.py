"""The clocks of tickets as the package above contributes them: routing reads them by the section, never by import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.ids import TicketId

Clocks = Mapping[TicketId, Sequence[Mapping[str, Any]]]


async def clocks_of(conn: Conn, services: Services, tickets: Sequence[TicketId], now: datetime) -> Clocks:
    """The clocks of each ticket: clock, assignment, state, due_at, breached_at …; none where nothing keeps clocks."""
    section = next((s for s in services.sections if s.name == "clocks"), None)
    return await section.load(conn, sorted(set(tickets)), now) if section is not None else {}


async def sign_dues(
    conn: Conn, services: Services, tickets: Sequence[TicketId], now: datetime
) -> Mapping[int, datetime]:
    """Until when each assignment is to be signed; an assignment without a running sign clock is left out."""
    found = await clocks_of(conn, services, tickets, now)
    return {
        c["assignment"]: c["due_at"]
        for rows in found.values()
        for c in rows
        if c["clock"] == "sign" and c["assignment"] is not None and c["state"] == "running"
    }


async def return_is_late(conn: Conn, services: Services, ticket: TicketId, assignment: int, now: datetime) -> bool:
    """Whether the return clock of an assignment has run out; exactly at its due is in time."""
    rows = (await clocks_of(conn, services, [ticket], now)).get(ticket, ())
    return any(c["clock"] == "return" and c["assignment"] == assignment and c["due_at"] < now for c in rows)
