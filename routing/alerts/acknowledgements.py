"""Acknowledgement of a page: by a reply code, by a key in a call, or on the web; the ladder stops at once (rulebook
§6).

"Delivered" is never an acknowledgement. It signs nothing by itself unless the reply says so (`码+签收`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.event import Draft
from hotline.base.http.problem import Forbidden
from hotline.base.services import Outgoing, Services
from hotline.ids import TicketId
from hotline.moves.move import Move, MoveContext, Who
from hotline.people.actions import NoFields
from hotline.ticket import Role
from hotline.tickets import store as tickets
from hotline.tickets import tickets_sql
from routing.alerts import paging_sql


async def acknowledge(conn: Conn, services: Services, assignment: int, actor: str, how: str, now: datetime) -> bool:
    """Acknowledged: the ladder stops at once. False where it was before, or where the department's part is over.

    The ticket is locked first, as every move does; the other way round a signature at the same moment deadlocks.
    """
    await _lock_tickets(conn, [assignment])
    row = await paging_sql.assignment(conn, assignment)
    assert row is not None, assignment
    if row.acknowledged_at is not None or row.ended_at is not None:
        return False
    await tickets_sql.acknowledge_assignment(conn, assignment, now, actor)
    await paging_sql.end_paging(conn, [assignment], now, how)
    detail = {"department": row.department_id, "assignment": assignment, "how": how}
    await services.publish(conn, Draft(TicketId(row.ticket_id), "acknowledged", actor, detail), now)
    return True


async def _lock_tickets(conn: Conn, assignments: Sequence[int]) -> None:
    await tickets.lock_many(conn, await paging_sql.tickets_of_assignments(conn, list(assignments)))


async def on_key(conn: Conn, services: Services, message: Outgoing, state: str, now: datetime) -> None:
    """The receipt hook of voice pages: a key was pressed. That the call was taken, busy or not answered stops nothing."""
    if state == "acknowledged":
        await _lock_tickets(conn, message.about["pages"])
        for assignment in message.about["pages"]:
            await acknowledge(conn, services, assignment, f"user:{message.user_id}", "key", now)


async def acknowledged_on_web(context: MoveContext, body: NoFields) -> Mapping[str, object]:
    """Acknowledge on the web: a liaison the page of the own department, a manager (the ladder's last step) the lead's."""
    if context.user.role is Role.OPERATOR:
        raise Forbidden("This is for %(who)s.", who="whom the ladder pages: the department, then a manager")
    own = await context.lead() if context.user.role is Role.MANAGER else await context.own_assignment()
    fresh = await acknowledge(context.conn, context.services, own.id, context.user.actor, "web", context.now)
    return {"assignment": own.id, "acknowledged": True, "fresh": fresh}


MOVES = (Move("acknowledgements", NoFields, Who.WORKING, acknowledged_on_web, "Acknowledge the page"),)
