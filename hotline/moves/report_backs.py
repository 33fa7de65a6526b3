"""Report back: the department's reply is sent back, or told to the person, until the person knows (rulebook §§3–5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from hotline.base.db.connection import Conn, Pool
from hotline.base.event import Draft
from hotline.base.http.problem import Illegal
from hotline.base.services import Outgoing, Services
from hotline.base.text.blanks import Told
from hotline.contacts import owed_calls
from hotline.contacts.opening import digest
from hotline.contacts.person_messages import person_of, to_children, to_person
from hotline.contacts.results import is_secret
from hotline.ids import TicketId
from hotline.moves import moves_sql
from hotline.moves.dispatches import Required
from hotline.moves.move import Move, MoveContext, Who
from hotline.people.actions import Fields
from hotline.people.departments import departments_by_id
from hotline.ticket import Category, Duty, DutyState, State, Ticket
from hotline.tickets import replies, store


class SendBackBody(Fields):
    """What is missing."""

    reason: Required


class ReportBackBody(Fields):
    """How the person is told, and in which words."""

    via: Literal["sms", "call", "letter", "query"]
    text: Told


async def send_back(context: MoveContext, body: SendBackBody) -> Mapping[str, object]:
    """Send a reply back as insufficient (退回补办): the department has the ticket as if it had never replied."""
    sent = await replies.send_back(context.conn, context.ticket.id, body.reason, context.now)
    if sent is None:
        raise Illegal("There is no reply to judge.")
    lead = await context.lead()
    await store.set_state(context.conn, context.ticket.id, State.SIGNED)
    event = await context.publish("sent_back", department=lead.department_id, assignment=lead.id, reply=sent)
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    await store.reopen_duties(context.conn, context.ticket.id, [Duty.COORDINATE, Duty.SUPERVISE])
    return {"state": State.SIGNED}


async def report_back(context: MoveContext, body: ReportBackBody) -> Mapping[str, object]:
    """Tell the person the result (答复告知). An SMS counts when its receipt says delivered; the others at once."""
    if await moves_sql.has_waiting_report_back(context.conn, context.ticket.id):
        raise Illegal("An SMS to the person is on its way; its receipt decides.")
    if body.via == "query" and context.ticket.person_id is not None:
        raise Illegal("Only for an anonymous person is the result put up for query.")
    made = await moves_sql.insert_report_back(
        context.conn, context.ticket.id, body.via, body.text, context.user.id, context.now, None, None
    )
    await _tell_children(context, body)
    words = {"words": digest(context.services, context.ticket.id, body.text)}
    if body.via != "sms":
        await _told(
            context.conn, context.services, context.ticket, made, body.via, context.user.actor, context.now, words
        )
        return {"state": State.TOLD, "report_back": made}
    await _send(context, body, made)
    return {"state": context.ticket.state, "report_back": made}


async def _tell_children(context: MoveContext, body: ReportBackBody) -> None:
    """Each person whose ticket was merged into this one hears the result too, once a reply: by SMS, else a call is owed."""
    reply = await replies.waiting(context.conn, context.ticket.id)
    lead = await store.lead(context.conn, context.ticket.id)
    if reply is None or lead is None:
        return
    names = await departments_by_id(context.conn, [lead.department_id])
    news = f"reply:{reply}"
    left_out = await to_children(
        context.conn,
        context.services,
        context.ticket,
        "report_back",
        news,
        context.now,
        text="report_back_secret" if context.ticket.confidential else "report_back",
        department=names[lead.department_id],
        reply=_unended(body.text),
        confirm_within=owed_calls.RECEIPT_WITHIN,
    )
    await owed_calls.owe(context.conn, context.services, left_out, news, "result", context.now)


def _unended(text: str) -> str:
    """Words as they stand within a sentence of a message."""
    return text.strip().rstrip("。.")


async def _send(context: MoveContext, body: ReportBackBody, made: int) -> None:
    lead = await context.lead()
    names = await departments_by_id(context.conn, [lead.department_id])
    secret = await is_secret(context.conn, context.ticket)
    due = await to_person(
        context.conn,
        context.services,
        context.ticket,
        "report_back",
        f"report_back:{made}",
        context.now,
        text="report_back_secret" if secret else "report_back",
        about={"report_back": made},
        department=names[lead.department_id],
        reply=_unended(body.text),
    )
    if due is None:
        raise Illegal("This person takes no SMS: call, or write a letter.")
    await moves_sql.expect_receipt(context.conn, made, due + owed_calls.RECEIPT_WITHIN)
    words = digest(context.services, context.ticket.id, body.text)
    await context.publish("report_back_tried", report_back=made, via="sms", words=words)


async def _told(
    conn: Conn,
    services: Services,
    ticket: Ticket,
    report: int,
    via: str,
    actor: str,
    now: datetime,
    words: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """The person has been told: accept the reply, close the duty, and ask the person once to rate.

    `words`: the digest of what was said, where an earlier event does not have it.
    """
    accepted = await replies.accept(conn, ticket.id, now)
    await moves_sql.told(conn, report, now)
    await store.set_state(conn, ticket.id, State.TOLD)
    event = await services.publish(
        conn,
        Draft(
            ticket.id,
            "told",
            actor,
            {"report_back": report, "via": via, "reply": accepted, **words},
        ),
        now,
    )
    await store.close_duties(conn, ticket.id, {Duty.REPORT_BACK: DutyState.DONE}, event.seq, event.at)
    person = await person_of(conn, services, ticket)
    if person is not None and ticket.category is not Category.TIPOFF:
        fresh = await moves_sql.ask_rating(conn, ticket.id, person.id, now)
        if fresh:
            await to_person(conn, services, ticket, "rating_request", f"rating_request:{ticket.id}", now)


async def on_receipt(conn: Conn, services: Services, message: Outgoing, state: str, now: datetime) -> None:
    """Receipt of a report back: delivered, the person is told; failed, the owner owes a call."""
    row = await moves_sql.report_back_ticket(conn, message.about["report_back"])
    assert row is not None, message.id
    ticket = (await store.lock_many(conn, [TicketId(row.ticket_id)]))[TicketId(row.ticket_id)]
    if state == "failed":
        await _failed(conn, services, ticket, row.id, now)
    elif ticket.state is State.REPLIED and row.told_at is None:
        await _told(conn, services, ticket, row.id, "sms", "provider", now)


async def _failed(conn: Conn, services: Services, ticket: Ticket, report: int, now: datetime) -> None:
    if await moves_sql.telling_failed(conn, report, now) is not None:
        await services.publish(conn, Draft(ticket.id, "report_back_failed", "system", {"report_back": report}), now)


async def sweep_receipts(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: a report back without a receipt in two hours becomes a call that the owner owes. Idempotent."""
    async with pool.acquire() as conn, conn.transaction():
        rows = await moves_sql.overdue_tellings(conn, now, 100)
        tickets = await store.lock_many(conn, [TicketId(row.ticket_id) for row in rows])
        for row in rows:
            await _failed(conn, services, tickets[TicketId(row.ticket_id)], row.id, now)
    return len(rows)


MOVES = (
    Move("send-backs", SendBackBody, Who.CENTRE, send_back, "Send the reply back"),
    Move("report-backs", ReportBackBody, Who.CENTRE, report_back, "Tell the person the result"),
)
