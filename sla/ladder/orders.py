"""Supervise orders (督办通知单): a numbered document to a department, with a deadline, and the department's receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Illegal, Missing
from hotline.base.services import Services
from hotline.moves.move import Move, MoveContext, Who
from hotline.outbox.store import enqueue
from hotline.people.actions import Fields, NoFields
from hotline.people.departments import line_of
from hotline.tickets import store as tickets
from sla.calendar.working_time import Calendar
from sla.ladder import orders_sql
from sla.ladder.messages import by_hand
from sla.policy.store import load_calendar

_DAYS = 3


class SuperviseOrderBody(Fields):
    """Why the order is given."""

    reason: Annotated[str, StringConstraints(max_length=4000)] = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """An order that was issued; `due_at` UTC."""

    id: int
    number: str
    due_at: datetime


def deadline(calendar: Calendar, now: datetime) -> datetime:
    """When an order asks for the result: the close of the third working day after. Pure."""
    return calendar.add_days(now, _DAYS)


async def issue(
    conn: Conn,
    services: Services,
    ticket: int,
    department: int,
    reason: str,
    by: str,
    due_at: datetime,
    now: datetime,
    clock: int | None = None,
) -> Issued:
    """Write an order with its deadline. The caller records the event."""
    year = now.astimezone(services.settings.zone).year
    row = await orders_sql.insert_order(conn, year, ticket, clock, department, reason, due_at, by, now)
    assert row is not None
    return Issued(row.id, row.number, due_at)


async def order(context: MoveContext, body: SuperviseOrderBody) -> Mapping[str, object]:
    """A supervise order by hand, copied to the leader of the task force."""
    lead = await context.lead()
    due_at = deadline(await load_calendar(context.conn, context.services.settings.zone, context.now), context.now)
    made = await issue(
        context.conn,
        context.services,
        context.ticket.id,
        lead.department_id,
        body.reason,
        context.user.actor,
        due_at,
        context.now,
    )
    event = await context.publish(
        "ordered", department=lead.department_id, assignment=lead.id, order=made.id, number=made.number, step="by hand"
    )
    await tickets.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    sent = await by_hand(
        context.conn,
        context.services,
        lead.department_id,
        lead.id,
        f"order:{made.number}",
        "order_by_hand",
        number=context.ticket.number,
        order=made.number,
    )
    await enqueue(context.conn, context.services.keys, sent, context.now)
    return {"order": made.number, "id": made.id, "due_at": made.due_at}


async def receive(context: MoveContext, body: NoFields) -> Mapping[str, object]:
    """The department has the order before it (回执); once."""
    row = await orders_sql.order_of_ticket(context.conn, context.item, context.ticket.id)
    if row is None or row.department_id not in (await line_of(context.conn, context.user) or ()):
        raise Missing("There is no order %(item)s.", item=context.item)
    if row.received_at is not None:
        raise Illegal("The order %(number)s was received already.", number=row.number)
    await orders_sql.receive_order(context.conn, row.id, context.user.id, context.now)
    await context.publish("order_received", order=row.id, department=row.department_id)
    return {"order": row.number, "received_at": context.now}


MOVES = (
    Move("supervise-orders", SuperviseOrderBody, Who.MANAGER, order, "Give a supervise order"),
    Move("supervise-orders", NoFields, Who.ASSIGNED, receive, "Receipt of a supervise order", sub="receipts"),
)
