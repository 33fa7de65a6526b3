"""Coming to the desk: shifts, and what the duty desk kept for them (rulebook §3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn, Pool
from hotline.base.events import Draft
from hotline.base.http.live import notify
from hotline.base.services import Services
from hotline.ids import TicketId, UserId
from hotline.moves.move import Q as WORK
from hotline.people.store import Q, audit
from hotline.people.user import User
from hotline.ticket import DUTY_DESK, Ticket
from hotline.tickets import store

#: Rotation gives the duty desk's tickets out when nobody took them so long after a shift began.
TAKEN_WITHIN = timedelta(minutes=15)


async def set_shift(conn: Conn, services: Services, user: User, *, on: bool, ready: bool, now: datetime) -> None:
    """On, off, or ready; each change is audited."""
    if not on:
        await conn.execute(Q["shift_off"], user.id, now)
    else:
        await conn.execute(Q["shift_on"], user.id, now)
        await conn.execute(Q["set_ready"], user.id, ready)
    await audit(conn, user.actor, "shift", now, on=on, ready=ready)
    await notify(conn, "centre", "shift", user=user.id)


async def take_from_desk(
    conn: Conn, services: Services, user: UserId, ids: Sequence[TicketId], how: str, actor: str, now: datetime
) -> int:
    """Give tickets of the duty desk to an operator; returns how many were still there."""
    tickets = await store.lock_many(conn, ids)
    mine: list[Ticket] = [ticket for ticket in tickets.values() if ticket.owner_id == DUTY_DESK]
    for ticket in mine:
        await conn.execute(WORK["end_ownership"], ticket.id, now)
        await conn.execute(WORK["insert_ownership"], ticket.id, user, how, "", now)
        await conn.execute(store.Q["set_owner"], ticket.id, user)
    drafts = [Draft(t.id, "handed_over", actor, {"to": user, "how": how, "before": DUTY_DESK}) for t in mine]
    await services.publish_many(conn, drafts, now)
    return len(mine)


async def desk_tickets(conn: Conn, limit: int) -> list[TicketId]:
    """What the duty desk owns, oldest first."""
    return [TicketId(row["ticket_id"]) for row in await conn.fetch(WORK["desk_tickets"], DUTY_DESK, limit)]


async def sweep_desk(pool: Pool, services: Services, now: datetime) -> int:
    """Give out in rotation what the duty desk still has 15 min after the first operator's shift began."""
    async with pool.acquire() as conn, conn.transaction():
        operators = [row["user_id"] for row in await conn.fetch(WORK["long_on_shift"], now - TAKEN_WITHIN)]
        ids = await desk_tickets(conn, 50) if operators else []
        given = 0
        turns = await conn.fetch(WORK["turns"], len(ids))
        for ticket, turn in zip(ids, turns, strict=True):
            user = operators[turn["turn"] % len(operators)]
            given += await take_from_desk(conn, services, user, [ticket], "rotation", "system", now)
    return given
