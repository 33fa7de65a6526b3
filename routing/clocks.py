"""What routing asks of the clocks of tickets, through the hook of the package that keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.ids import TicketId


async def sign_dues(
    conn: Conn, services: Services, tickets: Sequence[TicketId], now: datetime
) -> Mapping[int, datetime]:
    """Until when each assignment is to be signed; an assignment without a running sign clock is left out."""
    found = await services.hooks.clocks(conn, tickets, now)
    return {
        clock.assignment: clock.due_at
        for clocks in found.values()
        for clock in clocks
        if clock.runs("sign") and clock.assignment is not None
    }


async def return_is_late(conn: Conn, services: Services, ticket: TicketId, assignment: int, now: datetime) -> bool:
    """Whether the return clock of an assignment has run out; exactly at its due is in time."""
    clocks = (await services.hooks.clocks(conn, [ticket], now)).get(ticket, ())
    return any(c.clock == "return" and c.assignment == assignment and c.due_at < now for c in clocks)


async def ruling_overdue(conn: Conn, services: Services, ticket: TicketId, now: datetime) -> datetime | None:
    """When the ruling that a ticket waits for was due, where that is over; exactly at its due is in time."""
    clocks = (await services.hooks.clocks(conn, [ticket], now)).get(ticket, ())
    return next((c.due_at for c in clocks if c.runs("ruling") and c.due_at < now), None)
