"""Supervise orders (督办通知单): a numbered document to a department, with a deadline, and the department's receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from hotline.base.db.connection import Conn, queries
from hotline.base.http.live import tell
from hotline.base.http.problem import Illegal, Missing
from hotline.base.services import Services
from hotline.moves.move import Act, Body, Move, Nothing, Who
from hotline.outbox.store import enqueue
from hotline.tickets import store as tickets
from sla.calendar.working_time import Calendar
from sla.ladder.messages import by_hand
from sla.policy.store import load_calendar

O = queries("sla.ladder", "orders.sql")  # noqa: E741 - the queries of this file
_DAYS = 3


class SuperviseOrderBody(Body):
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
    row = await conn.fetchrow(O["insert_order"], year, ticket, clock, department, reason, due_at, by, now)
    assert row is not None
    await tell(conn, f"department:{department}", "order", number=row["number"])
    return Issued(row["id"], row["number"], due_at)


async def order(act: Act, body: SuperviseOrderBody) -> Mapping[str, object]:
    """A supervise order by hand, copied to the leader of the task force."""
    lead = await act.lead()
    due_at = deadline(await load_calendar(act.conn, act.services.settings.zone, act.now), act.now)
    made = await issue(
        act.conn, act.services, act.ticket.id, lead.department_id, body.reason, act.user.actor, due_at, act.now
    )
    event = await act.publish(
        "ordered", department=lead.department_id, assignment=lead.id, order=made.id, number=made.number, step="by hand"
    )
    await tickets.add_note(act.conn, act.ticket.id, event.seq, "reason", body.reason)
    sent = await by_hand(
        act.conn,
        act.services,
        lead.department_id,
        lead.id,
        f"order:{made.number}",
        "order_by_hand",
        act.now,
        number=act.ticket.number,
        order=made.number,
    )
    await enqueue(act.conn, act.services.keys, sent, act.now)
    return {"order": made.number, "id": made.id, "due_at": made.due_at}


async def receive(act: Act, body: Nothing) -> Mapping[str, object]:
    """The department has the order before it (回执); once."""
    row = await act.conn.fetchrow(O["order_of_ticket"], act.item, act.ticket.id)
    if row is None or row["department_id"] not in (await tickets.line_of(act.conn, act.user) or ()):
        raise Missing("There is no order %(item)s.", item=act.item)
    if row["received_at"] is not None:
        raise Illegal("The order %(number)s was received already.", number=row["number"])
    await act.conn.execute(O["receive_order"], row["id"], act.user.id, act.now)
    await act.publish("order_received", order=row["id"], department=row["department_id"])
    await tell(act.conn, "centre", "order", number=row["number"])
    return {"order": row["number"], "received_at": act.now}


MOVES = (
    Move("supervise-orders", SuperviseOrderBody, Who.MANAGER, order, "Give a supervise order"),
    Move("supervise-orders", Nothing, Who.ASSIGNED, receive, "Receipt of a supervise order", sub="receipts"),
)
