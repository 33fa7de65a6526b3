"""Disputes of a co-handler about its part: the centre rules on them; the duty to coordinate stays open until then
(rulebook §§4, 7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.problem import Illegal, Missing
from hotline.base.services import by_ticket, departments_read
from hotline.ids import AssignmentId, TicketId
from hotline.moves import department_sql
from hotline.moves.dispatches import Required
from hotline.moves.move import Move, MoveContext, Who
from hotline.people.actions import Fields
from hotline.ticket import WITH_DEPARTMENT, Duty, DutyState, State
from hotline.tickets import store


class CoRefusalBody(Fields):
    """Why the co-handler has no part in it: reason and basis."""

    reason: Required
    basis: Required


class CoRefusalDecisionBody(Fields):
    """Released from its part, or not; in writing."""

    released: bool
    reason: Required


async def dispute_part(context: MoveContext, body: CoRefusalBody) -> Mapping[str, object]:
    """A co-handler disputes its part, once; its clocks run on until the centre has ruled."""
    own = await context.own_assignment()
    if own.part != "co":
        raise Illegal("The lead returns a ticket; only a co-handler disputes its part this way.")
    made = await department_sql.insert_refusal(
        context.conn,
        context.ticket.id,
        own.id,
        own.department_id,
        body.reason,
        body.basis,
        context.user.actor,
        context.now,
    )
    if made is None:
        raise Illegal("Your department disputed its part before; the ruling stands.")
    event = await context.publish("co_handler_refused", department=own.department_id, assignment=own.id, refusal=made)
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", f"{body.reason}\n{body.basis}")
    await store.reopen_duties(context.conn, context.ticket.id, [Duty.COORDINATE])
    await notify(
        context.conn, ["centre", f"user:{context.ticket.owner_id}"], LiveKind.TICKET, number=context.ticket.number
    )
    return {"refusal": made}


async def decide_dispute(context: MoveContext, body: CoRefusalDecisionBody) -> Mapping[str, object]:
    """The centre's ruling on a dispute: a released co-handler's part ends; otherwise it continues unchanged."""
    row = await department_sql.refusal(context.conn, context.item, context.ticket.id)
    if row is None:
        raise Missing("There is no %(item)s here.", item=context.item)
    if row.decided_at is not None:
        raise Illegal("This was ruled on already.")
    await department_sql.decide_refusal(
        context.conn, row.id, body.released, body.reason, context.user.actor, context.now
    )
    if body.released:
        await store.end_assignment(context.conn, AssignmentId(row.assignment_id), context.now, "ruled")
    settled = context.ticket.state not in {
        *WITH_DEPARTMENT,
        State.RETURNED,
    } and not await department_sql.co_request_waits(context.conn, context.ticket.id)
    event = await context.publish(
        "co_handler_ruled",
        department=row.department_id,
        assignment=row.assignment_id,
        refusal=row.id,
        released=body.released,
    )
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    if settled:
        await store.close_duties(
            context.conn, context.ticket.id, {Duty.COORDINATE: DutyState.DONE}, event.seq, event.at
        )
    return {"refusal": row.id, "released": body.released}


#: What departments read of it.
READ = departments_read(
    "id", "department", "department_name", "reason", "basis", "asked_at", "released", "decision", "decided_at"
)


async def section(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    """What co-handlers disputed, and how it was ruled."""
    rows = await department_sql.refusals_of(conn, list(ids))
    return by_ticket(
        rows,
        ids,
        lambda row: {
            "id": row.id,
            "department": row.code,
            "department_name": row.name,
            "reason": row.reason,
            "basis": row.basis,
            "asked_at": row.asked_at,
            "released": row.released,
            "decision": row.decision,
            "decided_at": row.decided_at,
        },
    )


MOVES = (
    Move("co-refusals", CoRefusalBody, Who.ASSIGNED, dispute_part, "Dispute a part as co-handler"),
    Move(
        "co-refusals", CoRefusalDecisionBody, Who.MANAGER, decide_dispute, "Rule on a co-handler's dispute", "decisions"
    ),
)
