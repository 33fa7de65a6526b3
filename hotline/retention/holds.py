"""Holds for proceedings (a court, an inquiry): by a manager's order with a reason a ticket is not erased until the hold
ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Illegal, Missing
from hotline.base.services import by_ticket
from hotline.ids import TicketId
from hotline.moves.dispatches import Required
from hotline.moves.move import Move, MoveContext, Who
from hotline.people.actions import Fields, NoFields
from hotline.retention import retention_sql


class HoldBody(Fields):
    """For which proceedings."""

    reason: Required


async def hold(context: MoveContext, body: HoldBody) -> Mapping[str, object]:
    """Hold the ticket: nothing of it is erased until the hold ends."""
    made = await retention_sql.insert_hold(context.conn, context.ticket.id, body.reason, context.user.id, context.now)
    if made is None:
        raise Illegal("Ticket %(number)s is held already.", number=context.ticket.number)
    await context.publish("held", hold=made)
    return {"hold": made}


async def end(context: MoveContext, body: NoFields) -> Mapping[str, object]:
    """End the hold: what is past its retention is erased with the next night."""
    if (
        await retention_sql.end_hold(context.conn, context.item, context.ticket.id, context.now, context.user.id)
        is None
    ):
        raise Missing("There is no hold %(item)s.", item=context.item)
    await context.publish("hold_ended", hold=context.item)
    return {"hold": context.item}


async def section(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    """Since when each ticket is kept for proceedings; why is the manager's to know."""
    rows = await retention_sql.holds_of(conn, list(ids))
    return by_ticket(rows, ids, lambda row: {"id": row.id, "from": row.from_at})


MOVES = (
    Move("holds", HoldBody, Who.MANAGER, hold, "Keep for proceedings"),
    Move("holds", NoFields, Who.MANAGER, end, "End the keeping for proceedings", sub="ends"),
)
