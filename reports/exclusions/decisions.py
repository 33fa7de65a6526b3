"""Requests for exclusions and the decisions on them; both are events of the ticket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.event import Draft
from hotline.base.http.problem import Forbidden, Illegal, Missing
from hotline.base.services import Services
from hotline.ids import TicketId
from hotline.moves.move import visible
from hotline.people.user import User
from reports.exclusions import exclusions_sql
from reports.findings import findings_sql

GROUNDS = ("unlawful", "impossible", "mediation", "court")


async def ask_exclusion(
    conn: Conn, services: Services, user: User, number: str, ground: str, reason: str, now: datetime
) -> Mapping[str, object]:
    """A department asks to leave a ticket out of its figures; once a ticket."""
    ticket = await visible(conn, user, number, lock=True)
    made = await exclusions_sql.insert(conn, ticket.id, user.department_id, ground, reason, user.id, now)
    if made is None:
        raise Illegal("Your department asked for this already.")
    detail = {"exclusion": made, "department": user.department_id, "ground": ground}
    await services.publish(conn, Draft(ticket.id, "exclusion_asked", user.actor, detail), now)
    return {"id": made, "ticket": number, "granted": None}


async def decide_exclusion(
    conn: Conn, services: Services, user: User, ident: int, granted: bool, reason: str, now: datetime
) -> Mapping[str, object]:
    """Somebody who had no part in the ticket decides; granted, it stands in no rate of the department."""
    row = await exclusions_sql.exclusion(conn, ident)
    if row is None:
        raise Missing("There is no exclusion %(id)s.", id=ident)
    if await findings_sql.involved(conn, row.ticket_id, user.id, user.actor):
        raise Forbidden("You had a part in ticket %(number)s: somebody else judges.", number=row.number)
    if row.decided_at is not None:
        raise Illegal("This request was decided already.")
    await exclusions_sql.decide(conn, ident, granted, user.id, now, reason)
    detail = {"exclusion": ident, "department": row.department_id, "granted": granted}
    await services.publish(conn, Draft(TicketId(row.ticket_id), "exclusion_decided", user.actor, detail), now)
    return {"id": ident, "ticket": row.number, "granted": granted}
